/**
 * Where a redrawn face ends: a closed curve around it, drawn where the two pictures to be joined have least to show, and
 * the soft mask along it. The curve runs in a face's frame (alignment.ts) between two ellipses; of all such curves the
 * cheapest is found by dynamic programming over angles and radii. It asks for costs at points and knows no pixels.
 */

/** An ellipse around the middle of the face. */
interface Ring {
  readonly rx: number
  readonly ry: number
}

/** The middle of the face, hair included: the pole of the rim. */
const POLE = { x: 0, y: 0.35 }
/** Brows, eyes, mouth and chin lie within; the rim does not. */
const INNER: Ring = { rx: 1.2, ry: 1.55 }
/** The same where proportions move what lies around the chin. */
const INNER_MOVED: Ring = { rx: 1.55, ry: 1.9 }
const OUTER: Ring = { rx: 1.95, ry: 2.1 }
/** Breadth of the soft edge, in the frame's units. */
export const FEATHER = 0.44
/** Beyond this distance from the pole no mask reaches. */
export const REACH = Math.max(OUTER.rx, OUTER.ry) + FEATHER / 2

const ANGLES = 144
const RADII = 40
/** Steps in radius between neighbouring angles, and what each costs: a curve is round unless there is a reason. */
const MOST_STEP = 2
const STEP_COST = 0.6

/** The rim of a face: radii around the pole at equal angles, from the frame's x axis towards y. */
export interface Rim {
  readonly radii: Float64Array
}

/** The distance from the pole to a ring in a direction. */
const distance = ({ rx, ry }: Ring, cos: number, sin: number): number => 1 / Math.hypot(cos / rx, sin / ry)

/**
 * Finds the cheapest rim.
 *
 * @param cost what it costs to end at a point of the frame; 0 or more, about the visible step in levels of 255
 * @param moved whether proportions move the chin's surroundings, which must then lie inside
 */
export const findRim = (cost: (x: number, y: number) => number, moved: boolean): Rim => {
  const radiusAt = (angle: number, step: number): number => {
    const phi = (2 * Math.PI * angle) / ANGLES
    const [cos, sin] = [Math.cos(phi), Math.sin(phi)]
    const from = distance(moved ? INNER_MOVED : INNER, cos, sin)
    const to = distance(OUTER, cos, sin)
    return from + ((to - from) * step) / (RADII - 1)
  }
  const costs = new Float64Array(ANGLES * RADII)
  for (let angle = 0; angle < ANGLES; angle++) {
    const phi = (2 * Math.PI * angle) / ANGLES
    for (let step = 0; step < RADII; step++) {
      const radius = radiusAt(angle, step)
      costs[angle * RADII + step] = cost(POLE.x + radius * Math.cos(phi), POLE.y + radius * Math.sin(phi))
    }
  }
  // Three turns are walked and the middle one is taken: there the curve has forgotten that it once began.
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
    if (i < 2 * ANGLES) radii[i - ANGLES] = radiusAt(i - ANGLES, step)
    step += before[i * RADII + step]
  }
  return { radii: smooth(smooth(radii)) }
}

/** The mean with both neighbours, around the circle. */
const smooth = (radii: Float64Array): Float64Array =>
  radii.map((radius, i) => (radius * 2 + radii[(i + 1) % radii.length] + radii.at(i - 1)!) / 4)

/** The largest and least radius, for a quick yes or no. */
export const bounds = ({ radii }: Rim): { readonly least: number; readonly most: number } => ({
  least: radii.reduce((a, b) => Math.min(a, b)),
  most: radii.reduce((a, b) => Math.max(a, b)),
})

/**
 * How far outside the rim a point of the frame lies, in breadths of the soft edge: -0.5 and less is inside, 0 on the
 * rim, 0.5 and more outside.
 */
export const beyond = ({ radii }: Rim, x: number, y: number): number => {
  const [dx, dy] = [x - POLE.x, y - POLE.y]
  const turn = (Math.atan2(dy, dx) / (2 * Math.PI) + 1) * radii.length
  const i = Math.floor(turn)
  const part = turn - i
  const radius = radii[i % radii.length] * (1 - part) + radii[(i + 1) % radii.length] * part
  return (Math.hypot(dx, dy) - radius) / FEATHER
}

/** How much of the redrawn face shows: 1 inside, 0 outside, without a kink in between. */
export const maskAt = (beyondRim: number): number => {
  const t = Math.min(1, Math.max(0, 0.5 - beyondRim))
  return t * t * t * (t * (6 * t - 15) + 10)
}
