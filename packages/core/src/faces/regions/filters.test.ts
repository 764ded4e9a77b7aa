/** Filters compared with their definitions, pixel by pixel. */
import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../../testing.ts'
import { blur, boxMean, dilate, erode } from './filters.ts'
import { guidedFilter } from './guided.ts'
import type { Plane } from './plane.ts'

const [width, height] = [13, 9]
const noise: Plane = { width, height, data: randomNumbers(width * height, 3) }

/** Each pixel computed from its square by definition; the border is repeated. */
const bySquares = (plane: Plane, radius: number, of: (values: number[]) => number): number[] =>
  Array.from({ length: width * height }, (_, i) => {
    const values: number[] = []
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const x = Math.min(Math.max((i % width) + dx, 0), width - 1)
        const y = Math.min(Math.max(Math.floor(i / width) + dy, 0), height - 1)
        values.push(plane.data[y * width + x])
      }
    }
    return of(values)
  })

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const close = (plane: Plane, wanted: readonly number[], digits = 5): void => {
  expect([plane.width, plane.height]).toEqual([width, height])
  wanted.forEach((value, i) => {
    expect(plane.data[i]).toBeCloseTo(value, digits)
  })
}

test.each([0, 1, 3, 20])('mean, maximum and minimum of squares of radius %i', (radius) => {
  close(boxMean(noise, radius), bySquares(noise, radius, mean))
  close(
    dilate(noise, radius),
    bySquares(noise, radius, (values) => Math.max(...values)),
  )
  close(
    erode(noise, radius),
    bySquares(noise, radius, (values) => Math.min(...values)),
  )
})

test('the Gaussian keeps sums and has the requested deviation', () => {
  const point = { width: 41, height: 41, data: new Float32Array(41 * 41) }
  point.data[20 * 41 + 20] = 1
  const { data } = blur(point, 3)
  const moment = (power: number) => data.reduce((sum, value, i) => sum + value * ((i % 41) - 20) ** power, 0)
  expect(moment(0)).toBeCloseTo(1, 5)
  expect(moment(1)).toBeCloseTo(0, 5)
  // A little less than 9, as it is cut off at three deviations.
  expect(moment(2)).toBeGreaterThan(8.6)
  expect(moment(2)).toBeLessThan(9)
})

describe('the guided filter', () => {
  const grey = (values: ArrayLike<number>) => ({
    width,
    height,
    channels: 3 as const,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => values[Math.floor(i / 3)]),
  })

  test('keeps a step where the guide has one, and smooths elsewhere', () => {
    const step = grey(Array.from({ length: width * height }, (_, i) => (i % width < 6 ? 40 : 200)))
    const noisy = { width, height, data: noise.data.map((value, i) => (i % width < 6 ? 0 : 1) + 0.2 * value) }
    const { data } = guidedFilter(step, 3, 1e-4)(noisy)
    for (let i = 0; i < data.length; i++) expect(Math.abs(data[i] - (i % width < 6 ? 0 : 1))).toBeLessThan(0.1)
  })

  test('with a grey guide is the filter of He, Sun and Tang, with a = cov / (3 var + epsilon)', () => {
    const values = noise.data.map((value) => Math.round(127 + 120 * value))
    const guide = { width, height, data: Float32Array.from(values, (value) => value / 255) }
    const p = { width, height, data: randomNumbers(width * height, 9) }
    const [radius, epsilon] = [2, 0.01]
    const product = { width, height, data: guide.data.map((value, i) => value * p.data[i]) }
    const square = { width, height, data: guide.data.map((value) => value ** 2) }
    const [mi, mp, mip, mii] = [guide, p, product, square].map((plane) => bySquares(plane, radius, mean))
    // With three equal colours each has a third of the slope of one: (Σ + εI)⁻¹ of a matrix of equal entries.
    const slope = mi.map((m, i) => (3 * (mip[i] - m * mp[i])) / (3 * (mii[i] - m * m) + epsilon))
    const offset = mi.map((m, i) => mp[i] - slope[i] * m)
    const plane = (data: number[]): Plane => ({ width, height, data: Float32Array.from(data) })
    const [a, b] = [slope, offset].map((data) => bySquares(plane(data), radius, mean))
    close(
      guidedFilter(grey(values), radius, epsilon)(p),
      a.map((value, i) => value * guide.data[i] + b[i]),
      3,
    )
  })
})
