/** Boxes: rectangles of whole pixels of a picture or a plane. */
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'

/** Whole pixels: from the first to before the end. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** All of a picture or plane. */
export const wholeBox = ({ width, height }: Pick<Picture, 'width' | 'height'>): Box => ({
  left: 0,
  top: 0,
  right: width,
  bottom: height,
})

/** The least box around the pixels that places, at least one, lie in. */
export const boxAround = (places: readonly Point[]): Box => {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { x, y } of places) {
    left = Math.min(left, Math.floor(x))
    top = Math.min(top, Math.floor(y))
    right = Math.max(right, Math.floor(x) + 1)
    bottom = Math.max(bottom, Math.floor(y) + 1)
  }
  return { left, top, right, bottom }
}

/** A box with a margin, as far as it lies in a picture, of even numbers where the picture's are: empty if none of it does. */
export const boxWithin = (
  { left, top, right, bottom }: Box,
  margin: number,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): Box => {
  const even = (value: number): number => 2 * Math.floor(value / 2)
  const [x, y] = [even(Math.max(0, Math.min(left - margin, width))), even(Math.max(0, Math.min(top - margin, height)))]
  const end = (from: number, to: number, size: number): number => Math.min(size, Math.max(from, even(to + margin + 1)))
  return { left: x, top: y, right: end(x, right, width), bottom: end(y, bottom, height) }
}
