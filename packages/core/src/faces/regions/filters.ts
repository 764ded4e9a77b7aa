/** Filters of planes: box and Gaussian means, and maxima and minima over squares. Borders are repeated. */
import type { Plane } from './plane.ts'

/** Writes `to.length` numbers; `from` has as many, and `radius` more before and after them. */
type Line = (from: Float64Array, to: Float64Array) => void

/** Applies a filter that reads `radius` pixels to both sides to every row, then to every column. */
const separably = ({ width, height, data }: Plane, radius: number, line: Line): Plane => {
  const out = data.slice()
  const pass = (lines: number, next: number, length: number, step: number): void => {
    const from = new Float64Array(length + 2 * radius)
    const to = new Float64Array(length)
    for (let start = 0; start < lines * next; start += next) {
      for (let i = 0; i < length; i++) from[radius + i] = out[start + i * step]
      from.fill(from[radius], 0, radius)
      from.fill(from[radius + length - 1], radius + length)
      line(from, to)
      for (let i = 0; i < length; i++) out[start + i * step] = to[i]
    }
  }
  pass(height, width, width, 1)
  pass(width, 1, height, width)
  return { width, height, data: out }
}

/** The mean over squares of side `2 * radius + 1`. */
export const boxMean = ({ width, height, data }: Plane, radius: number): Plane => {
  const across = new Float32Array(data.length)
  const out = new Float32Array(data.length)
  const side = 2 * radius + 1
  for (let y = 0; y < height; y++) {
    const first = y * width
    const last = first + width - 1
    let sum = (radius + 1) * data[first]
    for (let k = 1; k <= radius; k++) sum += data[Math.min(last, first + k)]
    for (let x = 0; x < width; x++) {
      across[first + x] = sum / side
      sum += data[Math.min(last, first + x + radius + 1)] - data[Math.max(first, first + x - radius)]
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
      out[row + x] = sums[x] / side
      sums[x] += across[next + x] - across[before + x]
    }
  }
  return { width, height, data: out }
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

/** The maximum over squares of side `2 * radius + 1`. */
export const dilate = (plane: Plane, radius: number): Plane =>
  separably(plane, radius, (from, to) => {
    for (let i = 0; i < to.length; i++) {
      let most = from[i]
      for (let k = i + 1; k <= i + 2 * radius; k++) if (from[k] > most) most = from[k]
      to[i] = most
    }
  })

/** The minimum over the same squares. */
export const erode = (plane: Plane, radius: number): Plane =>
  separably(plane, radius, (from, to) => {
    for (let i = 0; i < to.length; i++) {
      let least = from[i]
      for (let k = i + 1; k <= i + 2 * radius; k++) if (from[k] < least) least = from[k]
      to[i] = least
    }
  })
