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
export const boxMean = (plane: Plane, radius: number): Plane =>
  separably(plane, radius, (from, to) => {
    const side = 2 * radius + 1
    let sum = 0
    for (let k = 0; k < side; k++) sum += from[k]
    for (let i = 0; i < to.length; i++) {
      to[i] = sum / side
      sum += from[i + side] - from[i]
    }
  })

/** A Gaussian mean of deviation `sigma`, in pixels, cut off at three deviations. */
export const blur = (plane: Plane, sigma: number): Plane => {
  const radius = Math.ceil(3 * sigma)
  const bell = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = bell.reduce((total, weight) => total + weight, 0)
  const weights = bell.map((weight) => weight / sum)
  return separably(plane, radius, (from, to) => {
    for (let i = 0; i < to.length; i++) {
      let total = 0
      for (let k = 0; k < weights.length; k++) total += weights[k] * from[i + k]
      to[i] = total
    }
  })
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
