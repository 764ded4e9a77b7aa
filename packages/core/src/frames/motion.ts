/**
 * Motion between neighbouring frames as a grid of vectors, each a patch's: what the temporal filter moves its past by, and
 * shots are judged along. Dense inverse search as in flow.ts, with few steps and without its weighing of every pixel:
 * cheap enough for every frame of a clip, not what is measured by. Patches overlap by half, since vectors of patches side
 * by side leave the result to swim between them: with live and people that talk, a warping error of 1.7 times the source's
 * own in place of 1.2.
 */
import type { Plane } from './luma.ts'
import { patchSearch, patchSide } from './patch-search.ts'

/** Pixels from one patch to the next; the last of a row or column ends with the plane. */
export const patchStride = 4

/** One vector for each patch, in pixels of the plane that was searched: the patch came from (x + u, y + v). */
export interface Motion {
  readonly columns: number
  readonly rows: number
  readonly u: Float32Array
  readonly v: Float32Array
  /** How far each is to be believed beside its neighbours: texture by misfit, above 0. */
  readonly weight: Float32Array
}

const steps = 3
/** The mean squared difference, in levels, from which on a patch is looked for where its neighbours came from, too. */
const lost = 25

/** How many patches there are along a side. */
const count = (side: number): number => 1 + Math.ceil(Math.max(0, side - patchSide) / patchStride)

/** The corner of each patch of a plane, row by row. */
const eachPatch = ({ width, height }: Plane, visit: (index: number, x: number, y: number) => void): void => {
  const [lastX, lastY] = [Math.max(0, width - patchSide), Math.max(0, height - patchSide)]
  const [columns, rows] = [count(width), count(height)]
  for (let row = 0, index = 0; row < rows; row++) {
    const y = Math.min(row * patchStride, lastY)
    for (let column = 0; column < columns; column++, index++) visit(index, Math.min(column * patchStride, lastX), y)
  }
}

/** The nearest patch of half the size to one at `index` of the whole. */
const parent = (index: number, most: number): number => Math.min(most - 1, Math.max(0, (index - 1) >> 1))

const searchLevel = (from: Plane, to: Plane, coarse: Motion | undefined): Motion => {
  const [columns, rows] = [count(from.width), count(from.height)]
  const u = new Float32Array(columns * rows)
  const v = new Float32Array(columns * rows)
  const weight = new Float32Array(columns * rows)
  const search = patchSearch(from, to)
  const { found } = search
  eachPatch(from, (index, x, y) => {
    let [startU, startV] = [0, 0]
    if (coarse) {
      const row = Math.trunc(index / columns)
      const above = parent(row, coarse.rows) * coarse.columns + parent(index - row * columns, coarse.columns)
      startU = 2 * coarse.u[above]
      startV = 2 * coarse.v[above]
    }
    let least = Number.POSITIVE_INFINITY
    const tryFrom = (atU: number, atV: number): void => {
      search.search(x, y, atU, atV, steps)
      if (found.error >= least) return
      least = found.error
      u[index] = found.u
      v[index] = found.v
    }
    tryFrom(startU, startV)
    if (least > lost) tryFrom(0, 0)
    if (least > lost && index % columns > 0) tryFrom(u[index - 1], v[index - 1])
    if (least > lost && index >= columns) tryFrom(u[index - columns], v[index - columns])
    weight[index] = found.texture / Math.max(1, Math.sqrt(least))
  })
  return { columns, rows, u, v, weight }
}

/** Where the patches of the first pyramid's finest plane are in the second's. */
export const motionBetween = (from: readonly Plane[], to: readonly Plane[]): Motion => {
  let motion: Motion | undefined
  for (let level = from.length - 1; level >= 0; level--) motion = searchLevel(from[level]!, to[level]!, motion)
  return motion!
}

/** The mean absolute difference of each patch with where it came from, in levels. */
export const differencesAlong = ({ u, v }: Motion, from: Plane, to: Plane): Float32Array => {
  const differences = new Float32Array(u.length)
  const search = patchSearch(from, to)
  eachPatch(from, (index, x, y) => {
    differences[index] = search.difference(x, y, u[index], v[index])
  })
  return differences
}
