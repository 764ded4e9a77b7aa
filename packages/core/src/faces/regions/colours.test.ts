/** Colours: Lab against published values, and mixtures against the distributions they were drawn from. */
import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../../testing.ts'
import { labOf, lightnessOf, toLab } from './lab.ts'
import { fitMixture, logLikelihood } from './mixture.ts'
import { median, percentile, smoothStep } from './numbers.ts'

// As published for sRGB and D65, for example by Bruce Lindbloom.
test.each([
  [
    [255, 255, 255],
    [100, 0, 0],
  ],
  [
    [0, 0, 0],
    [0, 0, 0],
  ],
  [
    [255, 0, 0],
    [53.24, 80.09, 67.2],
  ],
  [
    [0, 255, 0],
    [87.73, -86.18, 83.18],
  ],
  [
    [0, 0, 255],
    [32.3, 79.19, -107.86],
  ],
  [
    [119, 119, 119],
    [50.03, 0, 0],
  ],
])('%j in Lab', (rgb, wanted) => {
  const [r, g, b] = rgb.map((value) => value / 255)
  const picture = { width: 1, height: 1, channels: 4 as const, data: Uint8Array.of(...rgb, 255) }
  for (const found of [labOf(r, g, b), [...toLab(picture)]]) {
    found.forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(0.06)
    })
  }
  expect(lightnessOf(picture)[0]).toBeCloseTo(toLab(picture)[0], 4)
})

describe('mixtures', () => {
  /** Two clouds of colours, 300 dark red and 100 light blue, each of deviation 5. */
  const noise = randomNumbers(4 * 400 * 3, 5)
  const cloud = (i: number, c: number): number => {
    const sum = [0, 1, 2, 3].reduce((total, k) => total + noise[(i * 3 + c) * 4 + k], 0)
    return 5 * sum * Math.sqrt(3 / 4) + (i < 300 ? [30, 40, 20] : [70, -5, -40])[c]
  }
  const colours = Float32Array.from({ length: 1200 }, (_, at) => cloud(Math.floor(at / 3), at % 3))
  const all = [...Array(400).keys()]

  test('find the clouds that the colours come from', () => {
    const mixture = fitMixture(colours, all, 2)
    expect(mixture).toHaveLength(2)
    const [dark, light] = mixture.toSorted((a, b) => a.mean[0] - b.mean[0])
    dark.mean.forEach((value, c) => {
      expect(Math.abs(value - [30, 40, 20][c])).toBeLessThan(1.5)
    })
    light.mean.forEach((value, c) => {
      expect(Math.abs(value - [70, -5, -40][c])).toBeLessThan(2.5)
    })
  })

  test('a likelihood is the density of a Gaussian, up to a constant', () => {
    const one = fitMixture(colours, all.slice(0, 300), 1)
    const [at, beside] = logLikelihood(
      one,
      Float32Array.of(...one[0].mean, one[0].mean[0] + 8, ...one[0].mean.slice(1)),
    )
    const variance = all.slice(0, 300).reduce((sum, i) => sum + (colours[3 * i] - one[0].mean[0]) ** 2, 0) / 300
    // The clouds' colour channels are nearly independent, and 9 is added to the variance.
    expect(at - beside).toBeGreaterThan((0.97 * 32) / (variance + 9))
    expect(at - beside).toBeLessThan((1.1 * 32) / (variance + 9))
  })

  test('weights count, and pixels of weight 0 are ignored', () => {
    const weights = Float32Array.from(all, (i) => Number(i >= 300))
    const [{ mean }] = fitMixture(colours, all, 1, weights)
    expect(Math.abs(mean[0] - 70)).toBeLessThan(2.5)
  })

  test('too few pixels say nothing, and all colours are then equally likely', () => {
    expect(fitMixture(colours, all.slice(0, 59), 2)).toEqual([])
    expect(new Set(logLikelihood([], colours)).size).toBe(1)
  })
})

test('percentiles as in numpy, and a smooth step', () => {
  expect([percentile([4, 1, 3, 2], 25), median([5, 1, 3]), percentile([], 50)]).toEqual([1.75, 3, 0])
  expect([smoothStep(1, 3, 0), smoothStep(1, 3, 2), smoothStep(1, 3, 9), smoothStep(3, 1, 1.5)]).toEqual([
    0, 0.5, 1, 0.84375,
  ])
})
