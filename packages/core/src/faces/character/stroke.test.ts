/** Strokes against the areas of the shapes that they are, and against distances from the line. */
import { describe, expect, test } from 'vitest'
import type { Coverage } from './coverage.ts'
import { stroke, taper } from './stroke.ts'

const canvas = { width: 60, height: 60 }
const sumOf = ({ data }: Coverage): number => data.reduce((sum, share) => sum + share, 0)
const shareAt = ({ x, y, width, height, data }: Coverage, column: number, row: number): number =>
  column < x || row < y || column >= x + width || row >= y + height ? 0 : data[(row - y) * width + column - x]

describe('a stroke', () => {
  test('that is straight is a trapezium', () => {
    const shape = stroke(
      [
        { x: 10, y: 20 },
        { x: 34, y: 38 },
      ],
      [2, 6],
      canvas,
    )
    // The line is 30 long.
    expect(sumOf(shape)).toBeCloseTo(((2 + 6) / 2) * 30, 3)
  })

  test('around a circle is a ring', () => {
    const points = Array.from({ length: 181 }, (_, i) => {
      const angle = (i / 180) * Math.PI
      return { x: 30 + 18 * Math.cos(angle), y: 22 + 18 * Math.sin(angle) }
    })
    const shape = stroke(
      points,
      points.map(() => 5),
      canvas,
    )
    expect(sumOf(shape)).toBeCloseTo((Math.PI / 2) * (20.5 ** 2 - 15.5 ** 2), 0)
    for (let row = 24; row < 45; row++) {
      for (let column = 0; column < 60; column++) {
        const away = Math.abs(Math.hypot(column + 0.5 - 30, row + 0.5 - 22) - 18)
        if (away < 1.7) expect(shareAt(shape, column, row)).toBeCloseTo(1, 3)
        if (away > 3.3) expect(shareAt(shape, column, row)).toBeLessThan(1e-6)
      }
    }
  })

  test('covers what its pieces cover, however narrow the bend', () => {
    // A small loop, each side of which lies over the other.
    const points = Array.from({ length: 12 }, (_, i) => ({
      x: 30 + 2.5 * Math.cos(0.5 * i),
      y: 30 + 2.5 * Math.sin(0.5 * i),
    }))
    const widths = points.map(() => 12)
    // The edges by the same rule: across the way from the point before to the one after.
    const sides = points.map((point, i) => {
      const [from, to] = [points[Math.max(0, i - 1)], points[Math.min(points.length - 1, i + 1)]]
      const length = Math.hypot(to.x - from.x, to.y - from.y)
      const [x, y] = [(-6 * (to.y - from.y)) / length, (6 * (to.x - from.x)) / length]
      return [
        { x: point.x + x, y: point.y + y },
        { x: point.x - x, y: point.y - y },
      ] as const
    })
    const triangles = sides
      .slice(1)
      .flatMap(([c, d], i) => [[sides[i][0], sides[i][1], d] as const, [sides[i][0], d, c] as const])
    const isCovered = (x: number, y: number): boolean =>
      triangles.some((corners) => {
        const turns = corners.map((a, i) => {
          const b = corners[(i + 1) % 3]
          return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)
        })
        return turns.every((turn) => turn > 0) || turns.every((turn) => turn < 0)
      })
    const shape = stroke(points, widths, canvas)
    const offsets = [0.01, 0.25, 0.5, 0.75, 0.99]
    for (let row = 0; row < 60; row++) {
      for (let column = 0; column < 60; column++) {
        const inside = offsets.flatMap((dx) => offsets.map((dy) => isCovered(column + dx, row + dy)))
        if (inside.every(Boolean)) expect(shareAt(shape, column, row), `${column}, ${row}`).toBeGreaterThan(0.9)
        if (!inside.some(Boolean)) expect(shareAt(shape, column, row), `${column}, ${row}`).toBeLessThan(0.1)
      }
    }
  })

  test('is the same from its other end', () => {
    const points = [
      { x: 5, y: 8 },
      { x: 22, y: 31 },
      { x: 44, y: 25 },
      { x: 52, y: 50 },
    ]
    const there = stroke(points, [1, 4, 3, 2], canvas)
    const back = stroke(points.toReversed(), [2, 3, 4, 1], canvas)
    expect(sumOf(there)).toBeGreaterThan(100)
    for (let i = 0; i < 3600; i++) {
      expect(shareAt(back, i % 60, Math.floor(i / 60))).toBeCloseTo(shareAt(there, i % 60, Math.floor(i / 60)), 5)
    }
  })

  test('without a length covers nothing', () => {
    const place = { x: 20, y: 20 }
    expect(sumOf(stroke([place, place], [9, 9], canvas))).toBe(0)
  })
})

describe('a profile', () => {
  test('grows over one share of the way and fades over another', () => {
    const profile = taper(101, 0.2, 0.5, 1)
    expect(profile).toHaveLength(101)
    expect([profile[0], profile[10], profile[20], profile[50], profile[75], profile[100]]).toEqual([
      0,
      expect.closeTo(0.5, 9),
      expect.closeTo(1, 9),
      1,
      expect.closeTo(0.5, 9),
      0,
    ])
  })

  test('is fuller by a smaller power', () => {
    expect(taper(5, 1, 1, 0.5)[1]).toBeCloseTo(Math.sqrt(0.25), 9)
    expect(taper(5, 1, 1)[1]).toBeCloseTo(0.25 ** 0.8, 9)
  })
})
