/** Smooth curves through points, as lists of points close to each other. */
import type { Point } from '../face.ts'

/** Pieces between two of the points given, before they are spread evenly. */
const PIECES = 16

/**
 * A Catmull-Rom spline through the points (at least two), as `count` points (at least two) at equal distances along it. It
 * begins and ends in the first and the last.
 */
export const smoothCurve = (points: readonly Point[], count: number): Point[] => {
  const last = points.length - 1
  // Beyond the ends it goes on straight.
  const at = (i: number): Point =>
    i < 0 ? mirrored(points[0], points[1]) : i > last ? mirrored(points[last], points[last - 1]) : points[i]
  const dense: Point[] = []
  for (let i = 0; i < last; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    for (let k = 0; k < PIECES; k++) {
      const t = k / PIECES
      const blend = (p: number, q: number, r: number, s: number): number =>
        0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t ** 3)
      dense.push({ x: blend(a.x, b.x, c.x, d.x), y: blend(a.y, b.y, c.y, d.y) })
    }
  }
  dense.push(points[last])
  return spreadEvenly(dense, count)
}

const mirrored = (middle: Point, point: Point): Point => ({ x: 2 * middle.x - point.x, y: 2 * middle.y - point.y })

/** `count` points at equal distances along straight lines between the points. */
export const spreadEvenly = (points: readonly Point[], count: number): Point[] => {
  const lengths = [0]
  for (let i = 1; i < points.length; i++) {
    lengths.push(lengths[i - 1] + Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y))
  }
  const whole = lengths[lengths.length - 1]
  let piece = 1
  return Array.from({ length: count }, (_, k) => {
    const distance = (whole * k) / (count - 1)
    while (piece < points.length - 1 && lengths[piece] < distance) piece++
    const span = lengths[piece] - lengths[piece - 1]
    const t = span > 0 ? Math.min(1, (distance - lengths[piece - 1]) / span) : 0
    const [from, to] = [points[piece - 1], points[piece]]
    return { x: from.x * (1 - t) + to.x * t, y: from.y * (1 - t) + to.y * t }
  })
}
