/** Fields and their shapes beside what geometry says of them: areas of discs, lengths of lines, deviations of bells. */
import { describe, expect, test } from 'vitest'
import type { Plane } from '../regions/plane.ts'
import { above, enlarge, lineAlong, soften } from './fields.ts'

const plane = (size: number, value: (x: number, y: number) => number): Plane => ({
  width: size,
  height: size,
  data: Float32Array.from({ length: size * size }, (_, i) => value((i % size) + 0.5, Math.floor(i / size) + 0.5)),
})
const sum = (data: Float32Array): number => data.reduce((total, value) => total + value, 0)

/** Falls by 1 over `width` pixels across a circle; a half on it. */
const disc = (size: number, radius: number, width: number): Plane =>
  plane(size, (x, y) => {
    const far = Math.hypot(x - size / 2, y - size / 2) - radius
    return Math.min(1, Math.max(0, 0.5 - far / width))
  })

describe('softening', () => {
  test.each([1, 2.5, 6])('a point by %f pixels: a bell of that deviation', (sigma) => {
    const { data } = soften(
      plane(81, (x, y) => Number(x === 40.5 && y === 40.5)),
      sigma,
    )
    let variance = 0
    for (let i = 0; i < data.length; i++) variance += data[i] * ((i % 81) - 40) ** 2
    expect(sum(data)).toBeCloseTo(1, 4)
    expect(Math.abs(Math.sqrt(variance) / sigma - 1)).toBeLessThan(0.45)
  })

  test('by less than half a pixel changes nothing', () => {
    const given = disc(20, 5, 2)
    expect(soften(given, 0.4)).toBe(given)
  })
})

describe('enlarging', () => {
  test('a ramp stays a ramp at the same places, and nothing overshoots', () => {
    const { data } = enlarge(
      plane(20, (x) => x),
      64,
    )
    for (let x = 8; x < 56; x++) expect(data[32 * 64 + x]).toBeCloseTo(((x + 0.5) * 20) / 64, 4)
    const step = enlarge(
      plane(20, (x) => Number(x > 10)),
      64,
    ).data
    for (const value of step) expect(value).toBeGreaterThanOrEqual(0)
    expect(Math.max(...step)).toBeLessThanOrEqual(1.000001)
  })
})

test('within a box: the numbers of the whole there, nothing elsewhere', () => {
  const given = disc(20, 5, 4)
  const box = { left: 7, top: 20, right: 50, bottom: 41 }
  const inside = (i: number): boolean => i % 64 >= 7 && i % 64 < 50 && i >= 20 * 64 && i < 41 * 64
  const field = enlarge(given, 64)
  const kept = (data: Float32Array): Float32Array => data.map((value, i) => (inside(i) ? value : 0))
  expect(enlarge(given, 64, box).data).toEqual(kept(field.data))
  expect(above(field, 0.5, 2, box).data).toEqual(kept(above(field, 0.5, 2).data))
  expect(lineAlong(field, 0.5, () => 2, box).data).toEqual(kept(lineAlong(field, 0.5, () => 2).data))
})

describe('a shape', () => {
  test.each([3, 8, 20])('of a disc whose field falls over %f pixels: its area, and an edge one pixel wide', (width) => {
    const { data } = above(disc(100, 30, width), 0.5)
    expect(Math.abs(sum(data) / (Math.PI * 900) - 1)).toBeLessThan(0.01)
    const partly = data.filter((share) => share > 0.02 && share < 0.98).length
    expect(partly).toBeLessThan(2 * Math.PI * 30 * 1.6)
  })

  test('softer: the same area with a wider edge', () => {
    const [crisp, soft] = [1, 6].map((softness) => above(disc(100, 30, 12), 0.5, softness).data)
    expect(Math.abs(sum(soft) / sum(crisp) - 1)).toBeLessThan(0.02)
    const partly = (data: Float32Array): number => data.filter((share) => share > 0.02 && share < 0.98).length
    expect(partly(soft)).toBeGreaterThan(3 * partly(crisp))
  })
})

describe('a line', () => {
  test.each([0.5, 1, 3])('%f pixels wide: as much of it as its length says', (wide) => {
    const { data } = lineAlong(disc(100, 30, 10), 0.5, () => wide)
    expect(Math.abs(sum(data) / (2 * Math.PI * 30 * wide) - 1)).toBeLessThan(0.12)
    expect(data[50 * 100 + 50]).toBe(0)
  })

  test('is nowhere in a flat field at its level', () => {
    expect(
      sum(
        lineAlong(
          plane(20, () => 0.5),
          0.5,
          () => 2,
        ).data,
      ),
    ).toBe(0)
  })
})
