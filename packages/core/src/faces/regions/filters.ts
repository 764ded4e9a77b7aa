/** Filters of planes: box and Gaussian means, and maxima and minima over squares. Borders are repeated. */
import { DOUBLE, SINGLE, Workbench } from '../../kernels/kernels.ts'
import type { Plane } from './plane.ts'

/** Numbers that kernels write beyond what they need, and rows that they work on at once. */
const [SPARE, ROWS] = [8, 4]

/**
 * The mean over squares of side `2 * radius + 1`, `times` times over (once where left out); of a radius between whole numbers, the outermost
 * pixels count for a part.
 */
export const boxMean = ({ width, height, data }: Plane, radius: number, times = 1): Plane => {
  const whole = Math.floor(radius)
  const bench = new Workbench()
  const place = bench.put(data)
  const across = bench.room(data.byteLength)
  const line = bench.room(ROWS * (DOUBLE * (width + 2 * whole + 3) + SINGLE * width))
  for (let time = 0; time < times; time++) {
    bench.kernels.boxMean(place, across, line, width, height, whole, radius - whole)
  }
  return { width, height, data: bench.singles(place, data.length) }
}

/** The mean over squares by weights along both axes; their number is odd, and they sum to 1. */
export const weightedMean = ({ width, height, data }: Plane, weights: Float64Array): Plane => {
  const radius = weights.length >> 1
  const bench = new Workbench()
  const [place, shares] = [bench.put(data), bench.put(weights)]
  const across = bench.room(SINGLE * width * (height + 2 * radius))
  const line = bench.room(DOUBLE * (width + 2 * radius + SPARE))
  bench.kernels.weightedMean(place, across, line, shares, width, height, radius)
  return { width, height, data: bench.singles(place, data.length) }
}

/** A Gaussian mean of deviation `sigma`, in pixels, cut off at three deviations. */
export const blur = (plane: Plane, sigma: number): Plane => {
  const radius = Math.ceil(3 * sigma)
  const bell = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = bell.reduce((total, weight) => total + weight, 0)
  return weightedMean(
    plane,
    bell.map((weight) => weight / sum),
  )
}

const extreme = (kernel: 'dilate' | 'erode', { width, height, data }: Plane, radius: number): Plane => {
  const bench = new Workbench()
  const place = bench.put(data)
  const tall = bench.room(SINGLE * width * (height + 2 * radius))
  const line = bench.room(SINGLE * (width + 2 * radius))
  bench.kernels[kernel](place, tall, line, width, height, radius)
  return { width, height, data: bench.singles(place, data.length) }
}

/** The maximum over squares of side `2 * radius + 1`. */
export const dilate = (plane: Plane, radius: number): Plane => extreme('dilate', plane, radius)

/** The minimum over the same squares. */
export const erode = (plane: Plane, radius: number): Plane => extreme('erode', plane, radius)
