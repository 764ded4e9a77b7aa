/** Colours: Lab against published values, and percentiles by hand. */
import { expect, test } from 'vitest'
import { labOf, lightnessOf, toLab } from './lab.ts'
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

test('percentiles as in numpy, and a smooth step', () => {
  expect([percentile([4, 1, 3, 2], 25), median([5, 1, 3]), percentile([], 50)]).toEqual([1.75, 3, 0])
  expect([smoothStep(1, 3, 0), smoothStep(1, 3, 2), smoothStep(1, 3, 9), smoothStep(3, 1, 1.5)]).toEqual([
    0, 0.5, 1, 0.84375,
  ])
})
