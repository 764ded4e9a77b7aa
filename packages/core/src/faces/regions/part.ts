/**
 * A part of a picture, for filters whose results are wanted only there: with as much around it as they look at, it gives the same
 * numbers as the whole.
 */
import type { Picture } from '../../picture.ts'
import { extractRgb } from '../../pixels/pad.ts'
import type { Point } from '../face.ts'
import type { Plane } from './plane.ts'

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

/** The pixels of a box, which lies within the picture. */
export const partOf = (picture: Picture, { left, top, right, bottom }: Box): Picture => {
  const [width, height] = [right - left, bottom - top]
  return { width, height, channels: 3, data: extractRgb(picture, left, top, width, height) }
}

/** Numbers of a box within a plane of the whole picture's size, 0 elsewhere. */
export const inWhole = (
  { width, height, data }: Plane,
  { left, top }: Pick<Box, 'left' | 'top'>,
  whole: Pick<Plane, 'width' | 'height'>,
): Plane => {
  const out = new Float32Array(whole.width * whole.height)
  for (let row = 0; row < height; row++) {
    out.set(data.subarray(row * width, (row + 1) * width), (top + row) * whole.width + left)
  }
  return { width: whole.width, height: whole.height, data: out }
}
