/**
 * Registers codecs with mediabunny, once: those of the optional package @mediabunny/server, else those of an ffmpeg
 * program on the PATH, which runs as a separate process.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
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
    await prepareLibraries()
    return 'mediabunny'
  }
  if (!(await hasFfmpeg())) {
    throw new AnimeganError('no-codec', 'clips need codecs: npm install @mediabunny/server, or put ffmpeg on the PATH')
  }
  registerDecoder(FfmpegDecoder)
  registerEncoder(FfmpegEncoder)
  return 'ffmpeg'
}

/** What is used here of node-av, FFmpeg's libraries for @mediabunny/server. */
interface NodeAv {
  readonly AV_LOG_QUIET: number
  readonly Log: { setLevel(level: number): void }
  readonly Frame: { readonly prototype: AvFrame }
}

/** A frame of sound or picture. */
interface AvFrame {
  format: number
  nbSamples: number
  sampleRate: number
  channelLayout: object
  readonly data: readonly Uint8Array[] | null | undefined
  unref(): void
  allocBuffer(align?: number): number
}

/** Makes FFmpeg's libraries fit to be used: quiet, and safe. If they are not found, they stay as they are. */
const prepareLibraries = async (): Promise<void> => {
  try {
    // They are a dependency of the package, wherever npm has put it.
    const server = createRequire(import.meta.url).resolve('@mediabunny/server')
    const path = createRequire(server).resolve('node-av')
    const { AV_LOG_QUIET, Log, Frame }: NodeAv = await import(pathToFileURL(path).href)
    // They would print every problem of a file: our errors report it once.
    Log.setLevel(AV_LOG_QUIET)
    releaseMemoryFirst(Frame.prototype)
  } catch {
    // Another version, with other insides.
  }
}

/**
 * Makes frames of sound release the memory that they have before they get new memory. @mediabunny/server 1.59 encodes
 * sound that it has not decoded itself, such as PCM, through one frame without releasing it, which corrupts memory and
 * kills the process.
 */
const releaseMemoryFirst = (prototype: AvFrame): void => {
  const { allocBuffer } = prototype
  prototype.allocBuffer = function (align) {
    const { format, nbSamples, sampleRate, channelLayout } = this
    if (nbSamples > 0 && this.data) {
      this.unref()
      Object.assign(this, { format, nbSamples, sampleRate, channelLayout })
    }
    return allocBuffer.call(this, align)
  }
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
