/**
 * Joins still pictures, which a host has encoded, to an animation: WebP (RFC 9649, section 2.7) or PNG (third edition,
 * section 11.3.6). Their pixels are not touched.
 */
import { AnimeganError } from '@animegan/core'
import { delaysOf } from './delays.ts'
import { chunksOf, joined, pngChunk, pngFile } from './png.ts'

export type AnimationFormat = 'webp' | 'png'

/** A frame: a file of the animation's format and size. */
export interface Still {
  readonly bytes: Uint8Array
  /** Milliseconds for which it is shown. */
  readonly duration: number
}

/**
 * Joins pictures of one size and kind, at least one. Throws `bad-file` for others.
 *
 * @param loop how often it plays; 0: forever
 */
export const joinAnimation = (
  stills: readonly Still[],
  format: AnimationFormat,
  { width, height, loop }: { readonly width: number; readonly height: number; readonly loop: number },
): Uint8Array => {
  const delays = delaysOf(
    stills.map(({ duration }) => duration),
    1,
  )
  const pictures = stills.map(({ bytes }) => bytes)
  return format === 'webp' ? webpOf(pictures, delays, width, height, loop) : apngOf(pictures, delays, loop)
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

const little = (bytes: number, value: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256)

/** A chunk of RIFF, padded to an even length. */
const riff = (kind: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = joined(parts)
  return joined([ascii(kind), little(4, content.length), content, new Uint8Array(content.length % 2)])
}

/** The chunks of a still WebP that hold its pixels. */
const PIXELS = new Set(['ALPH', 'VP8 ', 'VP8L'])

/** The chunks of pixels, each with its head, and whether they may be transparent. */
const webpPixels = (file: Uint8Array): { readonly chunks: readonly Uint8Array[]; readonly alpha: boolean } => {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const chunks: Uint8Array[] = []
  let alpha = false
  for (let at = 12; at + 8 <= file.length; ) {
    const kind = String.fromCharCode(...file.subarray(at, at + 4))
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size + (size % 2)
    if (PIXELS.has(kind)) chunks.push(file.subarray(at, end))
    // The header of VP8L says whether alpha is used.
    alpha ||= kind === 'ALPH' || (kind === 'VP8L' && (file[at + 12] & 0x10) !== 0)
    at = end
  }
  if (chunks.length === 0) throw new AnimeganError('bad-file', 'expected frames as WebP, found others')
  return { chunks, alpha }
}

const ANIMATED = 0x02
const TRANSPARENT = 0x10
/** Frames replace what is there, and stay. */
const REPLACE = 0x02

const webpOf = (
  pictures: readonly Uint8Array[],
  delays: readonly number[],
  width: number,
  height: number,
  loop: number,
): Uint8Array => {
  const frames = pictures.map(webpPixels)
  const sides = [little(3, width - 1), little(3, height - 1)]
  const flags = ANIMATED + (frames.some(({ alpha }) => alpha) ? TRANSPARENT : 0)
  const chunks = frames.map(({ chunks }, i) =>
    riff('ANMF', little(6, 0), ...sides, little(3, Math.min(delays[i], 2 ** 24 - 1)), little(1, REPLACE), ...chunks),
  )
  const header = riff('VP8X', little(4, flags), ...sides)
  return riff('RIFF', ascii('WEBP'), header, riff('ANIM', little(4, 0), little(2, loop)), ...chunks)
}

/** Numbers with the high byte first. */
const big = (bytes: number, value: number): Uint8Array => little(bytes, value).reverse()

const apngOf = (pictures: readonly Uint8Array[], delays: readonly number[], loop: number): Uint8Array => {
  const files = pictures.map((picture) => [...chunksOf(picture)])
  const whole = ({ kind, content }: { kind: string; content: Uint8Array }): Uint8Array => pngChunk(kind, content)
  const headers = files.map(([header]) => joined([header.content]))
  if (headers.some((header) => header.join() !== headers[0].join()))
    throw new AnimeganError('bad-file', 'expected frames as PNG of one kind, found several')
  const sides = headers[0].subarray(0, 8)
  const before = files[0].slice(
    1,
    files[0].findIndex(({ kind }) => kind === 'IDAT'),
  )
  let sequence = 0
  const frames = files.flatMap((chunks, i) => {
    const place = [sides, big(8, 0), big(2, Math.min(delays[i], 65535)), big(2, 1000), big(2, 0)]
    const control = pngChunk('fcTL', joined([big(4, sequence++), ...place]))
    const data = chunks.filter(({ kind }) => kind === 'IDAT').map(({ content }) => content)
    if (i === 0) return [control, ...data.map((content) => pngChunk('IDAT', content))]
    return [control, ...data.map((content) => pngChunk('fdAT', joined([big(4, sequence++), content])))]
  })
  return pngFile([
    whole(files[0][0]),
    ...before.map(whole),
    pngChunk('acTL', joined([big(4, files.length), big(4, loop)])),
    ...frames,
    pngChunk('IEND', new Uint8Array(0)),
  ])
}
