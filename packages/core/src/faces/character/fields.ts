/**
 * Smooth fields of numbers, and the shapes that they bound: masses are told apart and lit at a small size, and drawn at the
 * canvas's with an edge one pixel wide wherever their field passes a level. Fields are planes; no colours here.
 */

import { wholeBox } from '../regions/box.ts'
import { boxMean } from '../regions/filters.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { inRows } from '../regions/runs.ts'
import type { Coverage } from './coverage.ts'

/** A bell-shaped mean of deviation `sigma` in pixels, as three box means; below a half it changes nothing. */
export const soften = (plane: Plane, sigma: number): Plane => {
  if (sigma < 0.5) return plane
  // The variance of three boxes of side 2r + 1 is ((2r + 1)² - 1) / 4.
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2))
  return boxMean(plane, radius, 3)
}

/** The weights of a cubic B-spline at a place between two samples. */
const splineTaps = (from: number, to: number) => {
  const [first, weights] = [new Int32Array(4 * to), new Float32Array(4 * to)]
  for (let i = 0; i < to; i++) {
    const place = ((i + 0.5) * from) / to - 0.5
    const middle = Math.floor(place)
    const t = place - middle
    for (let k = 0; k < 4; k++) first[4 * i + k] = Math.min(from - 1, Math.max(0, middle - 1 + k))
    weights[4 * i] = (1 - t) ** 3 / 6
    weights[4 * i + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6
    weights[4 * i + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6
    weights[4 * i + 3] = t ** 3 / 6
  }
  return { first, weights }
}

/**
 * A square plane brought to a larger side by a cubic B-spline: it smooths, and never overshoots. Within the box only, all of it by
 * default; 0 elsewhere.
 */
export const enlarge = (
  { width, height, data }: Plane,
  side: number,
  box = wholeBox({ width: side, height: side }),
): Plane => {
  const out = new Float32Array(side * side)
  if (box.left >= box.right || box.top >= box.bottom) return { width: side, height: side, data: out }
  const [{ first, weights }, down] = [splineTaps(width, side), splineTaps(height, side)]
  const wide = new Float32Array(side * height)
  const rows = { ...box, top: down.first[4 * box.top], bottom: down.first[4 * box.bottom - 1] + 1 }
  inRows(rows, side, (from, to, y) => {
    const row = y * width
    for (let o = from, k = 4 * box.left; o < to; o++, k += 4) {
      wide[o] =
        weights[k] * data[row + first[k]] +
        weights[k + 1] * data[row + first[k + 1]] +
        weights[k + 2] * data[row + first[k + 2]] +
        weights[k + 3] * data[row + first[k + 3]]
    }
  })
  inRows(box, side, (from, to, y) => {
    const k = 4 * y
    const a = (down.first[k] - y) * side
    const b = (down.first[k + 1] - y) * side
    const c = (down.first[k + 2] - y) * side
    const d = (down.first[k + 3] - y) * side
    const p = down.weights[k]
    const q = down.weights[k + 1]
    const r = down.weights[k + 2]
    const s = down.weights[k + 3]
    for (let o = from; o < to; o++) out[o] = p * wide[o + a] + q * wide[o + b] + r * wide[o + c] + s * wide[o + d]
  })
  return { width: side, height: side, data: out }
}

/** A steeper field than this, in a pixel, there is not: farther from a level there is no edge of it. */
const MOST_SLOPE = 0.4
/** A flatter field than this has no edge: what is near the level there is soft, and has no line. */
const LEAST_SLOPE = 0.012

/** How steep a field is at a pixel, for each pixel. */
const slopeAt = (data: Float32Array, width: number, height: number, x: number, y: number): number => {
  const i = y * width + x
  const across = data[x < width - 1 ? i + 1 : i] - data[x > 0 ? i - 1 : i]
  const down = data[y < height - 1 ? i + width : i] - data[y > 0 ? i - width : i]
  return Math.sqrt(across * across + down * down) / 2
}

const whole = ({ width, height }: Plane, data: Float32Array): Coverage => ({ x: 0, y: 0, width, height, data })

/**
 * Where a field is above a level: 1 inside, 0 outside, its edge `softness` pixels wide (1 where left out). Within the box only, all of
 * it by default.
 */
export const above = (field: Plane, level: number, softness = 1, box = wholeBox(field)): Coverage => {
  const { width, height, data } = field
  const out = new Float32Array(data.length)
  const reach = (softness * MOST_SLOPE) / 2
  inRows(box, width, (from, to, y) => {
    for (let i = from; i < to; i++) {
      const over = data[i] - level
      if (over > reach || over < -reach) out[i] = over > 0 ? 1 : 0
      else {
        const slope = slopeAt(data, width, height, box.left + i - from, y)
        out[i] = Math.min(1, Math.max(0, 0.5 + over / (softness * Math.max(slope, LEAST_SLOPE))))
      }
    }
  })
  return whole(field, out)
}

/** A line is at most about this wide to both sides, in pixels. */
const MOST_WIDTH = 6

/** A line along a field's level within the box; `widthAt` gives its width in pixels by the pixel's index. */
export const lineAlong = (
  field: Plane,
  level: number,
  widthAt: (i: number) => number,
  box = wholeBox(field),
): Coverage => {
  const { width, height, data } = field
  const out = new Float32Array(data.length)
  inRows(box, width, (from, to, y) => {
    for (let i = from; i < to; i++) {
      const over = Math.abs(data[i] - level)
      if (over > MOST_WIDTH * MOST_SLOPE) continue
      const slope = slopeAt(data, width, height, box.left + i - from, y)
      if (slope < LEAST_SLOPE / 2) continue
      const wide = widthAt(i)
      const cover = Math.min(wide, wide / 2 + 0.5 - over / slope, 1)
      if (cover > 0) out[i] = cover * smoothStep(LEAST_SLOPE / 2, LEAST_SLOPE, slope)
    }
  })
  return whole(field, out)
}
