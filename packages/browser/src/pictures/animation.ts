/**
 * Animated pictures, frame by frame: GIF, WebP, APNG, AVIF and JPEG XL by the browser's `ImageDecoder`; where it has none, APNG by
 * our own reader. Still pictures are decode.ts's.
 */
import { AnimeganError, type Picture } from '@animegan/core'
import { countGif, decodeApng, isAnimatedJxl, isApng } from '@animegan/pictures'
import { type Content, contentOf, type Kind } from './content.ts'
import { checkSize, decodePicture, MOST_PIXELS } from './decode.ts'

/** What is used of WebCodecs' `ImageDecoder`, which TypeScript's types of the DOM lack. */
interface Decoder {
  readonly tracks: {
    readonly ready: Promise<void>
    readonly selectedTrack: { readonly frameCount: number; readonly repetitionCount: number } | null
  }
  decode(options: { frameIndex: number }): Promise<{ readonly image: VideoFrame; readonly complete: boolean }>
  close(): void
}

interface DecoderConstructor {
  new (options: { data: ArrayBuffer; type: string; preferAnimation: boolean }): Decoder
  isTypeSupported(type: string): Promise<boolean>
}

declare const ImageDecoder: DecoderConstructor | undefined

/** An open animation. */
export interface Animation {
  readonly width: number
  readonly height: number
  /** Milliseconds that each frame is shown, at least one frame. */
  readonly delays: readonly number[]
  /** How often it plays; 0: forever. */
  readonly loop: number
  /** Whether the file ends before its last frame does. */
  readonly cut: boolean
  /** The frames from one on, each whole, with as many channels as the others. */
  frames(first: number): AsyncGenerator<Picture, void, undefined>
  close(): void
}

const typeOf: Partial<Record<Kind, string>> = {
  gif: 'image/gif',
  webp: 'image/webp',
  png: 'image/png',
  avif: 'image/avif',
  jxl: 'image/jxl',
}

/** Bytes of an AVIF, PNG or JPEG XL that say whether it is an animation. */
const START = 512 * 1024

/** Whether a file is an animated picture of several frames. */
export const isAnimation = async (file: Blob): Promise<boolean> => {
  const { kind } = await contentOf(file)
  if (!(kind in typeOf)) return false
  const inFull = kind === 'gif' || kind === 'webp'
  const bytes = new Uint8Array(await (inFull ? file : file.slice(0, START)).arrayBuffer())
  if (kind === 'gif') return countGif(bytes).frames > 1
  if (kind === 'webp') return countWebp(bytes) > 1
  if (kind === 'png') return isApng(bytes)
  if (kind === 'jxl') return isAnimatedJxl(bytes)
  return String.fromCharCode(...bytes.subarray(8, 64)).includes('avis')
}

/** The frames of an animated WebP that are there as a whole; 0 for a still one. */
const countWebp = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer)
  let frames = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size + (size % 2)
    if (view.getUint32(at) === 0x414e4d46 && end <= bytes.length) frames++ // ANMF
    at = end
  }
  return frames
}

const hasDecoder = async (kind: Kind): Promise<boolean> =>
  typeof ImageDecoder !== 'undefined' && (await ImageDecoder.isTypeSupported(typeOf[kind] ?? ''))

/** Whether this browser gives the frames of an animated picture. */
export const canReadAnimation = async (file: Blob): Promise<boolean> => {
  const { kind } = await contentOf(file)
  return kind === 'png' || hasDecoder(kind)
}

/**
 * Opens an animated picture. Rejects with `bad-file` for one without a whole frame, with `unsupported` for one that
 * this browser does not read or that is too large.
 */
export const openAnimation = async (file: Blob): Promise<Animation> => {
  const content = await contentOf(file)
  checkSize(content.width ?? 0, content.height ?? 0)
  const bytes = await file.arrayBuffer()
  if (await hasDecoder(content.kind)) return decoded(bytes, content)
  if (content.kind === 'png') return decodedPng(new Uint8Array(bytes))
  throw new AnimeganError('unsupported', `this browser does not give the frames of ${content.kind.toUpperCase()}`)
}

const decodedPng = async (bytes: Uint8Array): Promise<Animation> => {
  const decode = (png: Uint8Array): Promise<Picture> => decodePicture(new Blob([png as BlobPart]))
  const { frames, delays, loop, stated } = await decodeApng(bytes, decode, MOST_PIXELS)
  const [{ width, height }] = frames
  return {
    width,
    height,
    delays: delays.map(shownFor),
    loop,
    cut: frames.length < stated,
    frames: async function* (first) {
      yield* frames.slice(first)
    },
    close: () => {},
  }
}

/** Browsers show a frame that states less than this, in milliseconds, for that long. */
const LEAST_DELAY = 10
const UNSTATED_DELAY = 100

const shownFor = (delay: number): number => (delay > LEAST_DELAY ? delay : UNSTATED_DELAY)

const decoded = async (data: ArrayBuffer, { kind }: Content): Promise<Animation> => {
  const given = kind === 'gif' ? countGif(new Uint8Array(data)) : undefined
  const decoder = new ImageDecoder!({ data, type: typeOf[kind]!, preferAnimation: true })
  try {
    await decoder.tracks.ready
    const { frameCount, repetitionCount } = decoder.tracks.selectedTrack ?? { frameCount: 0, repetitionCount: 0 }
    const stated = given?.frames ?? frameCount
    const delays: number[] = []
    let size = { width: 0, height: 0 }
    while (delays.length < stated) {
      const image = await frameOf(decoder, delays.length)
      if (!image) break
      size = { width: image.displayWidth, height: image.displayHeight }
      delays.push(shownFor((image.duration ?? 0) / 1000))
      image.close()
    }
    if (delays.length === 0) throw new AnimeganError('bad-file', 'expected frames, found none that is whole')
    checkSize(size.width, size.height)
    return {
      ...size,
      delays,
      loop: Number.isFinite(repetitionCount) ? repetitionCount + 1 : 0,
      cut: given?.cut === true || delays.length < stated,
      frames: (first) => picturesOf(decoder, size, first, delays.length),
      close: () => decoder.close(),
    }
  } catch (error) {
    decoder.close()
    if (error instanceof AnimeganError) throw error
    throw new AnimeganError('bad-file', `the ${kind.toUpperCase()} is damaged (${(error as Error).message})`, {
      cause: error,
    })
  }
}

/** A frame, if the file has all of it. */
const frameOf = async (decoder: Decoder, frameIndex: number): Promise<VideoFrame | undefined> => {
  const { image, complete } = await decoder.decode({ frameIndex }).catch(() => ({ image: undefined, complete: false }))
  if (complete) return image
  image?.close()
  return undefined
}

async function* picturesOf(
  decoder: Decoder,
  { width, height }: { readonly width: number; readonly height: number },
  first: number,
  count: number,
): AsyncGenerator<Picture, void, undefined> {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!context) throw new AnimeganError('out-of-memory', 'expected memory for a canvas, found none')
  for (let i = first; i < count; i++) {
    const image = await frameOf(decoder, i)
    if (!image) throw new AnimeganError('bad-file', `frame ${i + 1} cannot be decoded again`)
    context.clearRect(0, 0, width, height)
    context.drawImage(image, 0, 0, width, height)
    image.close()
    yield { width, height, channels: 4, data: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer) }
  }
}
