/**
 * A part of a picture, for filters whose results are wanted only there: with as much around it as they look at, it gives the same
 * numbers as the whole.
 */
import type { Picture } from '../../picture.ts'
import { extractRgb } from '../../pixels/pad.ts'
import type { Box } from './box.ts'
import type { Plane } from './plane.ts'

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
