/** Filters of planes: box and Gaussian means, and maxima and minima over squares. Borders are repeated. */
import type { Plane } from './plane.ts'

/** The mean over squares of side `2 * radius + 1`, `times` times over (once where left out). */
export const boxMean = ({ width, height, data }: Plane, radius: number, times = 1): Plane => {
  const across = new Float32Array(data.length)
  const out = new Float32Array(data.length)
  meanOver(data, across, out, width, height, radius)
  for (let time = 1; time < times; time++) meanOver(out, across, out, width, height, radius)
  return { width, height, data: out }
}

/** The same from one array to another, which may be the first; `across` is written over. */
const meanOver = (
  data: Float32Array,
  across: Float32Array,
  out: Float32Array,
  width: number,
  height: number,
  radius: number,
): void => {
  const share = 1 / (2 * radius + 1)
  for (let y = 0; y < height; y++) {
    const first = y * width
    const last = first + width - 1
    let sum = (radius + 1) * data[first]
    for (let k = 1; k <= radius; k++) sum += data[Math.min(last, first + k)]
    let at = first
    // At both ends the border is repeated; between them nothing needs to be clamped.
    const inner = Math.min(last + 1, first + radius)
    for (; at < inner; at++) {
      across[at] = sum * share
      sum += data[Math.min(last, at + radius + 1)] - data[first]
    }
    for (const end = last - radius; at < end; at++) {
      across[at] = sum * share
      sum += data[at + radius + 1] - data[at - radius]
    }
    for (; at <= last; at++) {
      across[at] = sum * share
      sum += data[last] - data[Math.max(first, at - radius)]
    }
  }
  // Along columns, but row by row with all columns at once, so that memory is read in order.
  const end = (height - 1) * width
  const sums = new Float64Array(width)
  for (let x = 0; x < width; x++) sums[x] = (radius + 1) * across[x]
  for (let k = 1; k <= radius; k++) {
    const row = Math.min(end, k * width)
    for (let x = 0; x < width; x++) sums[x] += across[row + x]
  }
  for (let y = 0; y < height; y++) {
    const row = y * width
    const next = Math.min(end, row + (radius + 1) * width)
    const before = Math.max(0, row - radius * width)
    for (let x = 0; x < width; x++) {
      out[row + x] = sums[x] * share
      sums[x] += across[next + x] - across[before + x]
    }
  }
}

/** A Gaussian mean of deviation `sigma`, in pixels, cut off at three deviations. */
export const blur = ({ width, height, data }: Plane, sigma: number): Plane => {
  const radius = Math.ceil(3 * sigma)
  const bell = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = bell.reduce((total, weight) => total + weight, 0)
  const weights = bell.map((weight) => weight / sum)
  const across = new Float32Array(data.length)
  const line = new Float64Array(width + 2 * radius)
  for (let y = 0; y < height; y++) {
    const first = y * width
    for (let x = 0; x < width; x++) line[radius + x] = data[first + x]
    line.fill(data[first], 0, radius)
    line.fill(data[first + width - 1], radius + width)
    for (let x = 0; x < width; x++) {
      let total = 0
      for (let k = 0; k < weights.length; k++) total += weights[k] * line[x + k]
      across[first + x] = total
    }
  }
  const out = new Float32Array(data.length)
  const totals = new Float64Array(width)
  for (let y = 0; y < height; y++) {
    totals.fill(0)
    for (let k = 0; k < weights.length; k++) {
      const row = Math.min(height - 1, Math.max(0, y + k - radius)) * width
      const weight = weights[k]
      for (let x = 0; x < width; x++) totals[x] += weight * across[row + x]
    }
    out.set(totals, y * width)
  }
  return { width, height, data: out }
}

/** Makes each of `count` numbers or rows of `span` the maximum of itself and the `side - 1` after it; those are there too. */
const mostOfNext = (data: Float32Array, count: number, span: number, side: number): void => {
  // Maxima of 2, 4, 8, … of them; two that overlap make any number.
  let reach = 1
  let length = (count + side - 1) * span
  const widen = (step: number): void => {
    length -= step * span
    for (let i = 0, next = step * span; i < length; i++, next++) if (data[next] > data[i]) data[i] = data[next]
    reach += step
  }
  while (2 * reach <= side) widen(reach)
  if (reach < side) widen(side - reach)
}

/** The maximum over squares of side `2 * radius + 1`. */
export const dilate = ({ width, height, data }: Plane, radius: number): Plane => {
  const side = 2 * radius + 1
  const tall = new Float32Array(width * (height + 2 * radius))
  const line = new Float32Array(width + 2 * radius)
  for (let y = 0; y < height; y++) {
    const first = y * width
    line.set(data.subarray(first, first + width), radius)
    line.fill(data[first], 0, radius)
    line.fill(data[first + width - 1], radius + width)
    mostOfNext(line, width, 1, side)
    tall.set(line.subarray(0, width), (y + radius) * width)
  }
  for (let y = 0; y < radius; y++) {
    tall.copyWithin(y * width, radius * width, (radius + 1) * width)
    tall.copyWithin((height + radius + y) * width, (height + radius - 1) * width, (height + radius) * width)
  }
  mostOfNext(tall, height, width, side)
  return { width, height, data: tall.slice(0, width * height) }
}

/** The minimum over the same squares. */
export const erode = (plane: Plane, radius: number): Plane => {
  const negative = new Float32Array(plane.data.length)
  for (let i = 0; i < negative.length; i++) negative[i] = -plane.data[i]
  const { data } = dilate({ ...plane, data: negative }, radius)
  for (let i = 0; i < data.length; i++) data[i] = -data[i]
  return { ...plane, data }
}
