/** Small copies of pictures, for lists and previews. */
import { fitLongSide, type Picture } from '@animegan/core'
import { canvasOf } from './canvas.ts'

const QUALITY = 0.92

/** A copy whose long side is at most `side` pixels; a file is decoded for it, upright. */
export const thumbnail = async (
  of: Blob | Picture,
  side: number,
  type: 'image/png' | 'image/jpeg' = 'image/png',
): Promise<Blob> => {
  const bitmap =
    of instanceof Blob
      ? await createImageBitmap(of, { imageOrientation: 'from-image' })
      : canvasOf(of, false).transferToImageBitmap()
  const size = fitLongSide(bitmap.width, bitmap.height, Math.min(side, Math.max(bitmap.width, bitmap.height)))
  const canvas = new OffscreenCanvas(size.width, size.height)
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, size.width, size.height)
  bitmap.close()
  return canvas.convertToBlob({ type, quality: QUALITY })
}
