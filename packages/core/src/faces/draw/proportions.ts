/**
 * Anime proportions: larger eyes, a smaller nose and mouth, a narrower chin, as one smooth warp of a face's frame (see
 * alignment.ts), and its exact inverse. Outside the face it is the identity: hair and background stay. It moves points;
 * warp.ts moves pixels.
 *
 * The warp is a chain of bulges. A bulge is the identity outside an ellipse with radii (rx, ry) around (cx, cy);
 * inside, with `r² = (dx / rx)² + (dy / ry)²`, the point at an offset (dx, dy) shows what the photo has at the offset
 *
 *     (dx (1 - gx (1 - r²)²), dy (1 - gy (1 - r²)²))
 *
 * so the centre is enlarged 1 / (1 - g) times. For -1 <= g < 1 its Jacobian is above 0 everywhere (the least value of
 * `f + r f'`, with `f = (1 - r²)²`, is -0.8), and it is the identity on its rim: it is one to one and nothing folds
 * over. The same holds for a chain of them.
 */

import type { Face, Point } from '../face.ts'
import type { Alignment } from './alignment.ts'
import { toFrame } from './alignment.ts'

/** One bulge; a positive gain enlarges, a negative one shrinks. */
interface Bulge {
  readonly cx: number
  readonly cy: number
  readonly rx: number
  readonly ry: number
  readonly gx: number
  readonly gy: number
}

/** Bulges, in the order in which they map a point of the drawing to the photo. */
export type Proportions = readonly Bulge[]

/** Gains at proportions 1; at the default of 0.35, eyes are a seventh wider and a quarter taller. */
const EYE = { gx: 0.35, gy: 0.5 }
const NOSE = -0.3
const MOUTH = -0.25
const CHIN = -0.3

/** 1 for a face seen from the front, 0 from the side, where chin and far eye are not at their expected positions. */
const frontal = (nose: Point, eyes: number): number => {
  const turn = Math.min(1, Math.max(0, (Math.abs(nose.x) / eyes - 0.25) / 0.35))
  return 1 - turn * turn * (3 - 2 * turn)
}

/**
 * The warp for a face, from none at `strength` 0 to full at 1; empty at 0 and for a head seen from the side.
 */
export const proportionsOf = (face: Face, alignment: Alignment, strength: number): Proportions => {
  if (!(strength >= 0 && strength <= 1)) {
    throw new RangeError(`proportions: expected a number from 0 to 1, given ${strength}`)
  }
  const at = (point: Point): Point => toFrame(alignment, point)
  const [right, left, nose, mouth] = [at(face.rightEye), at(face.leftEye), at(face.nose), at(face.mouth)]
  const eyes = Math.hypot(left.x - right.x, left.y - right.y)
  const amount = strength * (eyes > 0.1 ? frontal(nose, eyes) : 0)
  if (amount === 0) return []
  const eye = ({ x, y }: Point): Bulge => ({
    cx: x,
    cy: y,
    rx: 0.5 * eyes,
    ry: 0.46 * eyes,
    gx: EYE.gx * amount,
    gy: EYE.gy * amount,
  })
  const shrink = ({ x, y }: Point, rx: number, ry: number, gain: number): Bulge => ({
    cx: x,
    cy: y,
    rx,
    ry,
    gx: gain * amount,
    gy: gain * amount,
  })
  // The tip of the chin lies below the mouth by 0.7 of the distance from eyes to mouth.
  const jaw = { x: mouth.x * 1.3, y: mouth.y * 1.42 }
  return [
    { cx: jaw.x, cy: jaw.y, rx: 1.4, ry: 0.7, gx: CHIN * amount, gy: 0 },
    shrink(mouth, 0.62 * eyes, 0.4, MOUTH),
    shrink({ x: nose.x, y: nose.y * 0.9 }, 0.36 * eyes, 0.42, NOSE),
    eye(right),
    eye(left),
  ]
}

/** `(1 - r²)²` of the offset (dx, dy), 0 from the rim on. */
const height = ({ rx, ry }: Bulge, dx: number, dy: number): number => {
  const rest = 1 - (dx / rx) ** 2 - (dy / ry) ** 2
  return rest > 0 ? rest * rest : 0
}

/** The photo position shown at a position in the drawing. */
export const toPhoto = (proportions: Proportions, point: Point): Point => {
  let { x, y } = point
  for (const bulge of proportions) {
    const [dx, dy] = [x - bulge.cx, y - bulge.cy]
    const f = height(bulge, dx, dy)
    if (f === 0) continue
    x = bulge.cx + dx * (1 - bulge.gx * f)
    y = bulge.cy + dy * (1 - bulge.gy * f)
  }
  return { x, y }
}

/** The position in the drawing that shows a photo position: the inverse of `toPhoto`, to about 1e-12. */
export const toDrawing = (proportions: Proportions, point: Point): Point =>
  proportions.reduceRight((at, bulge) => undo(bulge, at), point)

/**
 * The point that the bulge maps to (x, y): with height f at that point, its offset is `(X / (1 - gx f), Y / (1 - gy
 * f))`, and f must equal the height there. Solves for f by bisection.
 */
const undo = (bulge: Bulge, { x, y }: Point): Point => {
  const { cx, cy, gx, gy } = bulge
  const [X, Y] = [x - cx, y - cy]
  if (height(bulge, X, Y) === 0) return { x, y }
  const offset = (f: number): [number, number] => [X / (1 - gx * f), Y / (1 - gy * f)]
  let [low, high] = [0, 1]
  for (let i = 0; i < 48; i++) {
    const f = (low + high) / 2
    if (height(bulge, ...offset(f)) > f) low = f
    else high = f
  }
  const [dx, dy] = offset((low + high) / 2)
  return { x: cx + dx, y: cy + dy }
}
