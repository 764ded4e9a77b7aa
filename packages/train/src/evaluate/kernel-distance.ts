/**
 * KID, the Kernel Inception Distance (Binkowski et al., "Demystifying MMD GANs", 2018): how far two sets of pictures are
 * apart, as the unbiased estimate of the squared maximum mean discrepancy under a cubic polynomial kernel. A picture is
 * given by the vectors of its crops. Crops of one picture are alike, so pairs within a picture are left out, as a vector
 * and itself are in the original: the estimate stays unbiased, and is near 0, sometimes below, for two halves of one set.
 * What the vectors hold is others' business.
 */
import { AnimeganError } from '@animegan/graph'

/** The vectors of a picture's crops; all vectors of all pictures are of one length. */
export type Crops = readonly Float32Array[]

/** A figure and its standard error. */
export interface Estimate {
  readonly value: number
  readonly error: number
}

/** (x·y / d + 1)^3 of vectors of length d. */
const kernel = (x: Float32Array, y: Float32Array): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i]
  return (sum / x.length + 1) ** 3
}

/** Row i, column k: the mean of the kernel over the crops of picture i of `a` and picture k of `b`. */
export type KernelMatrix = readonly Float64Array[]

/** Compares every picture of a set with every picture of another, or of the same. */
export const kernelMatrix = (a: readonly Crops[], b: readonly Crops[]): KernelMatrix =>
  a.map((one) =>
    Float64Array.from(b, (other) => {
      let sum = 0
      for (const x of one) for (const y of other) sum += kernel(x, y)
      return sum / (one.length * other.length)
    }),
  )

/** A distance, and what it would be without each of the pictures. */
export interface Distance {
  readonly value: number
  /** Without picture i of the first set, and of the second. */
  readonly without: readonly [Float64Array, Float64Array]
}

/** The fewest pictures of a set: one can be left out, and a pair is left. */
export const fewestPictures = 3

/** The distance of two sets, from the kernel within the first, within the second, and between them. */
export const distance = (first: KernelMatrix, second: KernelMatrix, between: KernelMatrix): Distance => {
  const [m, n] = [first.length, second.length]
  if (Math.min(m, n) < fewestPictures) {
    const found = `expected at least ${fewestPictures} pictures in each set, given ${m} and ${n}`
    throw new AnimeganError('bad-argument', `distance: ${found}`)
  }
  const [own, others] = [pairs(first), pairs(second)]
  const rows = between.map((row) => row.reduce((sum, value) => sum + value, 0))
  const columns = Float64Array.from({ length: n }, (_, k) => between.reduce((sum, row) => sum + row[k], 0))
  const across = columns.reduce((sum, value) => sum + value, 0)
  const estimate = (ownMean: number, othersMean: number, acrossMean: number) => ownMean + othersMean - 2 * acrossMean
  const [ownMean, othersMean] = [own.total / (m * (m - 1)), others.total / (n * (n - 1))]
  return {
    value: estimate(ownMean, othersMean, across / (m * n)),
    without: [
      own.rows.map((row, i) =>
        estimate((own.total - 2 * row) / ((m - 1) * (m - 2)), othersMean, (across - rows[i]) / ((m - 1) * n)),
      ),
      others.rows.map((row, k) =>
        estimate(ownMean, (others.total - 2 * row) / ((n - 1) * (n - 2)), (across - columns[k]) / (m * (n - 1))),
      ),
    ],
  }
}

/** Sums over the pairs of two different pictures: of each picture, and of all. */
const pairs = (matrix: KernelMatrix): { readonly rows: Float64Array; readonly total: number } => {
  const rows = Float64Array.from(matrix, (row, i) => row.reduce((sum, value) => sum + value, 0) - row[i])
  return { rows, total: rows.reduce((sum, value) => sum + value, 0) }
}

/** A distance with its standard error, by the jackknife over the pictures of both sets (Efron and Stein 1981). */
export const distanceEstimate = ({ value, without: [first, second] }: Distance): Estimate => ({
  value,
  error: Math.sqrt(jackknife(first) + jackknife(second)),
})

/** The distance of two sets of pictures, three of each at least. */
export const setDistance = (first: readonly Crops[], second: readonly Crops[]): Estimate =>
  distanceEstimate(distance(kernelMatrix(first, first), kernelMatrix(second, second), kernelMatrix(first, second)))

/**
 * The quotient of two distances to one second set, whose first sets belong together picture by picture (results and
 * their photos), so that what both have in common cancels out of the error.
 */
export const ratioEstimate = (one: Distance, other: Distance): Estimate => {
  const quotients = (set: 0 | 1): Float64Array => one.without[set].map((value, i) => value / other.without[set][i])
  return { value: one.value / other.value, error: Math.sqrt(jackknife(quotients(0)) + jackknife(quotients(1))) }
}

/** The variance of an estimate, from its values without each of the samples. */
const jackknife = (without: Float64Array): number => {
  const count = without.length
  const mean = without.reduce((sum, value) => sum + value, 0) / count
  return ((count - 1) / count) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}
