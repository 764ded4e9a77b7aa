/** Filters of planes: means over squares and by bell curves, and the greatest and least of squares. Borders are repeated or left out. */
import type { Plane } from './plane.ts'

/** For every row and then every column, what `line` makes of it: `line` reads `from` at steps and writes `to` likewise. */
const separably = (
  { width, height, data }: Plane,
  line: (from: Float32Array, to: Float32Array, start: number, step: number, length: number) => void,
): Plane => {
  const [across, down] = [new Float32Array(data.length), new Float32Array(data.length)]
  for (let y = 0; y < height; y++) line(data, across, y * width, 1, width)
  for (let x = 0; x < width; x++) line(across, down, x, width, height)
  return { width, height, data: down }
}

/** The mean over squares of side `2 * radius + 1`, of those pixels that exist. */
export const boxMean = (plane: Plane, radius: number): Plane =>
  separably(plane, (from, to, start, step, length) => {
    let [sum, count] = [0, 0]
    for (let i = 0; i < Math.min(radius, length); i++) {
      sum += from[start + i * step]
      count++
    }
    for (let i = 0; i < length; i++) {
      if (i + radius < length) {
        sum += from[start + (i + radius) * step]
        count++
      }
      if (i - radius - 1 >= 0) {
        sum -= from[start + (i - radius - 1) * step]
        count--
      }
      to[start + i * step] = sum / count
    }
  })

/** A mean by a bell curve of deviation `sigma`, in pixels; the border is repeated. */
export const blur = (plane: Plane, sigma: number): Plane => {
  const radius = Math.ceil(3 * sigma)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return separably(plane, (from, to, start, step, length) => {
    for (let i = 0; i < length; i++) {
      let total = 0
      for (let k = -radius; k <= radius; k++) {
        const at = Math.min(Math.max(i + k, 0), length - 1)
        total += weights[k + radius] * from[start + at * step]
      }
      to[start + i * step] = total / sum
    }
  })
}

const extreme = (plane: Plane, radius: number, pick: (a: number, b: number) => number): Plane =>
  separably(plane, (from, to, start, step, length) => {
    for (let i = 0; i < length; i++) {
      let found = from[start + i * step]
      const last = Math.min(i + radius, length - 1)
      for (let k = Math.max(i - radius, 0); k <= last; k++) found = pick(found, from[start + k * step])
      to[start + i * step] = found
    }
  })

/** The greatest of each square of side `2 * radius + 1`. */
export const dilate = (plane: Plane, radius: number): Plane => extreme(plane, radius, Math.max)
/** The least. */
export const erode = (plane: Plane, radius: number): Plane => extreme(plane, radius, Math.min)
