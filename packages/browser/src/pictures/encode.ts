/**
 * Encodes a picture to a file with the browser's own encoders; a format that the browser cannot write (WebP in some) is
 * refused, never replaced by another.
 */
import { AnimeganError, type Picture } from '@animegan/core'
import { canvasOf } from './canvas.ts'

export const fileFormats = ['png', 'jpeg', 'webp'] as const
export type FileFormat = (typeof fileFormats)[number]

const QUALITY = 0.92

/**
 * Encodes a picture; for JPEG, which has no alpha, it is put on white. Rejects with `bad-argument` for an unknown
 * format, with `unsupported` if this browser does not write the format, or not at that size.
 */
export const encodePicture = async (picture: Picture, format: FileFormat): Promise<Blob> => {
  if (!fileFormats.includes(format)) {
    throw new AnimeganError('bad-argument', `format: expected one of ${fileFormats.join(', ')}, found '${format}'`)
  }
  const type = `image/${format}`
  let cause: unknown
  try {
    const blob = await canvasOf(picture, format === 'jpeg').convertToBlob({ type, quality: QUALITY })
    if (blob.type === type && blob.size > 0) return blob
  } catch (error) {
    cause = error
  }
  const { width, height } = picture
  const refused = `this browser cannot write ${format} of ${width} x ${height}; choose another format or a smaller size`
  throw new AnimeganError('unsupported', refused, { cause })
}

/** The formats that this browser writes. */
export const writableFormats = async (): Promise<FileFormat[]> => {
  const canvas = new OffscreenCanvas(1, 1)
  canvas.getContext('2d')
  const blobs = await Promise.all(fileFormats.map((format) => canvas.convertToBlob({ type: `image/${format}` })))
  return fileFormats.filter((format, i) => blobs[i].type === `image/${format}`)
}
