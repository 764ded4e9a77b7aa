/**
 * Dense optical flow for measuring: Kroeger et al., Fast Optical Flow using Dense Inverse Search (ECCV 2016), without
 * its variational refinement. From coarse to fine, overlapping patches are matched, and each pixel takes the mean
 * vector of the patches around it, weighted by texture and fit: a normalised convolution (Knutsson & Westin, 1993).
 * Accurate and deterministic rather than fast; filters use motion.ts.
 */
import { type Plane, pyramidOf } from './luma.ts'
import { patchSearch } from './patch-search.ts'

/** For every pixel of one picture, where its content lies in another: the content of (x, y) is at (x + u, y + v). */
export interface Flow {
  readonly width: number
  readonly height: number
  readonly u: Float32Array
  readonly v: Float32Array
}

const stride = 4
const steps = 12

/** The flow doubled at twice the size, nearest: only a starting point for a search. */
const enlarge = (coarse: Flow, { width, height }: Plane): Flow => {
  const u = new Float32Array(width * height)
  const v = new Float32Array(width * height)
  for (let y = 0, o = 0; y < height; y++) {
    const row = (y >> 1) * coarse.width
    for (let x = 0; x < width; x++, o++) {
      u[o] = 2 * coarse.u[row + (x >> 1)]
      v[o] = 2 * coarse.v[row + (x >> 1)]
    }
  }
  return { width, height, u, v }
}

/** Start indices of patches along a side: every `stride`, plus one that ends with the side. */
const starts = (side: number, size: number): number[] => {
  const last = side - size
  const found: number[] = []
  for (let i = 0; i < last; i += stride) found.push(i)
  return [...found, last]
}

/** Sums over 5 x 5, in place, edges repeated. */
const spread = (plane: Float32Array, width: number, height: number): void => {
  const line = new Float32Array(Math.max(width, height) + 4)
  const run = (start: number, step: number, count: number): void => {
    for (let i = 0; i < count + 4; i++) line[i] = plane[start + step * Math.min(count - 1, Math.max(0, i - 2))]
    for (let i = 0, o = start; i < count; i++, o += step) {
      plane[o] = line[i] + line[i + 1] + line[i + 2] + line[i + 3] + line[i + 4]
    }
  }
  for (let y = 0; y < height; y++) run(y * width, 1, width)
  for (let x = 0; x < width; x++) run(x, width, height)
}

const refine = (from: Plane, to: Plane, initial: Flow): Flow => {
  const { width, height, data } = from
  const search = patchSearch(from, to)
  const { across, down, moved, found } = search
  const u = new Float32Array(width * height)
  const v = new Float32Array(width * height)
  const weights = new Float32Array(width * height)
  for (const y of starts(height, down)) {
    for (const x of starts(width, across)) {
      const centre = (y + (down >> 1)) * width + x + (across >> 1)
      search.search(x, y, initial.u[centre], initial.v[centre], steps)
      search.difference(x, y, found.u, found.v)
      for (let j = 0, i = 0; j < down; j++) {
        for (let o = (y + j) * width + x, end = o + across; o < end; o++, i++) {
          const weight = found.texture / Math.max(1, Math.abs(moved[i] - data[o]))
          u[o] += weight * found.u
          v[o] += weight * found.v
          weights[o] += weight
        }
      }
    }
  }
  for (const plane of [u, v, weights]) {
    spread(plane, width, height)
    spread(plane, width, height)
  }
  for (let o = 0; o < weights.length; o++) {
    u[o] /= weights[o]
    v[o] /= weights[o]
  }
  return { width, height, u, v }
}

/** The flow from one picture's brightness to that of another of the same size. */
export const opticalFlow = (from: Plane, to: Plane): Flow => {
  if (from.width !== to.width || from.height !== to.height) {
    throw new RangeError(
      `opticalFlow: expected pictures of one size, given ${from.width} x ${from.height} and ${to.width} x ${to.height}`,
    )
  }
  const sources = pyramidOf(from)
  const targets = pyramidOf(to)
  const { width, height } = sources.at(-1)!
  let flow: Flow = { width, height, u: new Float32Array(width * height), v: new Float32Array(width * height) }
  for (let level = sources.length - 1; level >= 0; level--) {
    const plane = sources[level]
    flow = refine(plane, targets[level], level === sources.length - 1 ? flow : enlarge(flow, plane))
  }
  return flow
}
