/**
 * How much of a photo's fine texture is left in a result. Fine texture is what a blur removes: OKLab lightness minus
 * its Gaussian blur with a sigma of a 640th of the long side, at least one pixel. Both pictures are divided into square
 * cells with a side of a thirty-second of the long side, at least 16 pixels. A cell's texture is the square of the
 * median absolute difference of its pixels: a robust variance (Hampel, 1974), which a contour or drawn line through the
 * cell hardly changes, because it covers less than half of the pixels. Cells count if that median, in the photo, is at
 * least a hundredth of the range from black to white.
 */
import { type Picture, toPlanes } from '@animegan/core'
import { blur, gaussian } from '../teacher/blur.ts'
import { requireSameSize } from './same-size.ts'

/** Sigma of the blur as a share of the long side, and its minimum in pixels. */
const share = 1 / 640
const finest = 1
/** Side of a cell as a share of the long side, and its minimum in pixels. */
const cellShare = 1 / 32
const leastCell = 16
/** The least median difference in lightness (0 to 1) of a textured cell. */
const threshold = 0.01

/**
 * The energy of a result's fine texture as a share of the photo's, in the textured cells of the photo: 0 if none is
 * left, 1 if all is, more than 1 if the style adds texture. Undefined for a photo without texture. Throws if the two
 * pictures differ in size. Ignores alpha.
 */
export const textureLeft = (photo: Picture, result: Picture): number | undefined => {
  requireSameSize('textureLeft', photo, result)
  const [before, after] = [texture(photo), texture(result)]
  let [had, has] = [0, 0]
  for (const [cell, median] of before.entries()) {
    if (median < threshold) continue
    had += median * median
    has += after[cell] * after[cell]
  }
  return had > 0 ? has / had : undefined
}

/** Each cell's median absolute difference between the lightness and its blur. */
const texture = (picture: Picture): number[] => {
  const { width, height, l } = toPlanes(picture)
  const long = Math.max(width, height)
  const coarse = blur(l, width, height, gaussian(Math.max(finest, long * share)))
  const side = Math.max(leastCell, long * cellShare)
  const borders = (length: number): number[] => {
    const count = Math.max(1, Math.round(length / side))
    return Array.from({ length: count + 1 }, (_, i) => Math.round((i * length) / count))
  }
  const [columns, rows] = [borders(width), borders(height)]
  return rows.slice(1).flatMap((bottom, row) =>
    columns.slice(1).map((right, column) => {
      const fine = new Float32Array((bottom - rows[row]) * (right - columns[column]))
      for (let y = rows[row], o = 0; y < bottom; y++) {
        for (let i = y * width + columns[column]; i < y * width + right; i++) fine[o++] = Math.abs(l[i] - coarse[i])
      }
      return fine.sort()[fine.length >> 1]
    }),
  )
}
