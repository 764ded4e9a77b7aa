import { expect, it } from 'vitest'
import { spanMembrane } from './membrane.ts'

const size = 40
const place = (i: number): [number, number] => [i % size, Math.floor(i / size)]
const ringed = Uint8Array.from({ length: size * size }, (_, i) => {
  const [x, y] = place(i)
  return Math.hypot(x - 19.5, y - 19.5) > 15 ? 1 : 0
})

it('reproduces a harmonic function from its values on the rim', () => {
  // x² - y², x y and planes solve the five-point equation exactly.
  for (const f of [
    (x: number, y: number) => 3 * x - 2 * y + 5,
    (x: number, y: number) => (x * x - y * y) / 20,
    (x: number, y: number) => (x * y) / 10,
  ]) {
    const whole = Float64Array.from({ length: size * size }, (_, i) => f(...place(i)))
    const values = whole.map((value, i) => (ringed[i] ? value : 0))
    spanMembrane(values, ringed, size, size)
    for (const [i, value] of values.entries()) expect(Math.abs(value - whole[i])).toBeLessThan(0.01)
  }
})

it("interpolates evenly along the grid's border, and does nothing where nothing is known", () => {
  const values = Float64Array.from({ length: 60 }, (_, i) => (i === 0 ? 7 : 0))
  spanMembrane(values, new Uint8Array(60).fill(1, 0, 1), 10, 6)
  for (const value of values) expect(value).toBeCloseTo(7, 6)
  const untouched = Float64Array.of(1, 2, 3, 4)
  spanMembrane(untouched, new Uint8Array(4), 2, 2)
  expect([...untouched]).toEqual([1, 2, 3, 4])
})

it('has no slope at any border of the grid', () => {
  // cos(k (y + 1/2)) cosh(m (x + 1/2)) with 2 cos k + 2 cosh m = 4 solves the five-point equation and is mirrored at
  // the left, upper and lower border, so its last column determines it everywhere.
  const [width, height] = [11, 8]
  const k = Math.PI / height
  const m = Math.acosh(2 - Math.cos(k))
  const f = (x: number, y: number): number => Math.cos(k * (y + 0.5)) * Math.cosh(m * (x + 0.5))
  for (const [w, h, of, isKnown] of [
    [width, height, f, (x: number) => x === width - 1],
    [width, height, (x: number, y: number) => f(width - 1 - x, y), (x: number) => x === 0],
    [height, width, (x: number, y: number) => f(y, x), (_: number, y: number) => y === width - 1],
    [height, width, (x: number, y: number) => f(width - 1 - y, x), (_: number, y: number) => y === 0],
  ] as const) {
    const whole = Float64Array.from({ length: w * h }, (_, i) => of(i % w, Math.floor(i / w)))
    const known = Uint8Array.from(whole, (_, i) => (isKnown(i % w, Math.floor(i / w)) ? 1 : 0))
    const values = whole.map((value, i) => (known[i] ? value : 0))
    spanMembrane(values, known, w, h)
    for (const [i, value] of values.entries()) expect(Math.abs(value - whole[i])).toBeLessThan(0.01)
  }
})
