/**
 * The guided filter (He, Sun, Tang 2013, "Guided Image Filtering") with a colour picture as guide: it smooths planes,
 * but not across the picture's edges.
 */
import type { Picture } from '../../picture.ts'
import { boxMean } from './filters.ts'
import { type Plane, product } from './plane.ts'
import { inRuns } from './runs.ts'

/** Smooths a plane of the guide's size. */
export type GuidedFilter = (plane: Plane) => Plane

/** The colour pairs of a symmetric matrix. */
const PAIRS = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const

/**
 * A filter over squares of side `2 * radius + 1`. Colours range from 0 to 1; differences whose square is below
 * `epsilon` do not count as edges. Whatever depends only on the guide is computed once.
 */
export const guidedFilter = (guide: Picture, radius: number, epsilon: number): GuidedFilter => {
  const { width, height, channels, data } = guide
  const count = width * height
  const mean = (values: Float32Array): Float32Array => boxMean({ width, height, data: values }, radius).data
  /** The means of the products minus the products of the means. */
  const covariance = (a: Float32Array, b: Float32Array, meanA: Float32Array, meanB: Float32Array): Float32Array => {
    const shared = mean(product(a, b))
    inRuns(count, (from, to) => {
      for (let i = from; i < to; i++) shared[i] -= meanA[i] * meanB[i]
    })
    return shared
  }
  const colours = [0, 1, 2].map((c) => {
    const colour = new Float32Array(count)
    inRuns(count, (from, to) => {
      for (let i = from; i < to; i++) colour[i] = data[i * channels + c] / 255
    })
    return colour
  })
  const means = colours.map(mean)
  const covariances = PAIRS.map(([p, q]) => covariance(colours[p], colours[q], means[p], means[q]))
  const inverse = inverseOf(covariances, epsilon)
  const [red, green, blue] = colours
  const [rr, rg, rb, gg, gb, bb] = inverse
  const [meanRed, meanGreen, meanBlue] = means

  return ({ data: values }) => {
    const middle = mean(values)
    const [x, y, z] = colours.map((colour, c) => covariance(colour, values, means[c], middle))
    const offset = new Float32Array(count)
    inRuns(count, (from, to) => {
      for (let i = from; i < to; i++) {
        const a = rr[i] * x[i] + rg[i] * y[i] + rb[i] * z[i]
        const b = rg[i] * x[i] + gg[i] * y[i] + gb[i] * z[i]
        const c = rb[i] * x[i] + gb[i] * y[i] + bb[i] * z[i]
        offset[i] = middle[i] - a * meanRed[i] - b * meanGreen[i] - c * meanBlue[i]
        x[i] = a
        y[i] = b
        z[i] = c
      }
    })
    const [a, b, c, out] = [x, y, z, offset].map(mean)
    inRuns(count, (from, to) => {
      for (let i = from; i < to; i++) out[i] += a[i] * red[i] + b[i] * green[i] + c[i] * blue[i]
    })
    return { width, height, data: out }
  }
}

/** The inverses of symmetric matrices with `epsilon` added to their diagonals, by cofactors. */
const inverseOf = (matrices: readonly Float32Array[], epsilon: number): Float32Array[] => {
  const inverse = matrices.map(({ length }) => new Float32Array(length))
  const [rr, rg, rb, gg, gb, bb] = matrices
  const [outRR, outRG, outRB, outGG, outGB, outBB] = inverse
  inRuns(rr.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const a = rr[i] + epsilon
      const b = rg[i]
      const c = rb[i]
      const d = gg[i] + epsilon
      const e = gb[i]
      const f = bb[i] + epsilon
      const A = d * f - e * e
      const B = c * e - b * f
      const C = b * e - c * d
      const determinant = a * A + b * B + c * C
      outRR[i] = A / determinant
      outRG[i] = B / determinant
      outRB[i] = C / determinant
      outGG[i] = (a * f - c * c) / determinant
      outGB[i] = (b * c - a * e) / determinant
      outBB[i] = (a * d - b * b) / determinant
    }
  })
  return inverse
}
