/** For tests of clips: ffmpeg makes them, ffprobe checks the results. */
import { execFileSync } from 'node:child_process'

const runs = (program: string): boolean => {
  try {
    execFileSync(program, ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Whether ffmpeg and ffprobe are available; without them tests of clips are skipped. */
export const hasJudges = runs('ffmpeg') && runs('ffprobe')

/** Runs ffmpeg and returns its standard output. */
export const ffmpeg = (...args: readonly string[]): Buffer =>
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { maxBuffer: 2 ** 28 })

/** A stream as reported by ffprobe. */
export interface ProbedStream {
  readonly codec_type: 'video' | 'audio'
  readonly codec_name: string
  readonly width: number
  readonly height: number
  readonly pix_fmt: string
  readonly sample_aspect_ratio?: string
  readonly color_range?: string
  readonly color_space?: string
  readonly color_transfer?: string
  readonly color_primaries?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly side_data_list?: readonly { readonly rotation?: number }[]
}

/** A file as reported by ffprobe. */
export const probe = (path: string) => {
  const asked = ['-show_streams', '-show_format', '-of', 'json', path]
  const found = JSON.parse(execFileSync('ffprobe', ['-v', 'error', ...asked]).toString())
  const streams = found.streams as ProbedStream[]
  return {
    video: streams.find(({ codec_type }) => codec_type === 'video') as ProbedStream,
    audio: streams.filter(({ codec_type }) => codec_type === 'audio'),
    duration: Number(found.format.duration),
    tags: (found.format.tags ?? {}) as Record<string, string>,
  }
}

/** Times at which a stream's packets are shown, sorted, in seconds. */
export const timesOf = (path: string, stream = 'v:0'): number[] => {
  const asked = ['-select_streams', stream, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path]
  const text = execFileSync('ffprobe', ['-v', 'error', ...asked]).toString()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number.parseFloat(line))
    .sort((a, b) => a - b)
}

/** A hash of each packet of a sound track, in order. */
export const soundOf = (path: string, track = 0): string[] => {
  const text = ffmpeg(
    '-i',
    path,
    '-map',
    `0:a:${track}`,
    '-c',
    'copy',
    '-f',
    'framehash',
    '-hash',
    'md5',
    '-',
  ).toString()
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',')[5].trim())
}

/** All frames as 8-bit RGB, by ffmpeg's own conversion. */
export const rgbOf = (path: string, filter = 'null'): Buffer =>
  ffmpeg('-i', path, '-fps_mode', 'passthrough', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-')
