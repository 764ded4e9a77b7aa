/**
 * Mixtures of Gaussians of colour: what skin, hair or a background looks like, learned from some pixels of one picture and
 * asked of all others. Fitted by k-means with full covariances, from starts spread by lightness: no chance in it.
 */

interface Component {
  readonly mean: readonly [number, number, number]
  /** The inverse covariance: xx, xy, xz, yy, yz, zz. */
  readonly precision: readonly [number, number, number, number, number, number]
  /** The logarithm of its share, less half of that of the covariance's determinant. */
  readonly offset: number
}

export type Mixture = readonly Component[]

/** Fewer pixels than this say nothing. */
const LEAST_PIXELS = 60
/** Fewer than this are no component. */
const LEAST_COMPONENT = 8
/** So many pixels, evenly taken, are enough. */
const MOST_PIXELS = 4000
const ROUNDS = 8
/** Added to the variances: noise, and what a few pixels do not know of the others. */
const [VARIANCE_L, VARIANCE_AB] = [9, 4]
/** What pixels without a mixture, and pixels far from every component, are worth. */
const UNKNOWN = -14
const LEAST = -22

/**
 * Fits `count` components to colours (three numbers a pixel) at `pixels`, weighted by `weights` at the same pixels. Fewer
 * come out where there are few colours; none, where there are few pixels.
 */
export const fitMixture = (
  colours: Float32Array,
  pixels: readonly number[],
  count: number,
  weights?: Float32Array,
): Mixture => {
  if (pixels.length < LEAST_PIXELS) return []
  const size = Math.min(pixels.length, MOST_PIXELS)
  const sample = Array.from({ length: size }, (_, i) => pixels[Math.floor((i * (pixels.length - 1)) / (size - 1))])
  const weightOf = (pixel: number): number => (weights ? weights[pixel] : 1) + 1e-6
  const byLightness = sample.toSorted((a, b) => colours[3 * a] - colours[3 * b])
  let means = Array.from({ length: count }, (_, k) => {
    const pixel = byLightness[Math.floor(((2 * k + 1) * (size - 1)) / (2 * count))]
    return colourAt(colours, pixel)
  })
  let labels = new Uint8Array(size)
  for (let round = 0; round < ROUNDS; round++) {
    labels = Uint8Array.from(sample, (pixel) => nearest(means, colourAt(colours, pixel)))
    means = means.map((before, k) => {
      const members = sample.filter((_, i) => labels[i] === k)
      return members.length > 0 ? meanOf(colours, members, weightOf) : before
    })
  }
  const total = sample.reduce((sum, pixel) => sum + weightOf(pixel), 0)
  return means.flatMap((mean, k) => {
    const members = sample.filter((_, i) => labels[i] === k)
    return members.length < LEAST_COMPONENT ? [] : [componentOf(colours, members, weightOf, mean, total)]
  })
}

type Triple = readonly [number, number, number]

const colourAt = (colours: Float32Array, pixel: number): Triple => [
  colours[3 * pixel],
  colours[3 * pixel + 1],
  colours[3 * pixel + 2],
]

const nearest = (means: readonly Triple[], [x, y, z]: Triple): number => {
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  means.forEach(([a, b, c], k) => {
    const distance = (x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2
    if (distance < least) [best, least] = [k, distance]
  })
  return best
}

const meanOf = (colours: Float32Array, members: readonly number[], weightOf: (pixel: number) => number): Triple => {
  const sums = [0, 0, 0, 0]
  for (const pixel of members) {
    const weight = weightOf(pixel)
    for (let c = 0; c < 3; c++) sums[c] += weight * colours[3 * pixel + c]
    sums[3] += weight
  }
  return [sums[0] / sums[3], sums[1] / sums[3], sums[2] / sums[3]]
}

const componentOf = (
  colours: Float32Array,
  members: readonly number[],
  weightOf: (pixel: number) => number,
  mean: Triple,
  total: number,
): Component => {
  let [xx, xy, xz, yy, yz, zz, weights] = [0, 0, 0, 0, 0, 0, 0]
  for (const pixel of members) {
    const weight = weightOf(pixel)
    const [x, y, z] = colourAt(colours, pixel).map((value, c) => value - mean[c]) as [number, number, number]
    xx += weight * x * x
    xy += weight * x * y
    xz += weight * x * z
    yy += weight * y * y
    yz += weight * y * z
    zz += weight * z * z
    weights += weight
  }
  const [a, b, c] = [xx / weights + VARIANCE_L, xy / weights, xz / weights]
  const [d, e, f] = [yy / weights + VARIANCE_AB, yz / weights, zz / weights + VARIANCE_AB]
  // The inverse of a symmetric matrix, by its cofactors.
  const [A, B, C, D, E, F] = [d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b]
  const determinant = a * A + b * B + c * C
  return {
    mean,
    precision: [A, B, C, D, E, F].map((value) => value / determinant) as unknown as Component['precision'],
    offset: Math.log(weights / total) - 0.5 * Math.log(determinant),
  }
}

/** The logarithm of how likely each colour is, up to a constant, in `out`. */
export const logLikelihood = (mixture: Mixture, colours: Float32Array): Float32Array => {
  const out = new Float32Array(colours.length / 3)
  if (mixture.length === 0) return out.fill(UNKNOWN)
  const each = new Float64Array(mixture.length)
  for (let i = 0; i < out.length; i++) {
    let most = Number.NEGATIVE_INFINITY
    for (let k = 0; k < mixture.length; k++) {
      const { mean, precision, offset } = mixture[k]
      const x = colours[3 * i] - mean[0]
      const y = colours[3 * i + 1] - mean[1]
      const z = colours[3 * i + 2] - mean[2]
      const distance =
        x * (precision[0] * x + 2 * (precision[1] * y + precision[2] * z)) +
        y * (precision[3] * y + 2 * precision[4] * z) +
        z * precision[5] * z
      each[k] = offset - 0.5 * distance
      if (each[k] > most) most = each[k]
    }
    let sum = 0
    // What is far below the likeliest adds nothing.
    for (let k = 0; k < each.length; k++) if (each[k] > most - 12) sum += Math.exp(each[k] - most)
    out[i] = Math.max(LEAST, most + Math.log(sum))
  }
  return out
}
