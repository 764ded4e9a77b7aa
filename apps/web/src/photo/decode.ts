/**
 * A file to a picture, by the browser's own decoders: upright, in sRGB. Pixels are taken through a canvas in strips, since
 * phones refuse canvases as large as their photos. Other files are refused with the reason.
 */
import type { Picture } from '@animegan/core'
import { Problem, type ProblemCode } from '../studio/problem.ts'
import { type Kind, readContent, START } from './content.ts'

/** The most pixels taken: what a 100 megapixel camera makes. */
const MOST_PIXELS = 120e6
/** The most pixels on a canvas at a time. */
const STRIP = 4e6

export interface Decoded {
  readonly kind: Kind
  readonly picture: Picture
}

const refused: Partial<Record<Kind, ProblemCode>> = { empty: 'empty', video: 'clipFormat', vector: 'vector' }
/** Some browsers do decode these; where they do not, people are told what to do. */
const hard: Partial<Record<Kind, ProblemCode>> = { heic: 'heic', tiff: 'tiff', unknown: 'notPicture' }

/** Whether a file is a clip, or sound in a clip's container, by its content. */
export const isClip = async (file: Blob): Promise<boolean> =>
  readContent(new Uint8Array(await file.slice(0, START).arrayBuffer())).kind === 'video'

/** Decodes a file. Throws a `Problem`. */
export const decodePicture = async (file: Blob): Promise<Decoded> => {
  const { kind, width = 0, height = 0 } = readContent(new Uint8Array(await file.slice(0, START).arrayBuffer()))
  const no = refused[kind]
  if (no) throw new Problem(no)
  if (width * height > MOST_PIXELS) throw new Problem('tooLarge', `${width} x ${height}`)
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'none' })
  } catch (cause) {
    throw new Problem(hard[kind] ?? 'damaged', (cause as Error).message, cause)
  }
  try {
    if (bitmap.width * bitmap.height > MOST_PIXELS) throw new Problem('tooLarge', `${bitmap.width} x ${bitmap.height}`)
    return { kind, picture: pixelsOf(bitmap, kind !== 'jpeg' && kind !== 'bmp') }
  } finally {
    bitmap.close()
  }
}

/** The bitmap's pixels: four channels where some pixel is not opaque, else three. */
const pixelsOf = (bitmap: ImageBitmap, mayHaveAlpha: boolean): Picture => {
  const { width, height } = bitmap
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP / width)))
  const canvas = new OffscreenCanvas(width, rows)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Problem('memory', 'no canvas')
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

/** The first `done` of `pixels` RGB pixels with an opaque alpha, and room for the rest. */
const widened = (rgb: Uint8Array, done: number, pixels: number): Uint8Array<ArrayBuffer> => {
  const rgba = new Uint8Array(pixels * 4)
  for (let i = 0; i < done; i++) {
    rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4)
    rgba[i * 4 + 3] = 255
  }
  return rgba
}
