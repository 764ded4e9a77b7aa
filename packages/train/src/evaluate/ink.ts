/**
 * How much a style inks: the share of pixels on dark thin structures that the photo does not have. These are found by
 * Meyer's black top-hat: OKLab lightness after a morphological closing with a square, minus the lightness itself. The
 * square has a radius of a 256th of the long side, so that the closing fills lines up to about a hundredth of the
 * picture wide. A pixel is ink if the result's top-hat exceeds the maximum of the photo's within that radius by a tenth
 * of the range from black to white; a line that the style only darkens or moves a little is therefore not counted.
 * Coloured lines count as far as they are dark; specks count like lines.
 */
import { type Picture, toPlanes } from '@animegan/core'
import { dilate, erode, type Plane } from '@animegan/core/parts'
import { requireSameSize } from './same-size.ts'

/** Radius as a share of the long side. */
const share = 1 / 256
/** A structure's least contrast in lightness (0 to 1) with its surroundings, beyond that in the photo. */
const threshold = 0.1

/** The share of inked pixels in a result, 0 to 1. Throws if the two pictures differ in size. Ignores alpha. */
export const ink = (photo: Picture, result: Picture): number => {
  requireSameSize('ink', photo, result)
  const { width, height } = photo
  const radius = Math.max(1, Math.round(Math.max(width, height) * share))
  const known = dilate(topHat(lightness(photo), radius), radius).data
  const drawn = topHat(lightness(result), radius).data
  let inked = 0
  for (let i = 0; i < drawn.length; i++) if (drawn[i] - known[i] > threshold) inked++
  return inked / drawn.length
}

const lightness = (picture: Picture): Plane => {
  const { width, height, l } = toPlanes(picture)
  return { width, height, data: l }
}

/** Black top-hat: how much a closing with a square raises each pixel. */
const topHat = (plane: Plane, radius: number): Plane => {
  const closed = erode(dilate(plane, radius), radius)
  return { ...plane, data: closed.data.map((value, i) => value - plane.data[i]) }
}
