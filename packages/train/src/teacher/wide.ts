/**
 * Approximate wide Gaussians of a plane at half size, by three boxes in sequence, which are running sums and so take
 * the same time for any width (Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters", 1986).
 * Boxes have whole pixels; the last one's edges are weighted so that the variance is right.
 */
import { boxMean } from '@animegan/core/parts'
import { doubled, half, halved } from './half.ts'

const passes = 3

/** The reach of a box, with fractional edges, such that `passes` of them have the variance of a Gaussian of `sigma`. */
const reachOf = (sigma: number): number => {
  const wanted = (sigma * sigma) / passes
  const variance = (reach: number): number => {
    const whole = Math.floor(reach)
    let sum = (reach - whole) * (whole + 1) ** 2
    for (let k = 1; k <= whole; k++) sum += k * k
    return (2 * sum) / (2 * reach + 1)
  }
  let [low, high] = [0, 4 * sigma + 1]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (variance(middle) < wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The plane smoothed by approximately a Gaussian of `sigma` pixels, edges repeated. */
export const boxBlur = (plane: Float32Array, width: number, height: number, sigma: number): Float32Array =>
  boxMean({ width, height, data: plane }, reachOf(sigma), passes).data

/**
 * A wide mean that stops at the borders of shapes: a guided filter of the plane by itself (He, Sun & Tang, "Guided image
 * filtering", 2010), so that nothing gets a rim of its neighbour's opposite.
 *
 * @param step the deviation of values that counts as a border
 */
export const surroundings = (
  plane: Float32Array,
  width: number,
  height: number,
  sigma: number,
  step: number,
): Float32Array => {
  const wide = (values: Float32Array): Float32Array => boxBlur(values, width, height, sigma)
  const mean = wide(plane)
  const squares = wide(plane.map((v) => v * v))
  const own = mean.map((m, i) => {
    const variance = Math.max(0, squares[i] - m * m)
    return variance / (variance + step * step)
  })
  const rest = wide(mean.map((m, i) => (1 - own[i]) * m))
  return wide(own).map((share, i) => share * plane[i] + rest[i])
}

/** The same as `boxBlur`, computed at half size: for a sigma of 2 or more. */
export const wideBlur = (plane: Float32Array, width: number, height: number, sigma: number): Float32Array =>
  doubled(boxBlur(halved(plane, width, height), half(width), half(height), sigma / 2), width, height)
