/**
 * Gaussian mixtures of colour: the look of skin, hair or a background, learned from some pixels of one picture and
 * evaluated on all others. Fitted by k-means with full covariances, from starting points spread by lightness, without
 * randomness.
 */

interface Component {
  readonly mean: readonly [number, number, number]
  /** The inverse covariance: xx, xy, xz, yy, yz, zz. */
  readonly precision: readonly number[]
  /** The logarithm of its share minus half the logarithm of the covariance's determinant. */
  readonly offset: number
}

export type Mixture = readonly Component[]

/** Fewer pixels than this give no mixture. */
const LEAST_PIXELS = 60
/** Fewer pixels than this give no component. */
const LEAST_COMPONENT = 8
/** Number of evenly sampled pixels to learn from. */
const MOST_PIXELS = 4000
const ROUNDS = 8
/** Added to the variances, for noise and for what a sample misses. */
const [VARIANCE_L, VARIANCE_AB] = [9, 4]
/** The log-likelihood without a mixture (UNKNOWN) and far from every component (LEAST). */
const UNKNOWN = -14
const LEAST = -22
/** A component this far below the likeliest, as a logarithm, is left out. */
const NEGLIGIBLE = 12

/**
 * Fits `count` components to colours (three numbers per pixel) at `pixels`, weighted by `weights` at the same pixels.
 * Returns fewer where there are few colours, none where there are few pixels.
 */
export const fitMixture = (
  colours: Float32Array,
  pixels: readonly number[],
  count: number,
  weights?: Float32Array,
): Mixture => {
  if (pixels.length < LEAST_PIXELS) return []
  const size = Math.min(pixels.length, MOST_PIXELS)
  const values = new Float32Array(3 * size)
  const shares = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    const pixel = pixels[Math.floor((i * (pixels.length - 1)) / (size - 1))]
    for (let c = 0; c < 3; c++) values[3 * i + c] = colours[3 * pixel + c]
    shares[i] = (weights ? weights[pixel] : 1) + 1e-6
  }
  const byLightness = Uint32Array.from(shares.keys()).sort((a, b) => values[3 * a] - values[3 * b] || a - b)
  const means = Float64Array.from({ length: 3 * count }, (_, i) => {
    const k = Math.floor(i / 3)
    return values[3 * byLightness[Math.floor(((2 * k + 1) * (size - 1)) / (2 * count))] + (i % 3)]
  })
  const labels = new Uint8Array(size)
  for (let round = 0; round < ROUNDS; round++) {
    labelByNearest(values, means, labels)
    moveToMembers(values, shares, labels, means)
  }
  const total = shares.reduce((sum, share) => sum + share, 0)
  return Array.from({ length: count }, (_, k) => componentOf(values, shares, labels, means, k, total)).filter(
    (component) => component !== undefined,
  )
}

const labelByNearest = (values: Float32Array, means: Float64Array, labels: Uint8Array): void => {
  for (let i = 0; i < labels.length; i++) {
    let least = Number.POSITIVE_INFINITY
    for (let k = 0; 3 * k < means.length; k++) {
      const x = values[3 * i] - means[3 * k]
      const y = values[3 * i + 1] - means[3 * k + 1]
      const z = values[3 * i + 2] - means[3 * k + 2]
      const distance = x * x + y * y + z * z
      if (distance < least) {
        least = distance
        labels[i] = k
      }
    }
  }
}

/** Moves each mean to the weighted mean of its members; one without members stays. */
const moveToMembers = (values: Float32Array, shares: Float32Array, labels: Uint8Array, means: Float64Array): void => {
  const sums = new Float64Array(means.length)
  const weights = new Float64Array(means.length / 3)
  for (let i = 0; i < labels.length; i++) {
    const k = labels[i]
    const share = shares[i]
    sums[3 * k] += share * values[3 * i]
    sums[3 * k + 1] += share * values[3 * i + 1]
    sums[3 * k + 2] += share * values[3 * i + 2]
    weights[k] += share
  }
  for (let i = 0; i < means.length; i++) {
    const weight = weights[Math.floor(i / 3)]
    if (weight > 0) means[i] = sums[i] / weight
  }
}

const componentOf = (
  values: Float32Array,
  shares: Float32Array,
  labels: Uint8Array,
  means: Float64Array,
  k: number,
  total: number,
): Component | undefined => {
  const mean = [means[3 * k], means[3 * k + 1], means[3 * k + 2]] as const
  let xx = 0
  let xy = 0
  let xz = 0
  let yy = 0
  let yz = 0
  let zz = 0
  let weight = 0
  let members = 0
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== k) continue
    const x = values[3 * i] - mean[0]
    const y = values[3 * i + 1] - mean[1]
    const z = values[3 * i + 2] - mean[2]
    const share = shares[i]
    xx += share * x * x
    xy += share * x * y
    xz += share * x * z
    yy += share * y * y
    yz += share * y * z
    zz += share * z * z
    weight += share
    members++
  }
  if (members < LEAST_COMPONENT) return undefined
  const [a, b, c] = [xx / weight + VARIANCE_L, xy / weight, xz / weight]
  const [d, e, f] = [yy / weight + VARIANCE_AB, yz / weight, zz / weight + VARIANCE_AB]
  // The inverse of a symmetric matrix, by cofactors.
  const cofactors = [d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b]
  const determinant = a * cofactors[0] + b * cofactors[1] + c * cofactors[2]
  return {
    mean,
    precision: cofactors.map((value) => value / determinant),
    offset: Math.log(weight / total) - 0.5 * Math.log(determinant),
  }
}

/** The log-likelihood of each colour, up to a constant. */
export const logLikelihood = (mixture: Mixture, colours: Float32Array): Float32Array => {
  const out = new Float32Array(colours.length / 3)
  if (mixture.length === 0) return out.fill(UNKNOWN)
  const numbers = Float64Array.from(mixture.flatMap(({ mean, precision, offset }) => [...mean, ...precision, offset]))
  const each = new Float64Array(mixture.length)
  for (let i = 0; i < out.length; i++) {
    let most = Number.NEGATIVE_INFINITY
    for (let k = 0, at = 0; k < each.length; k++, at += 10) {
      const x = colours[3 * i] - numbers[at]
      const y = colours[3 * i + 1] - numbers[at + 1]
      const z = colours[3 * i + 2] - numbers[at + 2]
      const distance =
        x * (numbers[at + 3] * x + 2 * (numbers[at + 4] * y + numbers[at + 5] * z)) +
        y * (numbers[at + 6] * y + 2 * numbers[at + 7] * z) +
        z * numbers[at + 8] * z
      each[k] = numbers[at + 9] - 0.5 * distance
      if (each[k] > most) most = each[k]
    }
    let sum = 0
    // Components far below the likeliest add nothing.
    for (let k = 0; k < each.length; k++) if (each[k] > most - NEGLIGIBLE) sum += Math.exp(each[k] - most)
    out[i] = Math.max(LEAST, most + Math.log(sum))
  }
  return out
}
