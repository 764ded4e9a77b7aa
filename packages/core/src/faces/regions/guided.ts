/**
 * The guided filter (He, Sun, Tang 2013, "Guided Image Filtering") with a colour picture as guide: it smooths planes,
 * but not across the picture's edges.
 */
import type { Picture } from '../../picture.ts'
import { boxMean } from './filters.ts'
import type { Plane } from './plane.ts'

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
    const product = new Float32Array(count)
    for (let i = 0; i < count; i++) product[i] = a[i] * b[i]
    const shared = mean(product)
    for (let i = 0; i < count; i++) shared[i] -= meanA[i] * meanB[i]
    return shared
  }
  const colours = [0, 1, 2].map((c) => {
    const colour = new Float32Array(count)
    for (let i = 0; i < count; i++) colour[i] = data[i * channels + c] / 255
    return colour
  })
  const means = colours.map(mean)
  const covariances = PAIRS.map(([p, q]) => covariance(colours[p], colours[q], means[p], means[q]))
  const inverse = inverseOf(covariances, epsilon)
  const [red, green, blue] = colours

  return ({ data: values }) => {
    const middle = mean(values)
    const [x, y, z] = colours.map((colour, c) => covariance(colour, values, means[c], middle))
    const offset = new Float32Array(count)
    for (let i = 0; i < count; i++) {
      const a = inverse[0][i] * x[i] + inverse[1][i] * y[i] + inverse[2][i] * z[i]
      const b = inverse[1][i] * x[i] + inverse[3][i] * y[i] + inverse[4][i] * z[i]
      const c = inverse[2][i] * x[i] + inverse[4][i] * y[i] + inverse[5][i] * z[i]
      offset[i] = middle[i] - a * means[0][i] - b * means[1][i] - c * means[2][i]
      x[i] = a
      y[i] = b
      z[i] = c
    }
    const [a, b, c, out] = [x, y, z, offset].map(mean)
    for (let i = 0; i < count; i++) out[i] += a[i] * red[i] + b[i] * green[i] + c[i] * blue[i]
    return { width, height, data: out }
  }
}

/** The inverses of symmetric matrices with `epsilon` added to their diagonals, by cofactors. */
const inverseOf = (matrices: readonly Float32Array[], epsilon: number): Float32Array[] => {
  const inverse = matrices.map(({ length }) => new Float32Array(length))
  for (let i = 0; i < matrices[0].length; i++) {
    const [a, b, c] = [matrices[0][i] + epsilon, matrices[1][i], matrices[2][i]]
    const [d, e, f] = [matrices[3][i] + epsilon, matrices[4][i], matrices[5][i] + epsilon]
    const [A, B, C] = [d * f - e * e, c * e - b * f, b * e - c * d]
    const determinant = a * A + b * B + c * C
    inverse[0][i] = A / determinant
    inverse[1][i] = B / determinant
    inverse[2][i] = C / determinant
    inverse[3][i] = (a * f - c * c) / determinant
    inverse[4][i] = (b * c - a * e) / determinant
    inverse[5][i] = (a * d - b * b) / determinant
  }
  return inverse
}
