import type { Planes } from '@animegan/core'
import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { blur, gaussian } from './blur.ts'
import { edgeFlow } from './flow.ts'
import { lines } from './lines.ts'
import { greys } from './testing.ts'

const size = 96
const options = { lineWidth: 0.9, lineContrast: 0.018 }
const draw = (planes: Planes): Float32Array => lines(planes, edgeFlow(planes), options)

/** The lines of a plain difference of Gaussians, with the same widths and thresholds. */
const plain = ({ l, width, height }: Planes): Float32Array => {
  const wide = blur(l, width, height, gaussian(1.6 * options.lineWidth))
  const narrow = blur(l, width, height, gaussian(options.lineWidth))
  return wide.map((v, i) => Math.min(1, Math.max(0, (v - narrow[i] - 0.003) / (options.lineContrast - 0.003))))
}

const amount = (plane: Float32Array): number => plane.reduce((sum, v) => sum + v, 0)

test.each([
  ['horizontal', (_: number, y: number) => Math.abs(y - 48)],
  ['vertical', (x: number) => Math.abs(x - 48)],
  ['slanting', (x: number, y: number) => Math.abs(0.6 * (x - 48) - 0.8 * (y - 48))],
])('a %s dark line gives one unbroken line at its position', (_, distance) => {
  const out = draw(greys(size, size, (x, y) => (distance(x, y) < 1 ? 0.3 : 0.9)))
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const d = distance(x, y)
      if (d < 0.5) expect(out[y * size + x]).toBeGreaterThan(0.95)
      if (d > 3) expect(out[y * size + x]).toBeLessThan(0.01)
    }
  }
})

test('an edge gets its line on the darker side', () => {
  const out = draw(greys(size, size, (x) => (x < 48 ? 0.4 : 0.8)))
  expect(out[48 * size + 47]).toBeGreaterThan(0.95)
  expect(out[48 * size + 48]).toBeLessThan(0.01)
})

test('dots are texture: far fewer lines than a plain difference of Gaussians', () => {
  const gravel = greys(size, size, (x, y) => (random(7, x >> 1, y >> 1).uniform() < 0.2 ? 0.45 : 0.65))
  const before = amount(plain(gravel))
  expect(before).toBeGreaterThan(500)
  expect(amount(draw(gravel))).toBeLessThan(0.15 * before)
})

test('noise, a gradient and a constant give no line', () => {
  for (const lightness of [
    (x: number, y: number) => 0.5 + 0.01 * random(5, x, y).normal(),
    (x: number, y: number) => (x + y) / 200,
    () => 0.7,
  ]) {
    expect(amount(draw(greys(size, size, lightness)))).toBeLessThan(0.002 * size * size)
  }
})
