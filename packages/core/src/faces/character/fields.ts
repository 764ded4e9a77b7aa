/**
 * Smooth fields of numbers, and the shapes that they bound: masses are told apart and lit at a small size, and drawn at the
 * canvas's with an edge one pixel wide wherever their field passes a level. Fields are planes; no colours here.
 */

import { DOUBLE, SINGLE, Workbench } from '../../kernels/kernels.ts'
import { wholeBox } from '../regions/box.ts'
import { boxMean } from '../regions/filters.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
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
  const bench = new Workbench()
  const place = bench.put(data)
  const put = (from: number) => {
    const { first, weights } = splineTaps(from, side)
    return [bench.put(first), bench.put(weights)] as const
  }
  const [across, down] = [put(width), put(height)]
  const wide = bench.room(SINGLE * side * height)
  const line = bench.room(4 * (DOUBLE * width + SINGLE * side))
  const out = bench.room(SINGLE * side * side)
  const { left, top, right, bottom } = box
  bench.kernels.enlarge(place, width, height, ...across, ...down, wide, line, out, side, left, top, right, bottom)
  return { width: side, height: side, data: bench.singles(out, side * side) }
}

/** A steeper field than this, in a pixel, there is not: farther from a level there is no edge of it. */
const MOST_SLOPE = 0.4
/** A flatter field than this has no edge: what is near the level there is soft, and has no line. */
const LEAST_SLOPE = 0.012

const whole = ({ width, height }: Plane, data: Float32Array): Coverage => ({ x: 0, y: 0, width, height, data })

/**
 * Where a field is above a level: 1 inside, 0 outside, its edge `softness` pixels wide (1 where left out). Within the box only, all of
 * it by default.
 */
export const above = (field: Plane, level: number, softness = 1, box = wholeBox(field)): Coverage => {
  const { width, height, data } = field
  const bench = new Workbench()
  const place = bench.put(data)
  const out = bench.room(data.byteLength)
  const { left, top, right, bottom } = box
  const reach = (softness * MOST_SLOPE) / 2
  bench.kernels.above(place, out, width, height, level, softness, reach, LEAST_SLOPE, left, top, right, bottom)
  return whole(field, bench.singles(out, data.length))
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
  const bench = new Workbench()
  const place = bench.put(data)
  const { left, top, right, bottom } = box
  const most = Math.max(0, right - left) * Math.max(0, bottom - top)
  const indices = bench.room(Int32Array.BYTES_PER_ELEMENT * most)
  const slopes = bench.room(DOUBLE * most)
  const reach = MOST_WIDTH * MOST_SLOPE
  const bounds = [left, top, right, bottom] as const
  const count = bench.kernels.nearLevel(place, indices, slopes, width, height, level, reach, LEAST_SLOPE / 2, ...bounds)
  const found = bench.integers(indices, count)
  const steep = bench.doubles(slopes, count)
  const out = new Float32Array(data.length)
  for (let k = 0; k < count; k++) {
    const [i, slope] = [found[k], steep[k]]
    const wide = widthAt(i)
    const cover = Math.min(wide, wide / 2 + 0.5 - Math.abs(data[i] - level) / slope, 1)
    if (cover > 0) out[i] = cover * smoothStep(LEAST_SLOPE / 2, LEAST_SLOPE, slope)
  }
  return whole(field, out)
}
