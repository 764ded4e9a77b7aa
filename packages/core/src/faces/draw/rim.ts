/**
 * The rim, where a redrawn face ends: a closed curve around it, placed where a transition between the two pictures
 * shows least, and the soft mask along it. The curve lies in a face's frame (alignment.ts) between two ellipses;
 * dynamic programming over angles and radii finds the cheapest such curve. It works with costs at points and knows no
 * pixels.
 */
import type { Point } from '../face.ts'

/** An ellipse around the centre of the face. */
interface Ring {
  readonly rx: number
  readonly ry: number
}

/** The centre of the face including hair: the pole of the rim. */
export const POLE = { x: 0, y: 0.35 }
/** Brows, eyes, mouth and chin lie inside; the rim stays outside. */
const INNER: Ring = { rx: 1.2, ry: 1.55 }
/** The same where proportions move the area around the chin. */
const INNER_MOVED: Ring = { rx: 1.7, ry: 1.9 }
const OUTER: Ring = { rx: 1.95, ry: 2.1 }
/** Width of the soft edge, in the frame's units. */
export const FEATHER = 0.36
/** No mask reaches further from the pole than REACH, and every mask is full nearer than CORE. */
const REACH = Math.max(OUTER.rx, OUTER.ry) + FEATHER / 2
const CORE = Math.min(INNER.rx, INNER.ry) - FEATHER / 2

const ANGLES = 144
const RADII = 40
/** Steps in radius between neighbouring angles, and the cost of each: curves stay round unless there is a reason. */
const MOST_STEP = 2
const STEP_COST = 0.6

/** The rim of a face: radii around the pole at equally spaced angles, from the frame's x axis towards y. */
export interface Rim {
  readonly radii: Float64Array
}

/** The distance from the pole to a ring in a direction. */
const distance = ({ rx, ry }: Ring, cos: number, sin: number): number => 1 / Math.hypot(cos / rx, sin / ry)

/** Whether a point of a face's frame is within brows, cheeks and chin. */
export const isFace = ({ x, y }: Point): boolean => ((x - POLE.x) / INNER.rx) ** 2 + ((y - POLE.y) / INNER.ry) ** 2 < 1

/**
 * Finds the cheapest rim.
 *
 * @param cost the cost of ending at a point of the frame; 0 or more, about the visible step in levels of 255
 * @param moved whether proportions move the chin's surroundings, which must then lie inside
 */
export const findRim = (cost: (x: number, y: number) => number, moved: boolean): Rim => {
  const ring = (angle: number): { cos: number; sin: number; from: number; step: number } => {
    const phi = (2 * Math.PI * angle) / ANGLES
    const [cos, sin] = [Math.cos(phi), Math.sin(phi)]
    const from = distance(moved ? INNER_MOVED : INNER, cos, sin)
    return { cos, sin, from, step: (distance(OUTER, cos, sin) - from) / (RADII - 1) }
  }
  const costs = new Float64Array(ANGLES * RADII)
  for (let angle = 0; angle < ANGLES; angle++) {
    const { cos, sin, from, step } = ring(angle)
    // The cost of a rim includes everything under its soft edge.
    const half = Math.round(FEATHER / 2 / step)
    const along = Float64Array.from({ length: RADII + 2 * half }, (_, k) => {
      const radius = from + (k - half) * step
      return cost(POLE.x + radius * cos, POLE.y + radius * sin)
    })
    for (let k = 0; k < RADII; k++) {
      let sum = 0
      for (let i = k; i <= k + 2 * half; i++) sum += along[i]
      costs[angle * RADII + k] = sum / (2 * half + 1)
    }
  }
  // Three turns are computed and the middle one is used, which is independent of the starting point.
  const turns = 3 * ANGLES
  const best = new Float64Array(turns * RADII).fill(Number.POSITIVE_INFINITY)
  const before = new Int8Array(turns * RADII)
  best.set(costs.subarray(0, RADII))
  for (let i = 1; i < turns; i++) {
    for (let step = 0; step < RADII; step++) {
      const here = i * RADII + step
      for (let change = -MOST_STEP; change <= MOST_STEP; change++) {
        const from = step + change
        if (from < 0 || from >= RADII) continue
        const sum = best[here - RADII + change] + Math.abs(change) * STEP_COST
        if (sum >= best[here]) continue
        best[here] = sum
        before[here] = change
      }
      best[here] += costs[(i % ANGLES) * RADII + step]
    }
  }
  let step = 0
  const last = (turns - 1) * RADII
  for (let k = 1; k < RADII; k++) if (best[last + k] < best[last + step]) step = k
  const radii = new Float64Array(ANGLES)
  for (let i = turns - 1; i >= ANGLES; i--) {
    const { from, step: width } = ring(i - ANGLES)
    if (i < 2 * ANGLES) radii[i - ANGLES] = from + step * width
    step += before[i * RADII + step]
  }
  return { radii: smooth(smooth(radii)) }
}

/** The mean of each radius and its two neighbours, around the circle. */
const smooth = (radii: Float64Array): Float64Array =>
  radii.map((radius, i) => (radius * 2 + radii[(i + 1) % radii.length] + radii.at(i - 1)!) / 4)

/**
 * How far outside the rim a point of the frame lies, in widths of the soft edge: up to -0.5 is inside, 0 on the rim,
 * from 0.5 on outside.
 */
export const beyond = ({ radii }: Rim, x: number, y: number): number => {
  const [dx, dy] = [x - POLE.x, y - POLE.y]
  const turn = (Math.atan2(dy, dx) / (2 * Math.PI) + 1) * radii.length
  const i = Math.floor(turn)
  const part = turn - i
  const radius = radii[i % radii.length] * (1 - part) + radii[(i + 1) % radii.length] * part
  return (Math.hypot(dx, dy) - radius) / FEATHER
}

/** Opacity of the redrawn face at a point of the frame: 1 inside, 0 outside, with a smooth transition. */
export const maskAt = (rim: Rim, x: number, y: number): number => {
  const squared = (x - POLE.x) ** 2 + (y - POLE.y) ** 2
  if (squared >= REACH * REACH) return 0
  if (squared <= CORE * CORE) return 1
  const t = Math.min(1, Math.max(0, 0.5 - beyond(rim, x, y)))
  return t * t * t * (t * (6 * t - 15) + 10)
}
