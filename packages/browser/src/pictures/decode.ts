/**
 * Decodes a file to a picture: upright, in sRGB, and reads what of its metadata a result takes over (metadata.ts writes
 * it). With the browser's own decoders; HEIC, JPEG XL and JPEG 2000, where it has none, by way of PNG. Pixels are read
 * through a canvas in strips, because phones refuse canvases as large as their photos. Other files are refused with a
 * reason.
 */
import { AnimeganError, type Picture } from '@animegan/core'
import {
  measureForeign,
  type PhotoFormat,
  type PhotoMetadata,
  type Rewritten,
  readMetadata,
  rewriteAsPng,
  uprightMetadata,
} from '@animegan/pictures'
import { contentOf, isForeign, type Kind } from './content.ts'

/** Maximum number of pixels: enough for a 100-megapixel camera. */
export const MOST_PIXELS = 120e6
/** Maximum number of pixels on a canvas at a time. */
const STRIP = 4e6

/** Kinds that no browser, or only some, decode as a picture. */
const foreign = {
  video: 'a clip',
  vector: 'a document or a drawing',
  tiff: 'TIFF or a raw photo, which this browser does not read',
} as const satisfies Partial<Record<Kind, string>>

const unsupported = (found: string, cause?: unknown): AnimeganError =>
  new AnimeganError('unsupported', `expected a picture, found ${found}; save it as JPEG or PNG first`, { cause })

/**
 * Decodes a picture of any format that the browser supports: three channels, or four if some pixel is not opaque.
 *
 * Rejects with `bad-file` for a file that is empty, damaged or not a picture, with `unsupported` for a format that this
 * browser does not read and for more than 120 million pixels, with `not-found` if a decoder cannot be fetched, with `out-of-memory` if the browser has not enough memory
 * for it.
 */
export const decodePicture = async (file: Blob): Promise<Picture> => (await decode(file)).picture

/** A photo and what a result takes over from its file. */
export interface OpenedPicture {
  readonly picture: Picture
  readonly metadata: PhotoMetadata
}

/**
 * Decodes a picture as `decodePicture` does, and reads the metadata of JPEG, PNG and WebP, and of what is rewritten as PNG;
 * of other files there is none.
 */
export const openPicture = async (file: Blob): Promise<OpenedPicture> => {
  const { picture, kind, rewritten } = await decode(file)
  if (rewritten) {
    const { png, exif, xmp } = rewritten
    const { profile } = await readMetadata(png, 'png')
    return { picture, metadata: uprightMetadata({ exif, xmp, profile }) }
  }
  if (!isPhotoFormat(kind)) return { picture, metadata: { profile: false } }
  return { picture, metadata: await readMetadata(new Uint8Array(await file.arrayBuffer()), kind) }
}

const isPhotoFormat = (kind: Kind): kind is PhotoFormat => kind === 'jpeg' || kind === 'png' || kind === 'webp'

interface DecodedPicture {
  readonly kind: Kind
  readonly picture: Picture
  /** What it was rewritten as, if the browser does not decode it. */
  readonly rewritten?: Rewritten | undefined
}

const decode = async (file: Blob): Promise<DecodedPicture> => {
  const { kind, width = 0, height = 0 } = await contentOf(file)
  if (kind === 'empty') throw new AnimeganError('bad-file', 'expected a picture, found an empty file')
  if (kind === 'video' || kind === 'vector') throw unsupported(foreign[kind])
  checkSize(width, height)
  let found: { readonly bitmap: ImageBitmap; readonly rewritten?: Rewritten }
  try {
    found = await bitmapOf(file, kind)
  } catch (cause) {
    if (cause instanceof AnimeganError) throw cause
    if (kind === 'tiff') throw unsupported(foreign[kind], cause)
    const fault =
      kind === 'unknown' ? 'something else' : `a damaged ${kind.toUpperCase()} (${(cause as Error).message})`
    throw new AnimeganError('bad-file', `expected a picture, found ${fault}`, { cause })
  }
  const { bitmap, rewritten } = found
  try {
    checkSize(bitmap.width, bitmap.height)
    return { kind, picture: pixelsOf(bitmap, kind !== 'jpeg' && kind !== 'bmp'), rewritten }
  } finally {
    bitmap.close()
  }
}

const bitmapOf = async (
  file: Blob,
  kind: Kind,
): Promise<{ readonly bitmap: ImageBitmap; readonly rewritten?: Rewritten }> => {
  const how = { imageOrientation: 'from-image', premultiplyAlpha: 'none' } as const
  try {
    return { bitmap: await createImageBitmap(file, how) }
  } catch (error) {
    if (!isForeign(kind)) throw error
    const bytes = new Uint8Array(await file.arrayBuffer())
    const { width, height } = await measureForeign(bytes, kind)
    checkSize(width, height)
    const rewritten = await rewriteAsPng(bytes, kind)
    return {
      bitmap: await createImageBitmap(new Blob([rewritten.png as BlobPart], { type: 'image/png' }), how),
      rewritten,
    }
  }
}

/** Throws `unsupported` for a picture of too many pixels. */
export const checkSize = (width: number, height: number): void => {
  if (width * height <= MOST_PIXELS) return
  const found = `${width} x ${height}`
  throw new AnimeganError(
    'unsupported',
    `expected at most ${MOST_PIXELS} pixels, found ${found}; make it smaller first`,
  )
}

/** The bitmap's pixels: four channels if some pixel is not opaque, else three. */
const pixelsOf = (bitmap: ImageBitmap, mayHaveAlpha: boolean): Picture => {
  const { width, height } = bitmap
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP / width)))
  const canvas = new OffscreenCanvas(width, rows)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new AnimeganError('out-of-memory', 'expected memory for a canvas, found none')
  let data = new Uint8Array(width * height * 3)
  let channels: 3 | 4 = 3
  for (let y = 0; y < height; y += rows) {
    const count = Math.min(rows, height - y)
    context.clearRect(0, 0, width, rows)
    context.drawImage(bitmap, 0, y, width, count, 0, 0, width, count)
    const strip = context.getImageData(0, 0, width, count).data
    if (channels === 3 && mayHaveAlpha && hasAlpha(strip)) {
      data = widened(data, width * y, width * height)
      channels = 4
    }
    if (channels === 4) data.set(strip, y * width * 4)
    else
      for (let s = 0, o = y * width * 3; s < strip.length; s += 4, o += 3) {
        data[o] = strip[s]
        data[o + 1] = strip[s + 1]
        data[o + 2] = strip[s + 2]
      }
  }
  return { width, height, channels, data }
}

const hasAlpha = (rgba: Uint8ClampedArray): boolean => {
  for (let s = 3; s < rgba.length; s += 4) if (rgba[s] !== 255) return true
  return false
}

/** The first `done` of `pixels` RGB pixels with an opaque alpha, and space for the rest. */
const widened = (rgb: Uint8Array, done: number, pixels: number): Uint8Array<ArrayBuffer> => {
  const rgba = new Uint8Array(pixels * 4)
  for (let i = 0; i < done; i++) {
    rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4)
    rgba[i * 4 + 3] = 255
  }
  return rgba
}
