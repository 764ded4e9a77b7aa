/**
 * How far a result's colours are from the photo's, seen from afar: the mean distance in OKLab of the local mean colours
 * of cells of a thirty-second of the long side, times 100. This is Delta E OK (CSS Color 4), on the scale of the other
 * Delta Es: black and white are 100 apart, and 2 is just noticeable. Lines, texture and flat fills leave a local mean as
 * it is; tints, brightening and stronger colours do not. OKLab and not CIE Lab, as equal steps look equal in blue, too.
 */
import type { Picture } from '@animegan/core'
import { type Planes, toPlanes } from '@animegan/core'
import { requireSameSize } from './same-size.ts'

/** Cells along the long side. */
const cells = 32

/** The colour shift between two pictures of one size, in Delta E OK times 100. Alpha is not looked at. */
export const colourShift = (photo: Picture, result: Picture): number => {
  const { width, height } = photo
  requireSameSize('colourShift', photo, result)
  const [a, b] = [toPlanes(photo), toPlanes(result)]
  const size = Math.max(width, height) / cells
  const columns = Math.max(1, Math.round(width / size))
  const rows = Math.max(1, Math.round(height / size))
  const edge = (index: number, of: number, length: number): number => Math.round((index * length) / of)
  let sum = 0
  let filled = 0
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [edge(row, rows, height), edge(row + 1, rows, height)]
    for (let column = 0; column < columns; column++) {
      const [left, right] = [edge(column, columns, width), edge(column + 1, columns, width)]
      // Cells of pictures smaller than the grid may be empty.
      const pixels = (right - left) * (bottom - top)
      if (pixels === 0) continue
      const [l, aa, bb] = meanDifference(a, b, left, top, right, bottom)
      sum += Math.sqrt(l * l + aa * aa + bb * bb)
      filled++
    }
  }
  return (100 * sum) / filled
}

/** Mean over a cell of the second planes less the first: lightness, a, b. */
const meanDifference = (
  first: Planes,
  second: Planes,
  left: number,
  top: number,
  right: number,
  bottom: number,
): [number, number, number] => {
  let [l, a, b] = [0, 0, 0]
  for (let y = top; y < bottom; y++) {
    for (let i = y * first.width + left; i < y * first.width + right; i++) {
      l += second.l[i] - first.l[i]
      a += second.a[i] - first.a[i]
      b += second.b[i] - first.b[i]
    }
  }
  const pixels = (right - left) * (bottom - top)
  return [l / pixels, a / pixels, b / pixels]
}
