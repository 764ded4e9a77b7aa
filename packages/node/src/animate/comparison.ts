/** Before/after pictures: a picture and its result side by side, or both in one with a divider. */
import { type Picture, sideBySide, splitView } from '@animegan/core'
import sharp from 'sharp'

/** The layout of a before/after picture. */
export type Comparison = 'side' | 'split'

/** Joins two pictures, resizing the original to the result's size. */
export const compared = async (before: Picture, after: Picture, kind: Comparison): Promise<Picture> =>
  (kind === 'side' ? sideBySide : splitView)(await scaledTo(before, after), after)

const scaledTo = async (picture: Picture, { width, height }: Picture): Promise<Picture> => {
  const { width: w, height: h, channels, data } = picture
  if (w === width && h === height) return picture
  const scaled = sharp(data, { raw: { width: w, height: h, channels }, limitInputPixels: false })
  return { width, height, channels, data: await scaled.resize(width, height, { fit: 'fill' }).raw().toBuffer() }
}
