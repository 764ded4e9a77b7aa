/**
 * The nose: seen from the front a small shadow under its tip and a short stroke; the more the head is turned, the more a line
 * along the far side of its bridge. Never two holes.
 */
import type { Point } from '../face.ts'
import { NOSE_TIP, UNDER_NOSE } from '../landmarks/topology.ts'
import { smoothStep } from '../regions/numbers.ts'
import { type Canvas, fade, paint } from './canvas.ts'
import { mix } from './colour.ts'
import { cover, soften } from './coverage.ts'
import { smoothCurve } from './curve.ts'
import { stroke, taper } from './stroke.ts'
import type { Subject } from './subject.ts'

/** The wing of the nose, and the nostril's inner end, on each side. */
const SIDES = [
  { wing: 98, nostril: 97 },
  { wing: 327, nostril: 326 },
] as const
/** Down the bridge, from between the eyes to the tip; and the same places on both sides of it. */
const BRIDGE = [6, 197, 195, 5, 4]
const FAR = [
  [122, 196, 3, 51, 45],
  [351, 419, 248, 281, 275],
] as const

/** Draws the nose. */
export const drawNose = (canvas: Canvas, subject: Subject): void => {
  fade(canvas, subject.sure, (canvas) => {
    drawShadow(canvas, subject)
    drawUnderside(canvas, subject)
    drawBridge(canvas, subject)
  })
}

/** How far the head is turned, 0 from the front to 1. */
const turnOf = ({ head }: Subject): number => smoothStep(9, 24, Math.abs(head.yaw))

/** The side that the shadow lies on, 0 the person's right: away from the light, and of a turned head the far one. */
const shadowSide = ({ head, light }: Subject): 0 | 1 =>
  Math.abs(head.yaw) > 12 ? (head.yaw > 0 ? 1 : 0) : light.x < 0 ? 1 : 0

const between = (a: Point, b: Point, t: number): Point => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t })
const below = (subject: Subject, { x, y }: Point, distance: number): Point => {
  const { down, unit } = subject.head
  return { x: x + distance * unit * down.x, y: y + distance * unit * down.y }
}

/** A small wedge under the tip, towards the shadow's side. */
const drawShadow = (canvas: Canvas, subject: Subject): void => {
  const { drawn, skin, head } = subject
  const [near, far] = shadowSide(subject) === 1 ? [SIDES[0], SIDES[1]] : [SIDES[1], SIDES[0]]
  const [tip, base] = [drawn[NOSE_TIP], drawn[UNDER_NOSE]]
  const outer = between(drawn[far.wing], base, 0.12)
  const outline = smoothCurve(
    [
      below(subject, between(tip, outer, 0.3), 0.012),
      below(subject, outer, -0.028),
      below(subject, outer, 0.006),
      below(subject, base, 0.012),
      between(drawn[near.wing], base, 0.62),
      between(tip, base, 0.72),
      below(subject, between(tip, outer, 0.3), 0.012),
    ],
    60,
  )
  paint(canvas, soften(cover([outline], canvas), 0.005 * head.unit, canvas), skin.shade, 0.85)
}

/** The short stroke under the nose, firmer on the shadow's side. */
const drawUnderside = (canvas: Canvas, subject: Subject): void => {
  const { drawn, skin, head, look } = subject
  const side = shadowSide(subject)
  const [near, far] = side === 1 ? [SIDES[0], SIDES[1]] : [SIDES[1], SIDES[0]]
  const base = below(subject, drawn[UNDER_NOSE], 0.004)
  const curve = smoothCurve(
    [
      below(subject, between(drawn[near.nostril], base, 0.35), -0.004),
      base,
      below(subject, between(drawn[far.nostril], base, 0.25), 0),
      below(subject, between(drawn[far.nostril], drawn[far.wing], 0.3), -0.004),
    ],
    32,
  )
  const widths = taper(32, 0.65, 0.35).map((value) => 0.015 * value * head.unit * look.lineWidth)
  paint(canvas, stroke(curve, widths, canvas), skin.line, 0.85)
}

/** The line along the far side of the bridge, which grows towards the tip. */
const drawBridge = (canvas: Canvas, subject: Subject): void => {
  const { drawn, skin, head, look } = subject
  const turn = turnOf(subject)
  if (turn === 0) return
  const far = FAR[head.yaw > 0 ? 1 : 0]
  const curve = smoothCurve(
    BRIDGE.slice(1).map((i, k) => between(drawn[i], drawn[far[k + 1]], 0.35 * (1 - k / 3))),
    40,
  )
  const widths = taper(40, 0.9, 0.12).map((value) => 0.0135 * value * head.unit * look.lineWidth)
  paint(canvas, stroke(curve, widths, canvas), mix(skin.line, skin.shade, 0.15), 0.85 * turn)
}
