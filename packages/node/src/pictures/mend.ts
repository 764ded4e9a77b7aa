/**
 * Repairs pictures whose end is missing, as after a broken download or from a full memory card: adds an end mark, so
 * that decoders read as far as the data goes, and tells files that lack data from those that lack only the end mark.
 * For JPEG, PNG and GIF; partial files of other formats cannot be used.
 */
import { crc32 } from 'node:zlib'
import { chunksOf, gifBlocksOf } from '@animegan/pictures'
import type { PictureFormat } from './format.ts'

/** A file with an end mark. */
export interface Mended {
  readonly bytes: Uint8Array
  /** The missing part, as text to follow the file's name; undefined if only the end mark is missing. */
  readonly missing: string | undefined
}

/** The label of the block that controls a GIF's next frame. */
const CONTROL = 0xf9

/** The message for a picture with a missing part. */
export const CUT = 'its end is missing: converted as far as it goes'

/**
 * Repairs a file whose end is missing; undefined for one that is complete or cannot be repaired. Repairs every JPEG
 * without an end mark, but never reports missing data for it, because only decoding tells.
 */
export const mend = (bytes: Uint8Array, format: PictureFormat): Mended | undefined => {
  if (format === 'jpeg') return mendJpeg(bytes)
  if (format === 'gif') return mendGif(bytes)
  return format === 'png' ? mendPng(bytes) : undefined
}

const withEnd = (bytes: Uint8Array, length: number, ...end: readonly number[]): Uint8Array => {
  const all = new Uint8Array(length + end.length)
  all.set(bytes.subarray(0, length))
  all.set(end, length)
  return all
}

const mendJpeg = (bytes: Uint8Array): Mended | undefined => {
  const { length } = bytes
  if (bytes[length - 2] === 0xff && bytes[length - 1] === 0xd9) return undefined
  return { bytes: withEnd(bytes, bytes[length - 1] === 0xff ? length - 1 : length, 0xff, 0xd9), missing: undefined }
}

const IEND = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]

/** Mends a PNG that ends in a chunk of pixels; chunks after them are not needed. */
const mendPng = (bytes: Uint8Array): Mended | undefined => {
  let pixels = false
  let at = 8
  for (const { kind, whole } of chunksOf(bytes)) {
    if (pixels && kind !== 'IDAT') return undefined
    pixels ||= kind === 'IDAT'
    at = whole.byteOffset - bytes.byteOffset + whole.length + 4
  }
  // What is left is a chunk that is cut off.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const isPixels = at + 8 <= bytes.length && view.getUint32(at + 4) === 0x49444154 // IDAT
  return isPixels ? withChunkEnd(bytes, at, at + 8 + view.getUint32(at)) : undefined
}

/**
 * A PNG whose last chunk is shortened to the bytes present, because decoders read parts of chunks completely or not at
 * all.
 */
const withChunkEnd = (bytes: Uint8Array, at: number, end: number): Mended => {
  const last = Math.min(end, bytes.length)
  const mended = withEnd(bytes, last, 0, 0, 0, 0, ...IEND)
  const view = new DataView(mended.buffer)
  view.setUint32(at, last - at - 8)
  view.setUint32(last, crc32(mended.subarray(at + 4, last)))
  return { bytes: mended, missing: end > bytes.length ? CUT : undefined }
}

/** A partial frame is left out, with the block that controls it, unless it is the only one. */
const mendGif = (bytes: Uint8Array): Mended | undefined => {
  let frames = 0
  let end = 0
  /** Start of the control block of the next frame. */
  let control: number | undefined
  for (const block of gifBlocksOf(bytes)) {
    if (block.kind === 'end') return undefined
    if (block.label === CONTROL) control ??= block.start
    const part = block.kind === 'frame' && frames === 0 && block.end > block.data
    if (!block.whole)
      return part ? { bytes: withEnd(bytes, block.end, 0, 0x3b), missing: CUT } : cutGif(bytes, block.start, frames)
    if (block.kind === 'frame') {
      frames++
      control = undefined
    }
    end = block.end
  }
  if (end < bytes.length) return undefined // not a GIF block: other data follows
  if (control !== undefined) return cutGif(bytes, control, frames)
  return frames > 0 ? { bytes: withEnd(bytes, bytes.length, 0x3b), missing: undefined } : undefined
}

/** The message for an animation that ends after some frames. */
export const cutAfter = (frames: number): string =>
  CUT.replace(':', ` after ${frames} ${frames === 1 ? 'frame' : 'frames'}:`)

/** A GIF up to its first incomplete block. */
const cutGif = (bytes: Uint8Array, end: number, frames: number): Mended | undefined =>
  frames === 0 ? undefined : { bytes: withEnd(bytes, end, 0x3b), missing: cutAfter(frames) }
