/** Colours against published Lab values of sRGB and against each other. */
import { describe, expect, test } from 'vitest'
import { labOf } from '../regions/lab.ts'
import type { Rgb } from './canvas.ts'
import { coloursAt, darker, fairness, lumaOf, medianColour, mix, notBlack, rgbOf } from './colour.ts'

test.each<[string, [number, number, number], Rgb]>([
  ['red', [53.24, 80.09, 67.2], [1, 0, 0]],
  ['green', [87.73, -86.18, 83.18], [0, 1, 0]],
  ['blue', [32.3, 79.19, -107.86], [0, 0, 1]],
  ['grey', [53.59, 0, 0], [0.5, 0.5, 0.5]],
  ['white', [100, 0, 0], [1, 1, 1]],
])('%s in Lab', (_, lab, rgb) => {
  rgbOf(lab).forEach((value, i) => {
    expect(value).toBeCloseTo(rgb[i], 2)
  })
})

test('there and back', () => {
  for (const colour of [
    [0.91, 0.76, 0.7],
    [0.12, 0.08, 0.06],
    [0.02, 0.5, 0.9],
  ] as const) {
    rgbOf(labOf(colour[0], colour[1], colour[2])).forEach((value, i) => {
      expect(value).toBeCloseTo(colour[i], 3)
    })
  }
})

test('what sRGB does not have is clipped', () => {
  for (const value of rgbOf([50, 120, -120])) {
    expect(value).toBeGreaterThanOrEqual(0)
    expect(value).toBeLessThanOrEqual(1)
  }
})

test('between two colours', () => {
  expect(mix([0, 0.5, 1], [1, 0.5, 0], 0.25)).toEqual([0.25, 0.5, 0.75])
})

test('a darker one keeps its hue', () => {
  const [lightness, a, b] = labOf(...darker([0.6, 0.35, 0.3], 0.7))
  const before = labOf(0.6, 0.35, 0.3)
  expect(lightness).toBeCloseTo(0.7 * before[0], 1)
  expect(Math.atan2(b, a)).toBeCloseTo(Math.atan2(before[2], before[1]), 2)
})

describe('not black', () => {
  test('black is a warm dark, what is lighter stays', () => {
    const [r, g, b] = notBlack([0, 0, 0])
    expect(lumaOf([r, g, b])).toBeCloseTo(0.16, 6)
    expect(r).toBeGreaterThan(g)
    expect(r).toBeGreaterThan(b)
    expect(notBlack([0.3, 0.2, 0.2])).toEqual([0.3, 0.2, 0.2])
  })

  test('in small steps', () => {
    const lumas = Array.from({ length: 40 }, (_, i) => lumaOf(notBlack([i / 200, i / 200, i / 200])))
    for (let i = 1; i < lumas.length; i++) {
      expect(lumas[i] - lumas[i - 1]).toBeGreaterThanOrEqual(-1e-9)
      expect(lumas[i] - lumas[i - 1]).toBeLessThan(0.006)
    }
  })
})

describe('measured in a photo', () => {
  const photo = { width: 3, height: 2, channels: 4 as const, data: new Uint8Array(24) }
  for (let i = 0; i < 6; i++) photo.data.set([40 * i, 40 * i, 40 * i, 255], 4 * i)

  test('where the places are, if they are in it', () => {
    const places = [
      { x: 2.9, y: 1.2 },
      { x: -0.1, y: 0 },
      { x: 1, y: 2 },
      { x: Number.NaN, y: 0 },
    ]
    expect(coloursAt(photo, places)).toEqual([labOf(200 / 255, 200 / 255, 200 / 255)])
  })

  test('the middle of each number', () => {
    expect(
      medianColour([
        [10, 5, 0],
        [90, -5, 2],
        [20, 0, 8],
      ]),
    ).toEqual([20, 0, 2])
    expect(medianColour([])).toBeUndefined()
  })
})

test('fair and dark skins', () => {
  expect(fairness([0.96, 0.85, 0.8])).toBe(1)
  expect(fairness([0.2, 0.13, 0.1])).toBe(0)
  expect(fairness([0.6, 0.45, 0.4])).toBeGreaterThan(0.2)
})
