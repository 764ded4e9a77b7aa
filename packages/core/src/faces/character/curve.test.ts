/** Curves against what Catmull-Rom splines are known for: they meet their points, and follow lines and parabolas. */
import { describe, expect, test } from 'vitest'
import type { Point } from '../face.ts'
import { smoothCurve, spreadEvenly } from './curve.ts'

const gapsOf = (points: readonly Point[]): number[] =>
  points.slice(1).map((point, i) => Math.hypot(point.x - points[i].x, point.y - points[i].y))
const distanceTo = (curve: readonly Point[], { x, y }: Point): number =>
  Math.min(...curve.map((point) => Math.hypot(point.x - x, point.y - y)))

describe('a smooth curve', () => {
  const points = [
    { x: 3, y: 10 },
    { x: 14, y: 22 },
    { x: 30, y: 19 },
    { x: 41, y: 35 },
    { x: 44, y: 50 },
  ]

  test('goes through its points, from the first to the last, in even steps', () => {
    const curve = smoothCurve(points, 400)
    expect(curve).toHaveLength(400)
    expect(curve[0]).toEqual(points[0])
    expect(curve[399]).toEqual(points[4])
    for (const point of points) expect(distanceTo(curve, point)).toBeLessThan(0.12)
    const gaps = gapsOf(curve)
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThan(1.03)
  })

  test('has no corners', () => {
    const curve = smoothCurve(points, 400)
    for (let i = 2; i < curve.length; i++) {
      const [a, b, c] = [curve[i - 2], curve[i - 1], curve[i]]
      const turn = Math.atan2(c.y - b.y, c.x - b.x) - Math.atan2(b.y - a.y, b.x - a.x)
      expect(Math.abs(turn)).toBeLessThan(0.2)
    }
  })

  test('between points of a parabola is the parabola', () => {
    const parabola = (t: number): Point => ({ x: 10 * t, y: 3 * t * t })
    const curve = smoothCurve([0, 1, 2, 3, 4].map(parabola), 600)
    for (const { x, y } of curve) {
      if (x > 10 && x < 30) expect(Math.abs(y - 3 * (x / 10) ** 2)).toBeLessThan(0.02)
    }
  })

  test('of two points is the line between them', () => {
    expect(
      smoothCurve(
        [
          { x: 1, y: 2 },
          { x: 9, y: 6 },
        ],
        5,
      ),
    ).toEqual([1, 3, 5, 7, 9].map((x) => ({ x: expect.closeTo(x, 6), y: expect.closeTo((x + 3) / 2, 6) })))
  })
})

describe('spread evenly', () => {
  test('along straight lines', () => {
    const corner = [
      { x: 0, y: 0 },
      { x: 6, y: 0 },
      { x: 6, y: 2 },
    ]
    expect(spreadEvenly(corner, 5)).toEqual([
      { x: 0, y: 0 },
      { x: 2, y: 0 },
      { x: 4, y: 0 },
      { x: 6, y: 0 },
      { x: 6, y: 2 },
    ])
  })

  test('of a single place, that place', () => {
    const place = { x: 4, y: 7 }
    expect(spreadEvenly([place, place, place], 3)).toEqual([place, place, place])
  })
})
