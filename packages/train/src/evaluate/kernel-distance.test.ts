/**
 * KID against numbers from NumPy (float64; sums over pairs of crops of different pictures written out, and the jackknife
 * by leaving each picture out and doing it all again), and what an unbiased estimate must do over many draws.
 */
import { describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import {
  type Crops,
  type Distance,
  distance,
  distanceEstimate,
  kernelMatrix,
  ratioEstimate,
} from './kernel-distance.ts'

const between = (a: readonly Crops[], b: readonly Crops[]): Distance =>
  distance(kernelMatrix(a, a), kernelMatrix(b, b), kernelMatrix(a, b))

/** sin(7.1 i + 1.7 k + 0.9 j^2 + phase) + shift at place j of crop k of picture i. */
const waves = (pictures: number, crops: number, phase: number, shift: number): Crops[] =>
  Array.from({ length: pictures }, (_, i) =>
    Array.from({ length: crops }, (_, k) =>
      Float32Array.from({ length: 4 }, (_, j) => Math.sin(i * 7.1 + k * 1.7 + j * j * 0.9 + phase) + shift),
    ),
  )

describe.each([
  [1, [0.8832562739, 1.521695044, 0.2310737255, 0.2527470667]],
  [2, [0.1417045534, 0.4994309737, 0.0592340717, 0.1879788619]],
])('with %i crops a picture', (crops, [value, error, ratio, ratioError]) => {
  const [a, b, c] = [waves(5, crops, 0, 0.3), waves(6, crops, 2, 0), waves(5, crops, 0.5, 0.8)]

  it('is the distance that NumPy finds, with its error', () => {
    const estimate = distanceEstimate(between(a, b))
    expect(estimate.value).toBeCloseTo(value, 6)
    expect(estimate.error).toBeCloseTo(error, 6)
  })

  it('gives the ratio of two that belong together, with its error', () => {
    const estimate = ratioEstimate(between(a, b), between(c, b))
    expect(estimate.value).toBeCloseTo(ratio, 6)
    expect(estimate.error).toBeCloseTo(ratioError, 6)
  })
})

describe('over many draws of pictures whose crops are alike', () => {
  /** Pictures about `centre`, two crops each that differ little. */
  const draw = (seed: number, count: number, centre: number): Crops[] =>
    Array.from({ length: count }, (_, i) => {
      const { normal } = random(seed, i)
      const own = Array.from({ length: 8 }, () => centre + normal())
      return [0, 1].map(() => Float32Array.from(own, (value) => value + 0.1 * normal()))
    })
  const estimates = Array.from({ length: 300 }, (_, i) =>
    distanceEstimate(between(draw(2 * i, 12, 0), draw(2 * i + 1, 15, 0))),
  )
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const values = estimates.map(({ value }) => value)
  const spread = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))

  it('two draws of one kind are 0 apart on the average', () => {
    expect(Math.abs(mean(values))).toBeLessThan((3 * spread) / Math.sqrt(values.length))
  })

  it('the standard error is how much they vary', () => {
    const claimed = Math.sqrt(mean(estimates.map(({ error }) => error ** 2)))
    // The jackknife errs on the large side (Efron and Stein 1981).
    expect(claimed / spread).toBeGreaterThan(0.85)
    expect(claimed / spread).toBeLessThan(2)
  })

  it('draws of two kinds are apart', () => {
    const { value, error } = distanceEstimate(between(draw(1, 12, 0), draw(2, 15, 1)))
    expect(value).toBeGreaterThan(2.5 * error)
  })
})

it('wants three pictures in each set', () => {
  const [few, many] = [waves(2, 1, 0, 0), waves(4, 1, 0, 0)]
  expect(() => between(few, many)).toThrow('distance: expected at least 3 pictures in each set, given 2 and 4')
})
