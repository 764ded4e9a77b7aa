import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { structure } from './structure.ts'

const [width, height] = [60, 40]
const plane = (at: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)))
const middle = 20 * width + 30

test('is nearly 1 at an edge of any direction and sign', () => {
  for (const at of [
    (x: number) => (x < 30 ? 0.2 : 0.8),
    (x: number) => (x < 30 ? 0.8 : 0.2),
    (_: number, y: number) => (y < 20 ? 0.2 : 0.8),
    (x: number, y: number) => (x + y < 50 ? 0.2 : 0.8),
  ])
    expect(structure(plane(at), width, height, 3)[middle]).toBeGreaterThan(0.9)
})

test('is small in noise and stripes, and 0 in flat areas', () => {
  const noise = structure(
    plane((x, y) => random(1, x, y).uniform()),
    width,
    height,
    3,
  )
  expect(noise.reduce((sum, v) => sum + v, 0) / noise.length).toBeLessThan(0.2)
  expect(
    structure(
      plane((x) => (x & 2) / 2),
      width,
      height,
      3,
    )[middle],
  ).toBeLessThan(0.15)
  expect(
    structure(
      plane(() => 0.5),
      width,
      height,
      3,
    )[middle],
  ).toBe(0)
})
