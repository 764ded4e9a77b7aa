import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { restoreDetail } from './detail.ts'
import { greys } from './testing.ts'

const size = 64

test('a small dark thing that stands alone comes back', () => {
  const eye = greys(size, size, (x, y) => (Math.hypot(x - 32, y - 32) < 2 ? 0.2 : 0.8))
  const filled = greys(size, size, () => 0.8)
  restoreDetail(filled, eye)
  expect(filled.l[32 * size + 32]).toBeCloseTo(0.2, 1)
  expect(filled.l[0]).toBeCloseTo(0.8, 6)
})

test('texture does not, nor does anything where the fill is right', () => {
  const grass = greys(size, size, (x, y) => 0.5 + 0.05 * random(2, x, y).normal())
  const filled = greys(size, size, () => 0.5)
  restoreDetail(filled, grass)
  const left = filled.l.reduce((sum, v) => sum + Math.abs(v - 0.5), 0)
  const all = grass.l.reduce((sum, v) => sum + Math.abs(v - 0.5), 0)
  expect(left).toBeLessThan(0.05 * all)
  const same = { ...grass, l: grass.l.slice() }
  restoreDetail(same, grass)
  expect(same.l).toEqual(grass.l)
})

test('a glint counts less than a dark dot', () => {
  const dot = (value: number) => greys(size, size, (x, y) => (x === 32 && y === 32 ? value : 0.5))
  const filled = [greys(size, size, () => 0.5), greys(size, size, () => 0.5)]
  restoreDetail(filled[0], dot(0.2))
  restoreDetail(filled[1], dot(0.8))
  const [dark, bright] = filled.map(({ l }) => Math.abs(l[32 * size + 32] - 0.5))
  expect(dark).toBeGreaterThan(2 * bright)
})
