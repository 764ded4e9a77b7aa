/** What counts on one half of a face and on both, on a real head seen from the front. */
import { expect, test } from 'vitest'
import { testSubject } from '../character/testing.ts'
import { onBothSides } from './beard.ts'
import { mapFace } from './face-map.ts'

const { points, head: found, size } = testSubject()
const head = { ...found, yaw: 0 }
const map = mapFace(points, head, size)

/** Where the test of a place in the head's frame holds. */
const where = (holds: (x: number, y: number) => boolean) => ({
  width: size,
  height: size,
  data: Float32Array.from({ length: size * size }, (_, i) => Number(holds(map.x[i], map.y[i]))),
})
const middleAt = (y: number): number => (map.chin.x * y) / map.chin.y
const areaOf = (data: Float32Array): number => data.reduce((sum, share) => sum + share, 0)

test('a band along the jaw stays on both sides', () => {
  const band = where((x, y) => y > 0.75 && y < 0.95 && Math.abs(x - middleAt(y)) < 0.45)
  expect(areaOf(onBothSides(band, map))).toBeGreaterThan(0.98 * areaOf(band.data))
})

test('a dark half beside it is a shadow, but for what the band on the other side accounts for', () => {
  const lopsided = where((x, y) => {
    const aside = x - middleAt(y)
    return Math.abs(aside) < 0.45 && y < 0.95 && (y > 0.75 || (aside > 0.1 && y > 0.2))
  })
  const kept = onBothSides(lopsided, map)
  const at = (x: number, y: number): number => {
    let nearest = 0
    for (let i = 0; i < kept.length; i++)
      if (Math.hypot(map.x[i] - x, map.y[i] - y) < Math.hypot(map.x[nearest] - x, map.y[nearest] - y)) nearest = i
    return kept[nearest]
  }
  expect(at(0.3, 0.4)).toBe(0)
  expect(at(0.3, 0.85)).toBe(1)
  expect(at(-0.3, 0.85)).toBe(1)
})

test('a head that is turned shows too little of one half to tell', () => {
  const half = where((x, y) => x > 0.1 && x < 0.45 && y > 0.2 && y < 0.95)
  expect(areaOf(onBothSides(half, mapFace(points, { ...head, yaw: 30 }, size)))).toBe(areaOf(half.data))
  expect(areaOf(onBothSides(half, map))).toBeLessThan(0.1 * areaOf(half.data))
})
