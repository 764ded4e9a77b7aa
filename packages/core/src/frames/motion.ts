/**
 * Dense motion between neighbouring frames, for the temporal filter and for finding cuts. Dense inverse search as in
 * optical-flow.ts (Kroeger et al., 2016), but with few steps, one vector per cell of 2 x 2 pixels, and no smoothing:
 * fast enough for every frame of a clip, too coarse for measurements. A patch starts from the vectors found around it
 * at half the size. If it is lost there, it also tries zero and its neighbours' vectors, which must fit much better, or
 * results swim.
 */
import type { Plane } from './luma.ts'
import { patchSearch, patchSide } from './patch-search.ts'

/** Side of a cell in pixels; the last of a row or column may hang over. */
export const cellSide = 2
/** Pixels from one patch to the next; the last of a row or column ends with the plane. */
const patchStride = 4
const steps = 2
/**
 * The mean squared difference, in levels, from which a patch counts as lost; and the fraction of it that another start
 * must get below.
 */
const lost = 25
const better = 0.25

/** One vector for each cell, in pixels of the plane that was searched: the cell came from (x + u, y + v). */
export interface Motion {
  readonly columns: number
  readonly rows: number
  readonly u: Float32Array
  readonly v: Float32Array
  /** The variance of the vectors of the patches around a cell, in squared pixels: large at the border of a motion. */
  readonly variance: Float32Array
  /** For each patch, the mean absolute difference to the place where it was found, in levels. */
  readonly misfits: Float32Array
}

/** Start positions of the patches along a side. */
const starts = (side: number): number[] => {
  const last = Math.max(0, side - patchSide)
  return Array.from({ length: 1 + Math.ceil(last / patchStride) }, (_, i) => Math.min(i * patchStride, last))
}

/** Sums of the patches' vectors per cell, weighted by texture and by how well they fit there. */
const cellSums = (width: number, height: number) => {
  const columns = Math.ceil(width / cellSide)
  const rows = Math.ceil(height / cellSide)
  const size = columns * rows
  const u = new Float32Array(size)
  const v = new Float32Array(size)
  const squares = new Float32Array(size)
  const weights = new Float32Array(size)
  return {
    columns,
    add: (cell: number, atU: number, atV: number, weight: number): void => {
      u[cell] += weight * atU
      v[cell] += weight * atV
      squares[cell] += weight * (atU * atU + atV * atV)
      weights[cell] += weight
    },
    mean: (misfits: Float32Array): Motion => {
      for (let i = 0; i < size; i++) {
        u[i] /= weights[i]
        v[i] /= weights[i]
        squares[i] = Math.max(0, squares[i] / weights[i] - u[i] * u[i] - v[i] * v[i])
      }
      return { columns, rows, u, v, variance: squares, misfits }
    },
  }
}

const searchLevel = (from: Plane, to: Plane, coarse: Motion | undefined): Motion => {
  const { width, height, data } = from
  const search = patchSearch(from, to)
  const { across, down, moved, found } = search
  const [xs, ys] = [starts(width), starts(height)]
  const misfits = new Float32Array(xs.length * ys.length)
  const u = new Float32Array(misfits.length)
  const v = new Float32Array(misfits.length)
  const sums = cellSums(width, height)
  let patch = 0
  for (const y of ys) {
    for (const x of xs) {
      let [startU, startV] = [0, 0]
      if (coarse) {
        // The cell, at half the size, of the patch's middle.
        const column = Math.min(coarse.columns - 1, (x + (across >> 1)) >> 2)
        const row = Math.min(coarse.rows - 1, (y + (down >> 1)) >> 2)
        startU = 2 * coarse.u[row * coarse.columns + column]
        startV = 2 * coarse.v[row * coarse.columns + column]
      }
      let least = Number.POSITIVE_INFINITY
      const tryFrom = (atU: number, atV: number): void => {
        search.search(x, y, atU, atV, steps)
        if (found.error >= better * least) return
        least = found.error
        u[patch] = found.u
        v[patch] = found.v
      }
      tryFrom(startU, startV)
      if (least > lost) tryFrom(0, 0)
      if (least > lost && x > 0) tryFrom(u[patch - 1], v[patch - 1])
      if (least > lost && y > 0) tryFrom(u[patch - xs.length], v[patch - xs.length])
      misfits[patch] = search.difference(x, y, u[patch], v[patch])
      for (let j = 0; j < down; j += cellSide) {
        const below = j + 1 < down ? 1 : 0
        for (let k = 0; k < across; k += cellSide) {
          const right = k + 1 < across ? 1 : 0
          const i = j * across + k
          const t = i + below * across
          const o = (y + j) * width + x + k
          const s = o + below * width
          const misfit =
            Math.abs(moved[i] - data[o]) +
            Math.abs(moved[i + right] - data[o + right]) +
            Math.abs(moved[t] - data[s]) +
            Math.abs(moved[t + right] - data[s + right])
          // The last patch of a row or column may begin in the middle of a cell; it then counts from the next cell on.
          const cell = ((y + j + 1) >> 1) * sums.columns + ((x + k + 1) >> 1)
          sums.add(cell, u[patch], v[patch], found.texture / Math.max(1, misfit / 4))
        }
      }
      patch++
    }
  }
  return sums.mean(misfits)
}

/** Where the cells of the first pyramid's finest plane lie in the second's. */
export const motionBetween = (from: readonly Plane[], to: readonly Plane[]): Motion => {
  let motion: Motion | undefined
  for (let level = from.length - 1; level >= 0; level--) motion = searchLevel(from[level], to[level], motion)
  return motion!
}
