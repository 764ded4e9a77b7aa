/**
 * Dense motion between neighbouring frames, for the temporal filter and for finding cuts. Dense inverse search as in
 * optical-flow.ts (Kroeger et al., 2016), but with few steps, one vector per cell of 2 x 2 pixels, and no smoothing:
 * fast enough for every frame of a clip, too coarse for measurements. A patch starts from the vectors found around it
 * at half the size. If it is lost there, it also tries zero and its neighbours' vectors, which must fit much better, or
 * results swim.
 */
import { SINGLE } from '../kernels/kernels.ts'
import type { Plane } from './luma.ts'
import { patchSide, prepared, unseen } from './patch-search.ts'

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

/** How many patches there are along a side. */
const patches = (side: number): number => 1 + Math.ceil(Math.max(0, side - patchSide) / patchStride)

const searchLevel = (from: Plane, to: Plane, coarse: Motion | undefined): Motion => {
  const { width, height } = from
  const bench = prepared(from, to)
  const [across, down] = [patches(width), patches(height)]
  const [columns, rows] = [Math.ceil(width / cellSide), Math.ceil(height / cellSide)]
  const [count, size] = [across * down, columns * rows]
  const [coarseU, coarseV] = coarse ? [bench.put(coarse.u), bench.put(coarse.v)] : [0, 0]
  const [patchU, patchV, misfits] = [0, 1, 2].map(() => bench.room(SINGLE * count))
  // Sums of the patches' vectors for each cell, weighted by texture and by how well they fit there.
  const sums = [0, 1, 2, 3].map(() => bench.put(new Float32Array(size)))
  bench.kernels.searchLevel(
    ...[across, down, coarseU, coarseV, coarse?.columns ?? 0, coarse?.rows ?? 0, steps, unseen, lost, better],
    ...[patchU, patchV, misfits, columns, ...sums, bench.room(SINGLE * patchSide ** 2)],
  )
  const [u, v, squares, weights] = sums.map((place) => bench.singles(place, size))
  for (let i = 0; i < size; i++) {
    u[i] /= weights[i]
    v[i] /= weights[i]
    squares[i] = Math.max(0, squares[i] / weights[i] - u[i] * u[i] - v[i] * v[i])
  }
  return { columns, rows, u, v, variance: squares, misfits: bench.singles(misfits, count) }
}

/** Where the cells of the first pyramid's finest plane lie in the second's. */
export const motionBetween = (from: readonly Plane[], to: readonly Plane[]): Motion => {
  let motion: Motion | undefined
  for (let level = from.length - 1; level >= 0; level--) motion = searchLevel(from[level], to[level], motion)
  return motion!
}
