/**
 * How much a style inks: the share of pixels that lie on dark thin structures which the photo does not have. Thin and dark
 * is what a closing fills (Meyer's black top-hat): the lightness of OKLab, closed by a square, less the lightness. The
 * square has a radius of a 256th of the long side, so that it fills lines of up to about a hundredth of the picture. A
 * pixel is ink where the result's top-hat exceeds the greatest of the photo's within that radius by a tenth of the way
 * from black to white: a line that the style darkens or moves a little is not new. Coloured lines count as far as they are
 * dark; specks count as lines do.
 */
import { type Picture, toPlanes } from '@animegan/core'
import { requireSameSize } from './same-size.ts'

/** Radius as a share of the long side. */
const share = 1 / 256
/** Lightness, 0 to 1, by which a structure is darker than what is around it, and more so than in the photo. */
const threshold = 0.1

/** The share of inked pixels in a result, 0 to 1. Throws for pictures of two sizes. Alpha is not looked at. */
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

/** By how much a closing by a square lifts each pixel. */
const topHat = (plane: Float32Array, width: number, height: number, radius: number): Float32Array => {
  const closed = spread(spread(plane, width, height, radius, Math.max), width, height, radius, Math.min)
  return closed.map((value, i) => value - plane[i])
}

/** Each pixel's greatest or least in a square, cut off at the border: along the rows, then along the columns. */
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
