/**
 * One eye as it is drawn: the lid's shade, the ball with its iris, the lashes and the crease. Its geometry is eye-shape.ts's,
 * its iris's colours are iris-colours.ts's. A closed eye is the same drawing with lids that meet: what is behind them is gone.
 */
import type { Point } from '../face.ts'
import { labOf } from '../regions/lab.ts'
import { smoothStep } from '../regions/numbers.ts'
import { type Canvas, fade, glaze, paint, paintBy, type Rgb, within } from './canvas.ts'
import { darker, fairness, mix, notBlack, rgbOf } from './colour.ts'
import { type Coverage, cover, soften } from './coverage.ts'
import { smoothCurve } from './curve.ts'
import { type EyeShape, eyeShape } from './eye-shape.ts'
import { between, ellipse, locate, place } from './frame.ts'
import { type IrisColours, irisColours } from './iris-colours.ts'
import { stroke, taper } from './stroke.ts'
import type { Subject } from './subject.ts'

/** Draws the person's right (0) or left (1) eye; nothing where it is hidden, or behind dark lenses. */
export const drawEye = (canvas: Canvas, subject: Subject, eye: 0 | 1): void => {
  if (subject.regions.signs.darkLenses) return
  fade(canvas, Math.min(subject.sure, subject.eyes[eye]), (canvas) => {
    const shape = eyeShape(subject, eye)
    drawSeat(canvas, subject, shape)
    drawBall(canvas, subject, shape)
    drawLowerLash(canvas, subject, shape)
    drawCrease(canvas, subject, shape)
    drawUpperLash(canvas, subject, shape)
  })
}

/** A curve of the eye's frame on the canvas. */
const onCanvas = ({ frame }: EyeShape, curve: readonly Point[]): Point[] => curve.map((point) => place(frame, point))

/** The strip between crease and lash, a tone darker, and the hollow beside the nose: they seat the eye in the face. */
const drawSeat = (canvas: Canvas, { skin, head }: Subject, shape: EyeShape): void => {
  const { frame, upper, crease, iris } = shape
  const strip = between(onCanvas(shape, crease.slice(3, -3)), onCanvas(shape, upper.slice(1, -1)), canvas)
  paint(canvas, soften(strip, 0.01 * head.unit, canvas), skin.shade, 0.4)
  const hollow = cover([ellipse(frame, { x: 0.86, y: -0.7 * iris.ry }, 0.2, 0.16, 0.5)], canvas)
  paint(canvas, soften(hollow, 0.045 * head.unit, canvas), skin.shade, 0.32)
}

/** White, iris and what falls on them, within the lids. */
const drawBall = (canvas: Canvas, subject: Subject, shape: EyeShape): void => {
  const { frame, upper, lower, iris, width } = shape
  const opening = between(onCanvas(shape, upper), onCanvas(shape, lower), canvas)
  const inside = (part: Coverage): Coverage => within(part, opening)
  const { skin, regions } = subject
  const grey = regions.signs.grey

  const white = mix(grey ? [0.97, 0.97, 0.97] : [0.99, 0.972, 0.96], [0, 0, 0], 0.17 * (1 - fairness(skin.lit)))
  paint(canvas, opening, white)
  // Towards its corners the ball turns away.
  const middle = { x: 0.5, y: (upper[24].y + lower[24].y) / 2 + 0.02 }
  const bright = soften(cover([ellipse(frame, middle, 0.4, 0.36)], canvas), 0.05 * width, canvas)
  const corners = inside({ ...opening, data: opening.data.slice() })
  const lit = within(opening, bright)
  for (let i = 0; i < corners.data.length; i++) corners.data[i] = opening.data[i] - lit.data[i]
  paint(canvas, corners, mix(white, skin.shade, 0.75), 0.42)

  drawIris(canvas, inside, shape, irisColours(subject))

  // The lash's shadow on all of it, deeper in the middle.
  const depth = 0.045 + 0.13 * Math.max(0, lower[24].y - upper[24].y)
  const below = upper.map(({ x, y }) => ({ x, y: y + depth * Math.sin(Math.PI * x) ** 0.5 + 0.015 }))
  const above = upper.map(({ x, y }) => ({ x, y: y - 0.06 }))
  const shadow = soften(between(onCanvas(shape, above), onCanvas(shape, below), canvas), 0.008 * width, canvas)
  glaze(canvas, inside(shadow), grey ? [0.62, 0.62, 0.62] : [0.72, 0.63, 0.7], 0.7)

  // Two lights, on the same side in both eyes: a large one towards the light, a small one across.
  const side = subject.light.x > 0 ? 1 : -1
  const { x: towards } = locate({ ...frame, origin: { x: 0, y: 0 } }, turned(subject, side))
  const sign = Math.sign(towards) || 1
  const light = (dx: number, dy: number, rx: number, ry: number): Coverage =>
    inside(
      cover(
        [ellipse(frame, { x: iris.x + sign * dx * iris.rx, y: iris.y + dy * iris.ry }, rx * iris.rx, ry * iris.ry)],
        canvas,
      ),
    )
  paint(canvas, light(0.35, -0.38, 0.31, 0.3), [1, 1, 0.99])
  paint(canvas, light(-0.42, 0.46, 0.15, 0.14), [1, 1, 0.99], 0.9)
}

/** A direction along the head's x on the canvas. */
const turned = ({ head }: Subject, sign: number): Point => ({ x: sign * head.down.y, y: -sign * head.down.x })

/** The iris: dark above, glowing below, a darker rim, the pupil. */
const drawIris = (
  canvas: Canvas,
  inside: (part: Coverage) => Coverage,
  { frame, iris, width }: EyeShape,
  { pupil, rim, dark, mid, glow }: IrisColours,
): void => {
  const { x, y, rx, ry } = iris
  const disc = (dx: number, dy: number, share: number, tall = share): Coverage =>
    cover([ellipse(frame, { x: x + dx * rx, y: y + dy * ry }, share * rx, tall * ry)], canvas)
  paintBy(canvas, inside(disc(0, 0, 1)), (px, py) => {
    const at = locate(frame, { x: px, y: py })
    const [u, v] = [(at.x - x) / rx, (at.y - y) / ry]
    const body = mix(dark, mid, smoothStep(-0.5, 0.3, v))
    // The light that comes in above is gathered below.
    const gathered = smoothStep(-0.04, 0.6, v) * smoothStep(1.02, 0.42, Math.hypot(u, (v - 0.38) * 1.35))
    return mix(mix(body, glow, gathered), rim, smoothStep(0.76, 0.96, Math.hypot(u, v)))
  })
  paint(canvas, inside(soften(disc(0, -0.03, 0.42, 0.45), 0.012 * width, canvas)), pupil)
}

/** The lashes' colour: the hair's, but always dark. */
const lashColour = ({ hair, regions }: Subject): Rgb => {
  const [lightness, a, b] = labOf(...hair)
  if (regions.signs.grey) return notBlack(rgbOf([10, 0, 0]))
  return notBlack(rgbOf([Math.min(lightness, 14) * 0.7 + 4, a * 0.5 + 5, b * 0.4 + 2]))
}

/** One firm shape along the upper lid: thickest past its middle, a wing at the outer corner, thin at the inner one. */
const drawUpperLash = (canvas: Canvas, subject: Subject, shape: EyeShape): void => {
  const { upper, closed, frame, width } = shape
  const { softness } = subject
  const colour = lashColour(subject)
  const thick = (0.09 + 0.042 * softness) * (1 - 0.12 * closed)
  const profile = upper.map(
    ({ x }) => (0.5 + 0.5 * smoothStep(-0.02, 0.14, x)) * (1 - (0.86 - 0.3 * closed) * smoothStep(0.5, 1.02, x)),
  )
  const top = upper.map(({ x, y }, i) => ({ x, y: y - thick * profile[i] }))
  const bottom = upper.map(({ x, y }, i) => ({ x, y: y + thick * 0.24 * profile[i] }))
  const corner = upper[0]
  const wing = { x: corner.x - 0.06 - 0.04 * softness, y: corner.y + closed * 0.05 - 0.008 - 0.055 * softness }
  const shoulder = smoothCurve([wing, { x: wing.x + 0.035, y: wing.y - 0.012 }, top[4], top[9]], 14)
  const outline = [...shoulder, ...top.slice(10), ...bottom.slice(5).toReversed(), { x: 0.005, y: corner.y + 0.016 }]
  paint(canvas, cover([onCanvas(shape, outline)], canvas), colour)

  // Tips at the outer end: above an open eye's lash, below a closed one's.
  const tips = [
    { x: 0.035, dx: -0.86, dy: -0.34, length: 0.09 },
    { x: 0.11, dx: -0.72, dy: -0.6, length: 0.075 },
  ]
  for (const { x, dx, dy, length } of tips) {
    const i = Math.round(x * (upper.length - 1))
    const full = length * (0.45 + 0.6 * softness)
    const from = { x, y: upper[i].y - thick * (0.5 - 0.5 * closed) }
    const way = dy * (1 - 2 * smoothStep(0.3, 0.7, closed)) * (closed > 0 ? Math.abs(1 - 2 * closed) ** 0.3 : 1)
    const to = { x: x + dx * full, y: from.y + way * full }
    const bend = { x: from.x + dx * full * 0.55 - 0.004, y: from.y + way * full * 0.45 + 0.006 }
    const points = smoothCurve([from, bend, to], 12)
    const tip = stroke(
      onCanvas({ ...shape, frame }, points),
      points.map((_, k) => 0.034 * width * (1 - 0.95 * (k / 11))),
      canvas,
    )
    paint(canvas, tip, colour, smoothStep(0.1, 0.6, softness))
  }
}

/** A hair line that follows the lid. */
const drawCrease = (canvas: Canvas, { skin, head, look }: Subject, shape: EyeShape): void => {
  const curve = shape.crease.slice(3, 46)
  const widths = taper(curve.length, 0.5, 0.5).map((value) => value * 0.0125 * head.unit * look.lineWidth)
  paint(canvas, stroke(onCanvas(shape, curve), widths, canvas), skin.line, 0.75 * (1 - 0.6 * shape.closed))
}

/** Under the outer half of the eye, thin; and a breath of a line in the inner corner. */
const drawLowerLash = (canvas: Canvas, subject: Subject, shape: EyeShape): void => {
  const { skin, head, look, softness } = subject
  const { lower, closed } = shape
  const line = (from: number, to: number, width: number, rise: number, fall: number, opacity: number): void => {
    const curve = lower.slice(from, to)
    const widths = taper(curve.length, rise, fall).map((value) => value * width * head.unit * look.lineWidth)
    paint(canvas, stroke(onCanvas(shape, curve), widths, canvas), darker(skin.line, 0.85), opacity * (1 - closed))
  }
  line(2, 36, 0.013 + 0.003 * softness, 0.2, 0.9, 0.85)
  line(40, 49, 0.009, 0.6, 0.5, 0.5)
}
