/** Edge similarity: what must not change it, what must, and a number from NumPy. */
import type { Picture } from '@animegan/core'
import { expect, it } from 'vitest'
import { random } from '../random.ts'
import { edgeSimilarity } from './edge-similarity.ts'

/** A gray picture of a function of the place. */
const gray = (width: number, height: number, level: (x: number, y: number) => number): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) data.fill(level(i % width, Math.floor(i / width)), i * 3, i * 3 + 3)
  return { width, height, channels: 3, data }
}

const [width, height] = [90, 60]
/** Discs and stripes, 60 to 180. */
const scene = (x: number, y: number): number =>
  120 + 40 * Math.sign(Math.hypot(x - 30, y - 25) - 15) + 20 * Math.sign(Math.sin(x / 6 + y / 11))
const photo = gray(width, height, scene)
const noise = random(5)
const noisy = Array.from({ length: width * height }, () => noise.below(256))

it.each([
  ['the same picture', 1, scene],
  ['a brighter one', 1, (x: number, y: number) => scene(x, y) + 40],
  ['its negative', 1, (x: number, y: number) => 255 - scene(x, y)],
  ['half the contrast', 1, (x: number, y: number) => 60 + scene(x, y) / 2],
] as const)('%s has all contours', (_, wanted, level) => {
  expect(edgeSimilarity(photo, gray(width, height, level))).toBeCloseTo(wanted, 4)
})

it('falls as contours move, and with other contours there is none', () => {
  const moved = [1, 2, 4].map((by) =>
    edgeSimilarity(
      photo,
      gray(width, height, (x, y) => scene(x + by, y)),
    ),
  )
  expect(moved).toEqual(moved.toSorted((a, b) => b - a))
  expect(moved[0]).toBeLessThan(0.9)
  expect(moved[2]).toBeLessThan(0.5)
  const other = edgeSimilarity(
    photo,
    gray(width, height, (x, y) => noisy[y * width + x]),
  )
  expect(Math.abs(other)).toBeLessThan(0.1)
})

it('keeps when texture goes, and falls when contours go', () => {
  const textured = gray(width, height, (x, y) => scene(x, y) + (noisy[y * width + x] % 9) - 4)
  expect(edgeSimilarity(textured, photo)).toBeGreaterThan(0.9)
  const without = gray(width, height, (x, y) => 120 + 20 * Math.sign(Math.sin(x / 6 + y / 11)))
  expect(edgeSimilarity(photo, without)).toBeLessThan(0.8)
})

it('is that of NumPy, at an odd size', () => {
  const a = gray(61, 46, (x, y) => (x * 5 + y * 3 + (Math.floor(x / 7) ^ Math.floor(y / 5)) * 29) % 256)
  const b = gray(61, 46, (x, y) => (x * 4 + y * 6 + (Math.floor(x / 7) ^ Math.floor(y / 9)) * 23) % 256)
  expect(edgeSimilarity(a, b)).toBeCloseTo(0.116943369, 5)
  expect(edgeSimilarity(b, a)).toBeCloseTo(edgeSimilarity(a, b), 12)
})

it('takes pictures without edges, and of any size', () => {
  const flat = gray(width, height, () => 99)
  expect(
    edgeSimilarity(
      flat,
      gray(width, height, () => 20),
    ),
  ).toBe(1)
  expect(edgeSimilarity(flat, photo)).toBe(0)
  for (const [w, h] of [
    [1, 1],
    [1, 9],
    [7, 2],
  ] as const) {
    const one = gray(w, h, (x, y) => (x * 50 + y * 90) % 200)
    expect(edgeSimilarity(one, one)).toBeCloseTo(1, 12)
  }
  expect(() =>
    edgeSimilarity(
      photo,
      gray(60, 90, () => 0),
    ),
  ).toThrow('expected two pictures of one size, given 90 x 60')
})
