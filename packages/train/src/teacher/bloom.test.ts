import { expect, test } from 'vitest'
import { bloom } from './bloom.ts'
import { greys } from './testing.ts'

test('glows around bright areas, less further away, and never above white', () => {
  const size = 80
  const planes = greys(size, size, (x, y) => (Math.hypot(x - 40, y - 40) < 8 ? 1 : 0.5))
  bloom(planes, 0.5, 0.8)
  const at = (x: number) => planes.l[40 * size + x]
  expect(at(40)).toBeCloseTo(1, 5)
  expect(at(50)).toBeGreaterThan(0.51)
  expect(at(50)).toBeGreaterThan(at(70))
  expect(Math.max(...planes.l)).toBeLessThanOrEqual(1)
})

test('dark pictures do not glow', () => {
  const planes = greys(20, 20, () => 0.6)
  bloom(planes, 1, 0.8)
  for (const v of planes.l) expect(v).toBeCloseTo(0.6, 6)
})
