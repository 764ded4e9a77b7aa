/**
 * Registers codecs with mediabunny, once: those of the optional package @mediabunny/server, else those of an ffmpeg
 * program on the PATH, which runs as a separate process.
 */
import { AnimeganError } from '@animegan/core'
import { Logging, LogLevel, registerDecoder, registerEncoder } from 'mediabunny'
import { hasFfmpeg } from './ffmpeg.ts'
import { FfmpegDecoder } from './ffmpeg-decoder.ts'
import { FfmpegEncoder } from './ffmpeg-encoder.ts'

/** The source of the codecs. */
export type Codecs = 'mediabunny' | 'ffmpeg'

let prepared: Promise<Codecs> | undefined

/**
 * Makes codecs available. Rejects with one line on what to install if there are none. ANIMEGAN_CODECS=ffmpeg skips the
 * package.
 */
export const prepareCodecs = (): Promise<Codecs> => {
  prepared ??= prepare()
  return prepared
}

const prepare = async (): Promise<Codecs> => {
  Logging.level = LogLevel.Silent
  const server = process.env.ANIMEGAN_CODECS === 'ffmpeg' ? undefined : await loadServer()
  if (server) {
    // No graphics hardware, because its results differ between machines.
    server.registerMediabunnyServer({ hardwareContext: null })
    await silence()
    return 'mediabunny'
  }
  if (!(await hasFfmpeg())) {
    throw new AnimeganError('no-codec', 'clips need codecs: npm install @mediabunny/server, or put ffmpeg on the PATH')
  }
  registerDecoder(FfmpegDecoder)
  registerEncoder(FfmpegEncoder)
  return 'ffmpeg'
}

/** Stops FFmpeg's libraries from printing every problem of a file: our errors report it once. */
const silence = async (): Promise<void> => {
  // A dependency of @mediabunny/server, which npm usually puts beside it; if it is elsewhere, the printing stays.
  const name = 'node-av'
  const av = await import(name).catch(() => undefined)
  av?.Log.setLevel(av.AV_LOG_QUIET)
}

/** The name of FFmpeg's errors, both the library's and the program's (ffmpeg.ts). */
const FFMPEG_ERROR = 'FFmpegError'

/**
 * Runs work that uses decoders and encoders. mediabunny passes their errors to the reader, but also leaves the same
 * errors as unhandled rejections, which would end the process: those are ignored, others are not.
 */
export const withCodecs = async <T>(work: () => Promise<T>): Promise<T> => {
  const handler = (error: unknown): void => {
    if ((error as Error | undefined)?.name !== FFMPEG_ERROR) throw error
  }
  process.on('unhandledRejection', handler)
  try {
    return await work()
  } finally {
    // The rejections arrive up to one turn after the work that caused them.
    await new Promise((resolve) => setTimeout(resolve, 0))
    process.off('unhandledRejection', handler)
  }
}

const loadServer = async (): Promise<typeof import('@mediabunny/server') | undefined> => {
  try {
    return await import('@mediabunny/server')
  } catch {
    return undefined
  }
}
