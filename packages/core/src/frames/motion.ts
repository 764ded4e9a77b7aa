/**
 * Motion between neighbouring frames, one vector per patch: what the temporal filter moves its past by. Searches from
 * coarse to fine like flow.ts, but patches do not overlap, few steps are taken, and a patch that fits where it is stays
 * there. Cheap enough for every frame of a clip; too coarse to measure by.
 */
import type { Plane } from './luma.ts'
import { patchSearch, patchSide } from './patch-search.ts'

/** One vector per patch of 8 x 8, in pixels of the plane that was searched: the patch came from (x + u, y + v). */
export interface Motion {
  readonly columns: number
  readonly rows: number
  readonly u: Float32Array
  readonly v: Float32Array
  /** Mean absolute difference of each patch with where it came from, in levels. */
  readonly difference: Float32Array
}

const steps = 3
/** Mean absolute difference in levels up to which a patch counts as unmoved: noise and codecs leave as much. */
const unmoved = 0.5
/** Levels of difference that a moved patch must save, so that noise does not set flat places moving. */
const saving = 0.1

const searchLevel = (from: Plane, to: Plane, coarse: Motion | undefined): Motion => {
  const columns = Math.ceil(from.width / patchSide)
  const rows = Math.ceil(from.height / patchSide)
  const u = new Float32Array(columns * rows)
  const v = new Float32Array(columns * rows)
  const difference = new Float32Array(columns * rows)
  const search = patchSearch(from, to)
  const { found } = search
  for (let row = 0, o = 0; row < rows; row++) {
    const y = Math.min(row * patchSide, from.height - search.down)
    for (let column = 0; column < columns; column++, o++) {
      search.at(Math.min(column * patchSide, from.width - search.across), y)
      difference[o] = search.difference(0, 0)
      if (difference[o] <= unmoved) continue
      const enough = difference[o] - saving
      const consider = (atU: number, atV: number): void => {
        const here = search.difference(atU, atV)
        if (here >= Math.min(enough, difference[o])) return
        difference[o] = here
        u[o] = atU
        v[o] = atV
      }
      if (coarse) {
        const parent = Math.min(coarse.rows - 1, row >> 1) * coarse.columns + Math.min(coarse.columns - 1, column >> 1)
        consider(2 * coarse.u[parent], 2 * coarse.v[parent])
      }
      if (column > 0) consider(u[o - 1], v[o - 1])
      if (row > 0) consider(u[o - columns], v[o - columns])
      search.search(u[o], v[o], steps)
      consider(found.u, found.v)
    }
  }
  return { columns, rows, u, v, difference }
}

/** Where the patches of the first pyramid's finest plane are in the second's. */
export const motionBetween = (from: readonly Plane[], to: readonly Plane[]): Motion => {
  let motion: Motion | undefined
  for (let level = from.length - 1; level >= 0; level--) motion = searchLevel(from[level]!, to[level]!, motion)
  return motion!
}
