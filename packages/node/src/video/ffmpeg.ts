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
  /** Resolves when it has succeeded. Rejects with the last line of its messages if it failed. */
  readonly ended: Promise<void>
  kill(): void
}

const spawnFfmpeg = (args: readonly string[], stdio: 'pipe' | 'ignore', signal?: AbortSignal): ChildProcess =>
  spawn('ffmpeg', ['-hide_banner', '-v', 'error', ...args], { stdio: [stdio, stdio, 'pipe'], signal })

/** Resolves or rejects when the process ends, with the last line of its messages. */
const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-4096)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(said.trim().split('\n').at(-1) || `ffmpeg ended with ${signal ?? code}`))
    })
  })

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
 * Rewrites a clip as MP4: pictures as lossless H.264 at their original times, sound copied. Slow and large, but exact;
 * only for old formats.
 */
export const rewrite = async (from: string, to: string, signal?: AbortSignal): Promise<void> => {
  const partial = `${to}.part`
  const streams = ['-map', '0:v:0', '-map', '0:a?', '-c:a', 'copy', '-map_metadata', '0']
  const lossless = ['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast', '-fps_mode', 'passthrough']
  await runFfmpeg(['-y', '-i', `file:${from}`, ...streams, ...lossless, '-f', 'mp4', `file:${partial}`], signal)
  await rename(partial, to)
}

/** Records a device, of a kind named as in ffmpeg, as lossless H.264 with the pictures' arrival times. */
export const recordDevice = (kind: string, device: string, seconds: number, to: string): Promise<void> =>
  runFfmpeg([
    ...['-y', '-f', kind, '-t', String(seconds), '-i', device, '-map', '0:v:0'],
    ...['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-fps_mode', 'passthrough'],
    ...['-f', 'matroska', `file:${to}`],
  ])
