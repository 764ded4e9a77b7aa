/**
 * Finds a patch of one picture in another: Gauss-Newton steps of inverse search (Baker & Matthews, Lucas-Kanade 20
 * Years On, 2004), as in Kroeger et al., Fast Optical Flow using Dense Inverse Search (2016). Gradients are taken from
 * the first picture, once; patches are compared with their means removed, so a change of light does not count as
 * motion. In single precision, by kernels.
 */
import { DOUBLE, SINGLE, Workbench } from '../kernels/kernels.ts'
import type { Plane } from './luma.ts'

/** Side of a patch in pixels; smaller if the picture is. */
export const patchSide = 8
/** A mean squared difference, in levels, that rounding alone may leave; the search then stops. */
export const unseen = 0.25
/** Patches may extend past the edge by this much, with edge pixels repeated; no patch moves further in a search. */
const margin = patchSide

export interface PatchSearch {
  /** Sizes of the patches. */
  readonly across: number
  readonly down: number
  /** Starts at (u, v) and steps until steps get small, for the patch with its corner at whole (x, y); fills `found`. */
  search(x: number, y: number, u: number, v: number, steps: number): void
  readonly found: {
    /** The best position. */
    u: number
    v: number
    /** The mean squared difference there, means removed. */
    error: number
    /** How distinctive the patch is from its neighbours: nearly the smaller eigenvalue of its structure tensor. */
    texture: number
  }
  /**
   * The mean absolute difference between the patch at (x, y) and the other picture's at (x + u, y + v), which is left
   * in `moved`.
   */
  difference(x: number, y: number, u: number, v: number): number
  /** The other picture's patch, bilinear, from the last call of `difference`. */
  readonly moved: Float32Array
}

/** Two planes of one size in the kernels' memory, ready to be searched; until the next job. */
export const prepared = (from: Plane, to: Plane): Workbench => {
  const { width, height } = from
  const bench = new Workbench()
  const [first, second] = [bench.put(from.data), bench.put(to.data)]
  const room = (): number => bench.room(SINGLE * width * height)
  const [data, across, down] = [room(), room(), room()]
  const padded = bench.room(SINGLE * ((width + 2 * margin + 1) * (height + 2 * margin + 1) + 4))
  bench.kernels.prepareSearch(first, second, width, height, margin, data, across, down, padded)
  return bench
}

/** Prepares a search for patches of one plane in another of the same size. Searches must be done before anything else is computed. */
export const patchSearch = (from: Plane, to: Plane): PatchSearch => {
  const bench = prepared(from, to)
  const { kernels } = bench
  const across = Math.min(patchSide, from.width)
  const down = Math.min(patchSide, from.height)
  const [place, values] = [bench.room(4 * DOUBLE), bench.room(SINGLE * across * down)]
  const numbers = new Float64Array(kernels.memory.buffer, place, 4)
  const moved = new Float32Array(kernels.memory.buffer, values, across * down)
  const found = { u: 0, v: 0, error: 0, texture: 0 }
  return {
    across,
    down,
    found,
    moved,
    search: (x, y, startU, startV, steps) => {
      kernels.searchPatch(x, y, startU, startV, steps, unseen)
      kernels.writeFound(place)
      ;[found.u, found.v, found.error, found.texture] = numbers
    },
    difference: (x, y, u, v) => kernels.patchDifference(x, y, u, v, values),
  }
}
