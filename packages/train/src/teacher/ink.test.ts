import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { edgeFlow } from './flow.ts'
import { ink } from './ink.ts'
import { greys } from './testing.ts'

const [width, height] = [80, 60]
const most = (lines: Float32Array): number => {
  let best = 0
  for (let y = 12; y < height - 12; y++)
    for (let x = 12; x < width - 12; x++) best = Math.max(best, lines[y * width + x])
  return best
}

test('lies on the dark side of a long border, a few pixels wide', () => {
  const planes = greys(width, height, (x) => (x < 40 ? 0.3 : 0.8))
  const lines = ink(planes, edgeFlow(planes), 1)
  const row = lines.subarray(30 * width, 31 * width)
  expect(Math.max(...row.subarray(36, 40))).toBeGreaterThan(0.9)
  expect(Math.max(...row.subarray(41))).toBe(0)
  expect(Math.max(...row.subarray(0, 33))).toBe(0)
})

test('is absent in flat areas, gradients, noise and small dots', () => {
  for (const lightness of [
    () => 0.5,
    (x: number) => x / width,
    (x: number, y: number) => 0.5 + 0.2 * (random(1, x, y).uniform() - 0.5),
    (x: number, y: number) => (x % 9 < 2 && y % 9 < 2 ? 0.3 : 0.7),
  ]) {
    const planes = greys(width, height, lightness)
    expect(most(ink(planes, edgeFlow(planes), 1))).toBeLessThan(0.35)
  }
})
