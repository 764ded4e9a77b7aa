/** The rasteriser compared with sampling: 32 by 32 samples per pixel, each inside or outside by its winding number. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Point } from '../face.ts'
import { type Coverage, cover, type Polygon } from './coverage.ts'
import { smoothCurve, spreadEvenly } from './curve.ts'
import { stroke, taper } from './stroke.ts'

const SAMPLES = 32
const canvas = { width: 12, height: 9 }

const windingOf = (polygons: readonly Polygon[], x: number, y: number): number => {
  let winding = 0
  for (const polygon of polygons) {
    polygon.forEach((a, i) => {
      const b = polygon[(i + 1) % polygon.length]
      if (a.y <= y === b.y <= y) return
      const crossing = a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)
      if (crossing > x) winding += a.y < b.y ? 1 : -1
    })
  }
  return winding
}

/** The share of samples inside, per pixel of the canvas. */
const sampled = (inside: (x: number, y: number) => boolean): number[] =>
  Array.from({ length: canvas.width * canvas.height }, (_, i) => {
    let count = 0
    for (let k = 0; k < SAMPLES ** 2; k++) {
      const x = (i % canvas.width) + ((k % SAMPLES) + 0.5) / SAMPLES
      const y = Math.floor(i / canvas.width) + (Math.floor(k / SAMPLES) + 0.5) / SAMPLES
      if (inside(x, y)) count++
    }
    return count / SAMPLES ** 2
  })

/** Coverage on the whole canvas. */
const spread = ({ x, y, width, height, data }: Coverage): number[] =>
  Array.from({ length: canvas.width * canvas.height }, (_, i) => {
    const [column, row] = [(i % canvas.width) - x, Math.floor(i / canvas.width) - y]
    return column >= 0 && row >= 0 && column < width && row < height ? data[row * width + column] : 0
  })

const close = (actual: readonly number[], wanted: readonly number[], tolerance: number): void => {
  actual.forEach((share, i) => {
    expect(Math.abs(share - wanted[i]), `pixel ${i}`).toBeLessThan(tolerance)
  })
}

const areaOf = (polygon: Polygon): number =>
  polygon.reduce((sum, a, i) => {
    const b = polygon[(i + 1) % polygon.length]
    return sum + (a.x * b.y - b.x * a.y) / 2
  }, 0)

/** A star-shaped polygon, which never crosses itself. */
const stars = fc
  .record({
    x: fc.double({ min: -2, max: 14, noNaN: true }),
    y: fc.double({ min: -2, max: 11, noNaN: true }),
    radii: fc.array(fc.double({ min: 0.3, max: 6, noNaN: true }), { minLength: 3, maxLength: 9 }),
  })
  .map(
    ({ x, y, radii }): Polygon =>
      radii.map((radius, i) => {
        const phi = (2 * Math.PI * i) / radii.length + 0.1
        return { x: x + radius * Math.cos(phi), y: y + radius * Math.sin(phi) }
      }),
  )

const box = (x: number, y: number, width: number, height: number): Polygon => [
  { x, y },
  { x: x + width, y },
  { x: x + width, y: y + height },
  { x, y: y + height },
]

describe('coverage', () => {
  test('by hand: a box with parts of pixels, and a triangle of half pixels', () => {
    expect(cover([box(1.5, 1, 2, 1.25)], canvas)).toEqual({
      x: 1,
      y: 1,
      width: 3,
      height: 2,
      data: Float32Array.of(0.5, 1, 0.5, 0.125, 0.25, 0.125),
    })
    const triangle = [
      { x: 0, y: 0 },
      { x: 2, y: 2 },
      { x: 0, y: 2 },
    ]
    expect([...cover([triangle], canvas).data]).toEqual([0.5, 0, 1, 0.5])
  })

  test('random polygons against sampling', () => {
    fc.assert(
      fc.property(stars, (star) => {
        close(
          spread(cover([star], canvas)),
          sampled((x, y) => windingOf([star], x, y) !== 0),
          0.04,
        )
      }),
      { numRuns: 60 },
    )
  })

  test('its sum is the area, whatever the direction', () => {
    fc.assert(
      fc.property(stars, (star) => {
        const wide = { width: 40, height: 40 }
        const moved = star.map(({ x, y }) => ({ x: x + 12, y: y + 12 }))
        for (const polygon of [moved, moved.toReversed()]) {
          const sum = cover([polygon], wide).data.reduce((total, share) => total + share, 0)
          expect(sum).toBeCloseTo(Math.abs(areaOf(star)), 3)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('overlapping shapes count once, a shape of opposite direction is a hole', () => {
    const [large, small] = [box(1, 1, 6, 6), box(2.5, 2, 3, 3)]
    const of = (polygons: readonly Polygon[]) => spread(cover(polygons, canvas))
    expect(of([large, small])).toEqual(of([large]))
    const ring = of([large, small.toReversed()])
    expect([ring[2 * 12 + 2], ring[3 * 12 + 3], ring[12 + 1]]).toEqual([0.5, 0, 1])
  })

  test('nothing outside the canvas, and nothing for empty shapes', () => {
    expect(cover([box(-9, -9, 3, 3)], canvas).data).toHaveLength(0)
    expect(cover([box(50, 2, 3, 3)], canvas).data).toHaveLength(0)
    expect(cover([], canvas).data).toHaveLength(0)
    expect(spread(cover([box(-1e6, -1e6, 2e6, 2e6)], canvas))).toEqual(new Array(108).fill(1))
  })
})

describe('strokes', () => {
  const arc = (radius: number, count: number): Point[] =>
    Array.from({ length: count }, (_, i) => {
      const phi = (Math.PI * i) / (count - 1)
      return { x: 6 - radius * Math.cos(phi), y: 7 - radius * Math.sin(phi) }
    })

  test.each([0.4, 1, 2.5])('%d pixels wide along an arc: covers what lies within half of that', (width) => {
    const points = arc(4, 60)
    const wanted = sampled((x, y) => y < 7 && Math.abs(Math.hypot(x - 6, y - 7) - 4) < width / 2)
    close(spread(stroke(points, new Array(60).fill(width), canvas)), wanted, 0.05)
  })

  test('a bend narrower than the stroke leaves no hole', () => {
    const shares = spread(stroke(arc(1, 40), new Array(40).fill(4), canvas))
    const wanted = sampled((x, y) => y < 7 && Math.hypot(x - 6, y - 7) < 3)
    wanted.forEach((share, i) => {
      if (share === 1) expect(shares[i]).toBeGreaterThan(0.999)
    })
  })

  test('a taper thins out at both ends', () => {
    const widths = taper(5, 0.5, 0.5, 1)
    expect(widths).toEqual([0, 0.5, 1, 0.5, 0])
    expect(taper(3, 0.5, 0.5)[0]).toBe(0)
    const line = Array.from({ length: 5 }, (_, i) => ({ x: 1 + 2.5 * i, y: 4 }))
    const sum = stroke(line, widths, canvas).data.reduce((total, share) => total + share, 0)
    // Two triangles, 5 long and 1 high.
    expect(sum).toBeCloseTo(5, 5)
  })
})

describe('curves', () => {
  test('through the points, at equal distances, straight where they are', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 4, y: 3 },
      { x: 8, y: 1 },
      { x: 9, y: 6 },
    ]
    const curve = smoothCurve(points, 200)
    expect(curve).toHaveLength(200)
    for (const { x, y } of points) {
      expect(Math.min(...curve.map((p) => Math.hypot(p.x - x, p.y - y)))).toBeLessThan(0.06)
    }
    expect(curve[0]).toEqual(points[0])
    expect(curve[199].x).toBeCloseTo(9, 9)
    expect(curve[199].y).toBeCloseTo(6, 9)
    const steps = curve.slice(1).map((p, i) => Math.hypot(p.x - curve[i].x, p.y - curve[i].y))
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.05)
    const straight = smoothCurve(
      [
        { x: 0, y: 0 },
        { x: 1, y: 2 },
        { x: 4, y: 8 },
      ],
      9,
    )
    for (const { x, y } of straight) expect(y).toBeCloseTo(2 * x, 9)
  })

  test('coinciding points are harmless', () => {
    const point = { x: 3, y: 3 }
    expect(spreadEvenly([point, point], 4)).toEqual([point, point, point, point])
    const tip = stroke(smoothCurve([point, point, point], 8), new Array(8).fill(2), canvas)
    expect(tip.data.every(Number.isFinite)).toBe(true)
  })
})
