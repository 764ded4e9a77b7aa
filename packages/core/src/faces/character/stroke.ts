/** Strokes of a brush whose width changes along its way: thick in the middle, thin at the ends, as lines are drawn. */
import type { Point } from '../face.ts'
import { type Coverage, cover, type Polygon, type Size } from './coverage.ts'

/**
 * What a stroke along the points (at least two) covers of a canvas; `widths` has its full width at each of them, in
 * pixels. Its ends are cut straight.
 */
export const stroke = (points: readonly Point[], widths: readonly number[], canvas: Size): Coverage => {
  const edges = points.map((point, i): readonly [Point, Point] => {
    const [before, after] = [points[Math.max(0, i - 1)], points[Math.min(points.length - 1, i + 1)]]
    const [dx, dy] = [after.x - before.x, after.y - before.y]
    // Where the line turns back on itself, it has no direction and no width.
    const half = widths[i] / 2 / Math.max(Math.hypot(dx, dy), 1e-9)
    return [
      { x: point.x - dy * half, y: point.y + dx * half },
      { x: point.x + dy * half, y: point.y - dx * half },
    ]
  })
  const triangles: Polygon[] = []
  for (let i = 1; i < edges.length; i++) {
    const [[a, b], [c, d]] = [edges[i - 1], edges[i]]
    // Of one direction each, so that nothing is cut out on the inner side of a narrow bend.
    triangles.push(oriented([a, b, d]), oriented([a, d, c]))
  }
  return cover(triangles, canvas)
}

const oriented = ([a, b, c]: readonly [Point, Point, Point]): Polygon =>
  (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y) < 0 ? [a, c, b] : [a, b, c]

/**
 * A profile of widths, 0 to 1 to 0, for `count` points: it grows over the share `rise` of the way and fades over the share
 * `fall`; a smaller `power` than 1 makes it fuller.
 */
export const taper = (count: number, rise: number, fall: number, power = 0.8): number[] =>
  Array.from({ length: count }, (_, i) => {
    const t = i / (count - 1)
    return Math.min(1, t / rise, (1 - t) / fall) ** power
  })
