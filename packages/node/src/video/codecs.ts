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
    return 'mediabunny'
  }
  if (!(await hasFfmpeg())) {
    throw new AnimeganError('no-codec', 'clips need codecs: npm install @mediabunny/server, or put ffmpeg on the PATH')
  }
  registerDecoder(FfmpegDecoder)
  registerEncoder(FfmpegEncoder)
  return 'ffmpeg'
}

const loadServer = async (): Promise<typeof import('@mediabunny/server') | undefined> => {
  try {
    return await import('@mediabunny/server')
  } catch {
    return undefined
  }
}
