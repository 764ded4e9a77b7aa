/**
 * A picture to a file, by the browser's own encoders, and the small copy of a picture for a list. What the browser cannot
 * write (WebP in some) is refused, never given in another format.
 */
import { fitLongSide, type Picture } from '@animegan/core'
import { Problem } from '../studio/problem.ts'

export const fileFormats = ['png', 'jpeg', 'webp'] as const
export type FileFormat = (typeof fileFormats)[number]

const QUALITY = 0.92
const STRIP_ROWS = 256

/** Encodes a picture; JPEG, which has no alpha, lays it on white. Throws a `Problem`. */
export const encodePicture = async (picture: Picture, format: FileFormat): Promise<Blob> => {
  const type = `image/${format}`
  try {
    const blob = await draw(picture, format === 'jpeg').convertToBlob({ type, quality: QUALITY })
    if (blob.type === type && blob.size > 0) return blob
  } catch (cause) {
    throw new Problem('saveTooLarge', (cause as Error).message, cause)
  }
  throw new Problem('saveTooLarge', `no ${format} of ${picture.width} x ${picture.height}`)
}

const draw = ({ width, height, channels, data }: Picture, flatten: boolean): OffscreenCanvas => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  for (let y = 0; y < height; y += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, height - y)
    const strip = new ImageData(width, rows)
    for (let s = y * width * channels, o = 0; o < strip.data.length; s += channels, o += 4) {
      const alpha = channels === 4 ? data[s + 3] : 255
      const white = flatten ? 255 - alpha : 0
      const part = flatten ? alpha / 255 : 1
      strip.data[o] = data[s] * part + white
      strip.data[o + 1] = data[s + 1] * part + white
      strip.data[o + 2] = data[s + 2] * part + white
      strip.data[o + 3] = flatten ? 255 : alpha
    }
    context.putImageData(strip, 0, y)
  }
  return canvas
}

/** The formats that this browser writes. */
export const writableFormats = async (): Promise<FileFormat[]> => {
  const canvas = new OffscreenCanvas(1, 1)
  canvas.getContext('2d')
  const blobs = await Promise.all(fileFormats.map((format) => canvas.convertToBlob({ type: `image/${format}` })))
  return fileFormats.filter((format, i) => blobs[i].type === `image/${format}`)
}

/** A small copy of a file for the list, at most `side` pixels, as PNG. */
export const thumbnail = async (file: Blob, side: number): Promise<Blob> =>
  reduced(await createImageBitmap(file, { imageOrientation: 'from-image' }), side, 'image/png')

/** A small copy of a picture, at most `side` pixels. */
export const thumbnailOf = async (
  picture: Picture,
  side: number,
  type: 'image/png' | 'image/jpeg' = 'image/png',
): Promise<Blob> => reduced(draw(picture, false).transferToImageBitmap(), side, type)

const reduced = (bitmap: ImageBitmap, side: number, type: string): Promise<Blob> => {
  const size = fitLongSide(bitmap.width, bitmap.height, Math.min(side, Math.max(bitmap.width, bitmap.height)))
  const canvas = new OffscreenCanvas(size.width, size.height)
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, size.width, size.height)
  bitmap.close()
  return canvas.convertToBlob({ type, quality: QUALITY })
}
