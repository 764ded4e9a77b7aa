/** Before/after pictures: a picture beside what was made of it, or both in one with a slanted edge between. */
import { type Picture, sideBySide, splitView } from '@animegan/core'
import sharp from 'sharp'

/** How a before/after picture shows both. */
export type Comparison = 'side' | 'split'

/** Joins two pictures, the original brought to the result's size. */
export const compared = async (before: Picture, after: Picture, kind: Comparison): Promise<Picture> =>
  (kind === 'side' ? sideBySide : splitView)(await scaledTo(before, after), after)

const scaledTo = async (picture: Picture, { width, height }: Picture): Promise<Picture> => {
  const { width: w, height: h, channels, data } = picture
  if (w === width && h === height) return picture
  const scaled = sharp(data, { raw: { width: w, height: h, channels }, limitInputPixels: false })
  return { width, height, channels, data: await scaled.resize(width, height, { fit: 'fill' }).raw().toBuffer() }
}
