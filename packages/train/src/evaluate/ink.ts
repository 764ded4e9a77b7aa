/**
 * How much a style inks: the share of pixels on dark thin structures that the photo does not have. These are found by
 * Meyer's black top-hat: OKLab lightness after a morphological closing with a square, minus the lightness itself. The
 * square has a radius of a 256th of the long side, so that the closing fills lines up to about a hundredth of the
 * picture wide. A pixel is ink if the result's top-hat exceeds the maximum of the photo's within that radius by a tenth
 * of the range from black to white; a line that the style only darkens or moves a little is therefore not counted.
 * Coloured lines count as far as they are dark; specks count like lines.
 */
import { type Picture, toPlanes } from '@animegan/core'
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
  const known = spread(topHat(toPlanes(photo).l, width, height, radius), width, height, radius, Math.max)
  const drawn = topHat(toPlanes(result).l, width, height, radius)
  let inked = 0
  for (let i = 0; i < drawn.length; i++) if (drawn[i] - known[i] > threshold) inked++
  return inked / drawn.length
}

/** Black top-hat: how much a closing with a square raises each pixel. */
const topHat = (plane: Float32Array, width: number, height: number, radius: number): Float32Array => {
  const closed = spread(spread(plane, width, height, radius, Math.max), width, height, radius, Math.min)
  return closed.map((value, i) => value - plane[i])
}

/** Each pixel's maximum or minimum in a square, cut off at the border: first along rows, then along columns. */
const spread = (
  plane: Float32Array,
  width: number,
  height: number,
  radius: number,
  extreme: (a: number, b: number) => number,
): Float32Array => {
  const across = plane.slice()
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      const last = Math.min(width - 1, x + radius) - x
      for (let k = Math.max(0, x - radius) - x; k <= last; k++) across[o] = extreme(across[o], plane[o + k])
    }
  }
  const out = across.slice()
  for (let y = 0; y < height; y++) {
    for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
      for (let x = 0; x < width; x++) out[y * width + x] = extreme(out[y * width + x], across[row * width + x])
    }
  }
  return out
}
