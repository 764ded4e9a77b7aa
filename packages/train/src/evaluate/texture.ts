/**
 * How much of a photo's fine texture is left in a result. Fine is what a blur takes away: lightness of OKLab less its
 * Gaussian with a sigma of a 640th of the long side, a pixel at least. Both pictures are cut into square cells of a
 * thirty-second of the long side, 16 pixels at least. A cell's texture is the median of its pixels' absolute differences, squared: a robust
 * variance (Hampel, 1974), which a contour or a drawn line through the cell hardly changes, as it takes less than half of the
 * pixels. Cells count where that median is, in the photo, a hundredth of the way from black to white or more.
 */
import { type Picture, toPlanes } from '@animegan/core'
import { blur, gaussian } from '../teacher/blur.ts'
import { requireSameSize } from './same-size.ts'

/** Sigma of the blur as a share of the long side, and its least in pixels. */
const share = 1 / 640
const finest = 1
/** Side of a cell as a share of the long side, and its least in pixels. */
const cellShare = 1 / 32
const leastCell = 16
/** A textured cell's median difference in lightness, 0 to 1. */
const threshold = 0.01

/**
 * The energy of a result's fine texture as a share of the photo's, where the photo is textured: 0 is none of it, 1 is all,
 * more is texture that the style adds. Undefined for a photo without texture. Throws for pictures of two sizes. Alpha is
 * not looked at.
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

/** Each cell's median of what a blur takes away, without its sign. */
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
