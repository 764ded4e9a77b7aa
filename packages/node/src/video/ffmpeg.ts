/**
 * Runs the ffmpeg program on the PATH as a separate process: it rewrites, without loss, containers and codecs that
 * mediabunny does not know, and provides all codecs if there are no others. It is neither linked nor shipped.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { rename } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'

/** An ffmpeg that reads its standard input and writes its standard output. */
export interface FfmpegPipe {
  readonly output: Readable
  /** Resolves when more can be written. Rejects when the process has ended. */
  write(bytes: Uint8Array): Promise<void>
  /** Ends the input. */
  end(): void
  /** Resolves when the process has ended successfully; otherwise rejects with the reason that it printed. */
  readonly ended: Promise<void>
  kill(): void
}

const spawnFfmpeg = (args: readonly string[], stdio: 'pipe' | 'ignore', signal?: AbortSignal): ChildProcess =>
  spawn('ffmpeg', ['-hide_banner', '-v', 'error', ...args], { stdio: [stdio, stdio, 'pipe'], signal })

/** Resolves or rejects when the process ends, with the reason that it printed. */
const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-4096)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve()
      else
        reject(
          Object.assign(new Error(reasonIn(said) ?? `ffmpeg ended with ${signal ?? code}`), { name: 'FFmpegError' }),
        )
    })
  })

/** Lines that ffmpeg prints last for any failure, whatever the reason. */
const GENERAL = /^(?:Error (?:initializing|opening|while)|Conversion failed|Could not write header|Failed to|$)/

/** The last line that gives a reason, without the name of the part of ffmpeg that printed it. */
const reasonIn = (said: string): string | undefined => {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^\[[^\]]* @ 0x[0-9a-f]+\] /, '').trim())
    .filter((line) => line !== '')
  return lines.findLast((line) => !GENERAL.test(line)) ?? lines.at(-1)
}

/** Runs ffmpeg to its end, or until the signal. */
const runFfmpeg = (args: readonly string[], signal?: AbortSignal): Promise<void> =>
  endOf(spawnFfmpeg(args, 'ignore', signal))

/** Starts ffmpeg between two pipes. */
export const pipeFfmpeg = (args: readonly string[]): FfmpegPipe => {
  const child = spawnFfmpeg(args, 'pipe')
  const [input, output] = [child.stdin as Writable, child.stdout as Readable]
  const ended = endOf(child)
  ended.catch(() => {}) // thrown where it is awaited
  input.on('error', () => {}) // the end of the process gives the reason
  return {
    output,
    ended,
    write: async (bytes) => {
      if (input.destroyed) return ended
      if (input.write(bytes)) return
      await Promise.race([new Promise<void>((resolve) => input.once('drain', () => resolve())), ended])
    },
    end: () => {
      input.end()
    },
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}

let found: Promise<boolean> | undefined

/** Whether there is an ffmpeg on the PATH. */
export const hasFfmpeg = (): Promise<boolean> => {
  found ??= runFfmpeg(['-version']).then(
    () => true,
    () => false,
  )
  return found
}

/**
 * The text that ffmpeg prints about a file. Its failure exit code is ignored, because it always reports one without an
 * output.
 */
export const describeFile = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-i', `file:${path}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(0, 2 ** 20)
    })
    child.on('error', () => resolve(''))
    child.on('close', () => resolve(said))
  })

/** Runs ffmpeg from a file, as its first input, to a file, which appears only when complete. */
export const convertFile = async (
  from: string,
  to: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<void> => {
  const partial = `${to}.part`
  await runFfmpeg(['-y', '-i', `file:${from}`, ...args, `file:${partial}`], signal)
  await rename(partial, to)
}

/**
 * Rewrites a clip's pictures as MP4 in lossless H.264 with their times kept, interlaced ones as whole frames: their
 * colours, or their transparency as grey. Slow and large but exact, so used only for formats that nothing else here reads
 * and for interlaced clips. The times are those of the clip's own clock.
 */
export const rewritePictures = (
  from: string,
  to: string,
  { interlaced, part }: { readonly interlaced: boolean; readonly part: 'colours' | 'transparency' },
  signal?: AbortSignal,
): Promise<void> => {
  const filters = [
    ...(interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    // In full range, whose levels are kept as they are.
    ...(part === 'transparency' ? ['alphaextract', 'scale=out_range=full', 'format=yuvj444p'] : []),
  ]
  const filter = filters.length > 0 ? ['-vf', filters.join()] : []
  const lossless = ['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast', '-fps_mode', 'passthrough']
  const shape = ['-copyts', '-map', '0:V:0', '-map_metadata', '0', ...filter, ...lossless, '-f', 'mp4']
  return convertFile(from, to, shape, signal)
}

/** Encoders refuse channels of which a file does not say where they are heard. */
const USUAL_SPEAKERS = ['-af', 'aformat=channel_layouts=mono|stereo|3.0|quad|5.0|5.1|6.1|7.1']

/** Copies pictures and sound of a Matroska file that is cut off, up to its last whole packet. */
export const copyWhole = (from: string, to: string, signal?: AbortSignal): Promise<void> =>
  convertFile(from, to, ['-copyts', '-map', '0:V', '-map', '0:a?', '-c', 'copy', '-f', 'matroska'], signal)

/** Extracts one sound track, counted from 0, from a clip: unchanged or converted. */
export const takeSound = (
  from: string,
  index: number,
  to: string,
  codec: 'copy' | 'aac' | 'opus',
  signal?: AbortSignal,
): Promise<void> => {
  const coding = {
    copy: ['-c:a', 'copy', '-f', 'matroska'],
    aac: [...USUAL_SPEAKERS, '-c:a', 'aac', '-b:a', '192k', '-f', 'mp4'],
    opus: [...USUAL_SPEAKERS, '-c:a', 'libopus', '-b:a', '128k', '-f', 'matroska'],
  }[codec]
  return convertFile(from, to, ['-copyts', '-map', `0:a:${index}`, '-map_chapters', '-1', ...coding], signal)
}

/**
 * Records from a device, of a kind named as in ffmpeg, to lossless H.264 with the times at which its pictures arrived.
 */
export const recordDevice = (kind: string, device: string, seconds: number, to: string): Promise<void> =>
  runFfmpeg([
    ...['-y', '-f', kind, '-t', String(seconds), '-i', device, '-map', '0:v:0'],
    ...['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-fps_mode', 'passthrough'],
    ...['-f', 'matroska', `file:${to}`],
  ])
