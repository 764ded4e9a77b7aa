/** Shares of pixels, against polygons' areas by the shoelace formula and against counting points in each pixel. */
import { describe, expect, test } from 'vitest'
import { randomNumbers } from '../../testing.ts'
import type { Point } from '../face.ts'
import { type Coverage, cover, type Polygon, soften } from './coverage.ts'

const canvas = { width: 24, height: 18 }

const areaOf = (polygon: Polygon): number =>
  Math.abs(
    polygon.reduce((sum, { x, y }, i) => {
      const next = polygon[(i + 1) % polygon.length]
      return sum + x * next.y - next.x * y
    }, 0) / 2,
  )

const sumOf = ({ data }: Coverage): number => data.reduce((sum, share) => sum + share, 0)
const shareAt = ({ x, y, width, height, data }: Coverage, column: number, row: number): number =>
  column < x || row < y || column >= x + width || row >= y + height ? 0 : data[(row - y) * width + column - x]

/** Whether a point is inside, by the crossings of a ray: a different way than the code's. */
const isInside = (polygon: Polygon, { x, y }: Point): boolean => {
  let inside = false
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length]
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside
  })
  return inside
}

const GRID = 40
/** The share of a pixel by counting. */
const counted = (inside: (point: Point) => boolean, column: number, row: number): number => {
  let count = 0
  for (let i = 0; i < GRID * GRID; i++) {
    if (inside({ x: column + ((i % GRID) + 0.5) / GRID, y: row + (Math.floor(i / GRID) + 0.5) / GRID })) count++
  }
  return count / GRID ** 2
}

const expectCounted = (shape: Coverage, inside: (point: Point) => boolean): void => {
  for (let row = 0; row < canvas.height; row++) {
    for (let column = 0; column < canvas.width; column++) {
      const share = counted(inside, column, row)
      expect(Math.abs(shareAt(shape, column, row) - share), `pixel ${column}, ${row}`).toBeLessThan(0.03)
    }
  }
}

const rectangle = (left: number, top: number, right: number, bottom: number): Polygon => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
]

describe('what a polygon covers', () => {
  test('a rectangle between pixels: the exact shares', () => {
    const shape = cover([rectangle(2.25, 3.5, 5.5, 5)], canvas)
    expect(shape).toMatchObject({ x: 2, y: 3, width: 4, height: 2 })
    expect(Array.from(shape.data)).toEqual([0.375, 0.5, 0.5, 0.25, 0.75, 1, 1, 0.5])
  })

  test.each(Array.from({ length: 12 }, (_, seed) => seed))('stars are as large as their outlines say (%i)', (seed) => {
    const numbers = randomNumbers(14, seed + 1)
    const star = Array.from({ length: 7 }, (_, i) => {
      const radius = 2.5 + 2.5 * Math.abs(numbers[2 * i])
      const angle = (2 * Math.PI * i) / 7 + 0.3 * numbers[2 * i + 1]
      return { x: 12 + radius * Math.cos(angle), y: 9 + radius * Math.sin(angle) }
    })
    const shape = cover([star], canvas)
    expect(sumOf(shape)).toBeCloseTo(areaOf(star), 4)
    const { data, ...box } = cover([star.toReversed()], canvas)
    expect(shape).toMatchObject(box)
    data.forEach((share, i) => {
      expect(share).toBeCloseTo(shape.data[i], 5)
    })
    expectCounted(shape, (point) => isInside(star, point))
  })

  test('beyond each border only what is on the canvas counts', () => {
    const huge = rectangle(-7.3, -4.2, 40.5, 33)
    expect(sumOf(cover([huge], canvas))).toBeCloseTo(canvas.width * canvas.height, 3)
    const corner = [
      { x: -6, y: 4 },
      { x: 9, y: -5 },
      { x: 12, y: 9 },
    ]
    expectCounted(cover([corner], canvas), (point) => isInside(corner, point))
    const far = [
      { x: 18, y: 3 },
      { x: 31, y: 10 },
      { x: 20, y: 24 },
    ]
    expectCounted(cover([far], canvas), (point) => isInside(far, point))
  })

  test('outside the canvas there is nothing', () => {
    for (const polygon of [rectangle(-9, 2, -3, 8), rectangle(30, 2, 40, 8), rectangle(2, -9, 8, -1)]) {
      expect(sumOf(cover([polygon], canvas))).toBe(0)
    }
    expect(sumOf(cover([], canvas))).toBe(0)
  })

  test('a polygon that runs the other way is a hole, one that runs the same way counts once', () => {
    const outer = rectangle(2, 2, 14, 12)
    const inner = rectangle(5.5, 4.25, 10, 9)
    expect(sumOf(cover([outer, inner.toReversed()], canvas))).toBeCloseTo(areaOf(outer) - areaOf(inner), 4)
    expect(sumOf(cover([outer, inner], canvas))).toBeCloseTo(areaOf(outer), 4)
  })
})

describe('a soft edge', () => {
  const shape = cover([rectangle(9, 7, 14, 11)], canvas)

  test('keeps the sum, the middle and the symmetry', () => {
    const soft = soften(shape, 0.8, canvas)
    expect(sumOf(soft)).toBeCloseTo(20, 2)
    for (let row = 0; row < 18; row++) {
      for (let column = 0; column < 23; column++) {
        expect(shareAt(soft, column, row)).toBeCloseTo(shareAt(soft, 22 - column, row), 5)
        expect(shareAt(soft, column, row)).toBeCloseTo(shareAt(soft, column, 17 - row), 5)
      }
    }
  })

  test('is a bell curve of that deviation', () => {
    const point = { x: 12, y: 9, width: 1, height: 1, data: Float32Array.of(1) }
    const soft = soften(point, 1.5, canvas)
    for (const d of [1, 2, 3]) {
      expect(shareAt(soft, 12 + d, 9) / shareAt(soft, 12, 9)).toBeCloseTo(Math.exp(-(d ** 2) / (2 * 1.5 ** 2)), 4)
    }
  })

  test('ends at the borders, and a deviation too small to be seen changes nothing', () => {
    const { x, y, width, height } = soften(cover([rectangle(0, 0, 24, 18)], canvas), 3, canvas)
    expect({ x, y, width, height }).toEqual({ x: 0, y: 0, width: 24, height: 18 })
    expect(soften(shape, 0.1, canvas)).toBe(shape)
  })
})
