/**
 * The mouth: a tapered line between the lips, their tint, and where they are open what is seen between them: a warm dark, the
 * tongue, and the teeth as one white shape. Lips are as red as the photo's.
 */
import type { Point } from '../face.ts'
import { LIPS } from '../landmarks/topology.ts'
import { outlineOf } from '../regions/face-map.ts'
import { labOf } from '../regions/lab.ts'
import { percentile, smoothStep } from '../regions/numbers.ts'
import { type Canvas, fade, paint, type Rgb, within } from './canvas.ts'
import { coloursAt, darker, fairness, medianColour, mix, notBlack, rgbOf } from './colour.ts'
import { cover, soften } from './coverage.ts'
import { smoothCurve } from './curve.ts'
import { between, ellipse, frameBetween } from './frame.ts'
import { stroke, taper } from './stroke.ts'
import type { Subject } from './subject.ts'

/** Points along a lip. */
const COUNT = 64
/** The middles of the lips' edges, and the corners. */
const [UPPER, LOWER, LOWEST, RIGHT, LEFT] = [13, 14, 17, 61, 291]

/** The mouth's curves on the canvas, each from the person's right corner to the left one. */
interface MouthShape {
  readonly top: readonly Point[]
  readonly upper: readonly Point[]
  readonly seam: readonly Point[]
  readonly lower: readonly Point[]
  readonly bottom: readonly Point[]
  /** 0 closed, 1 open. */
  readonly open: number
  /** How far it is open, in units of the head. */
  readonly gap: number
}

/** Draws the mouth. */
export const drawMouth = (canvas: Canvas, subject: Subject): void => {
  fade(canvas, subject.sure, (canvas) => {
    const shape = mouthShape(subject)
    drawLips(canvas, subject, shape)
    fade(canvas, shape.open, (canvas) => drawInside(canvas, subject, shape))
    fade(canvas, 1 - shape.open, (canvas) => drawSeam(canvas, subject, shape))
    drawCorners(canvas, subject, shape)
  })
}

const mouthShape = ({ drawn, points, head }: Subject): MouthShape => {
  const curve = (ids: readonly number[]): Point[] =>
    smoothCurve(
      ids.map((i) => drawn[i]),
      COUNT,
    )
  const [upper, lower] = [curve(LIPS.innerUpper), curve(LIPS.innerLower)]
  const gap = Math.hypot(points[UPPER].x - points[LOWER].x, points[UPPER].y - points[LOWER].y) / head.unit
  return {
    top: curve(LIPS.outerUpper),
    upper,
    seam: upper.map(({ x, y }, i) => ({ x: (x + lower[i].x) / 2, y: (y + lower[i].y) / 2 })),
    lower,
    bottom: curve(LIPS.outerLower),
    open: smoothStep(0.055, 0.12, gap),
    gap,
  }
}

/** The lips' colour: the photo's, a little deeper and redder; and how much it differs from the skin, 0 bare to 1 painted. */
const lipColour = ({ photo, points, skin, softness, regions }: Subject): { tint: Rgb; painted: number } => {
  const outline = (upper: readonly number[], lower: readonly number[]): Point[] =>
    outlineOf(upper, lower).map((i) => points[i])
  const lips = cover([outline(LIPS.outerUpper, LIPS.outerLower)], photo)
  const inner = within(lips, cover([outline(LIPS.innerUpper, LIPS.innerLower)], photo))
  const places = Array.from(lips.data, (share, i) => ({
    share: share - inner.data[i],
    x: lips.x + (i % lips.width),
    y: lips.y + Math.floor(i / lips.width),
  })).filter(({ share }) => share > 0.6)
  const base = labOf(...skin.lit)
  const [lightness, a, b] = medianColour(coloursAt(photo, places)) ?? base
  if (regions.signs.grey)
    return { tint: rgbOf([Math.min(Math.max(0.6 * lightness + 0.4 * base[0] - 9, 22), 78), 0, 0]), painted: 0 }
  const painted = smoothStep(30, 46, Math.hypot(a, Math.min(b, 0)))
  const tint = rgbOf([
    Math.min(Math.max(0.6 * lightness + 0.4 * base[0] - 8, 24), 76),
    Math.min(Math.max(0.88 * a + 0.12 * base[1] + 7 + 4 * softness, 16), 70),
    0.9 * b + (0.32 * base[2] + 1) * (1 - painted),
  ])
  return { tint, painted }
}

/** The lips' tint, soft at the edges; a light on the lower one, and its shadow below. */
const drawLips = (canvas: Canvas, subject: Subject, { top, upper, seam, lower, bottom, open }: MouthShape): void => {
  const { head, skin, softness, light, drawn } = subject
  const { tint, painted } = lipColour(subject)
  const softEdge = (0.011 - 0.006 * painted) * head.unit
  const strength = 0.28 + 0.32 * softness + (0.45 - 0.2 * softness) * painted
  // As the lips part, so do their tints.
  const parted = (lip: readonly Point[]): Point[] =>
    seam.map(({ x, y }, i) => ({ x: x + (lip[i].x - x) * open, y: y + (lip[i].y - y) * open }))
  const [inUpper, inLower] = [parted(upper), parted(lower)]
  paint(canvas, soften(between(top, inUpper, canvas), softEdge, canvas), darker(tint, 0.92), strength)
  paint(canvas, soften(between(inLower, bottom, canvas), softEdge, canvas), tint, 0.9 * strength)

  const frame = { ...frameBetween(drawn[RIGHT], drawn[LEFT], head.down), origin: drawn[LOWEST] }
  const width = Math.hypot(frame.across.x, frame.across.y) / head.unit
  const [lowest, edge] = [drawn[LOWEST], drawn[LOWER]]
  const middle = { x: lowest.x * 0.45 + edge.x * 0.55, y: lowest.y * 0.45 + edge.y * 0.55 }
  const shine = ellipse(
    { ...frame, origin: middle },
    { x: (0.03 * light.x) / width, y: 0 },
    0.06 / width,
    0.014 / width,
  )
  paint(
    canvas,
    soften(cover([shine], canvas), 0.008 * head.unit, canvas),
    mix(tint, [1, 0.98, 0.97], 0.6),
    0.28 + 0.3 * softness,
  )

  const shadow = ellipse(frame, { x: 0, y: 0.034 / width }, 0.085 / width, 0.016 / width)
  paint(canvas, soften(cover([shadow], canvas), 0.008 * head.unit, canvas), skin.shade, 0.7)
}

/** The line between closed lips, a little firmer towards the corners. */
const drawSeam = (canvas: Canvas, { head, skin, look }: Subject, { seam }: MouthShape): void => {
  const profile = taper(COUNT, 0.16, 0.16, 0.6)
  const widths = profile.map((value, i) => {
    const outwards = Math.abs((2 * i) / (COUNT - 1) - 1)
    return 0.0165 * (0.7 + 0.3 * outwards) * value * head.unit * look.lineWidth
  })
  paint(canvas, stroke(seam, widths, canvas), darker(skin.line, 0.85), 0.95)
}

/** What is seen between open lips, and the lines around it. */
const drawInside = (canvas: Canvas, subject: Subject, shape: MouthShape): void => {
  const { head, skin, look, regions, drawn } = subject
  const { upper, lower, gap } = shape
  const grey = regions.signs.grey
  const hole = between(upper, lower, canvas)
  paint(canvas, hole, grey ? [0.24, 0.24, 0.24] : [0.42, 0.16, 0.17])

  const wide = smoothStep(0.13, 0.2, gap)
  if (wide > 0) {
    const frame = frameBetween(drawn[RIGHT], drawn[LEFT], head.down)
    const width = Math.hypot(frame.across.x, frame.across.y)
    const origin = drawn[LOWER]
    const deep = (gap * head.unit) / width
    const tongue = ellipse({ ...frame, origin }, { x: 0, y: 0.02 }, 0.27, 0.42 * deep)
    const shape = soften(cover([tongue], canvas), 0.006 * head.unit, canvas)
    paint(canvas, within(shape, hole), grey ? [0.5, 0.5, 0.5] : [0.83, 0.43, 0.42], wide)
  }

  const { amount, share } = teethOf(subject)
  if (amount > 0) {
    const bottom = upper.map(({ x, y }, i) => {
      const t = i / (COUNT - 1)
      // The corners stay dark.
      const depth = share * Math.min(1, Math.max(0, 2 * Math.sin(Math.PI * t) - 0.2)) ** 0.7
      return { x: x + (lower[i].x - x) * depth, y: y + (lower[i].y - y) * depth }
    })
    const teeth = between(upper, bottom, canvas)
    const white = mix(grey ? [0.96, 0.96, 0.96] : [0.98, 0.965, 0.945], [0, 0, 0], 0.12 * (1 - fairness(skin.lit)))
    paint(canvas, teeth, white, amount)
    const lip = upper.map(({ x, y }, i) => ({ x: x + (lower[i].x - x) * 0.17, y: y + (lower[i].y - y) * 0.17 }))
    const shadow = soften(between(upper, lip, canvas), 0.007 * head.unit, canvas)
    paint(canvas, within(shadow, teeth), mix(skin.shade, skin.line, 0.25), 0.42 * amount)
  }

  const line = darker(skin.line, 0.9)
  const width = head.unit * look.lineWidth
  paint(
    canvas,
    stroke(
      upper,
      taper(COUNT, 0.3, 0.3, 0.6).map((value) => 0.016 * value * width),
      canvas,
    ),
    line,
  )
  const below = lower.slice(5, -5)
  paint(
    canvas,
    stroke(
      below,
      taper(below.length, 0.5, 0.5).map((value) => 0.011 * value * width),
      canvas,
    ),
    line,
    0.75,
  )
}

/** Whether teeth are seen, 0 to 1, and down to which share of the opening. */
const teethOf = ({ points, regions, size }: Subject): { amount: number; share: number } => {
  const { data } = regions.teeth
  const curve = (ids: readonly number[]): Point[] =>
    smoothCurve(
      ids.map((i) => points[i]),
      COUNT,
    )
  const [upper, lower] = [curve(LIPS.innerUpper), curve(LIPS.innerLower)]
  const steps = Array.from({ length: 16 }, (_, i) => (i + 0.5) / 16)
  const middle = upper.map((_, i) => i).slice(COUNT / 4, (3 * COUNT) / 4)
  // How much of the middle of the mouth is teeth, at each depth.
  const shares = steps.map((depth) => {
    const seen = middle.map((i) => {
      const x = Math.floor(upper[i].x + (lower[i].x - upper[i].x) * depth)
      const y = Math.floor(upper[i].y + (lower[i].y - upper[i].y) * depth)
      return x >= 0 && y >= 0 && x < size && y < size ? data[y * size + x] : 0
    })
    return seen.reduce((sum, value) => sum + value, 0) / seen.length
  })
  const most = Math.max(...shares)
  // The first run of them, from above: what is bright below it is the tongue.
  const start = shares.findIndex((share) => share > 0.5 * most)
  const length = shares.slice(start).findIndex((share) => share < 0.5 * most)
  const end = length < 0 ? 1 : (start + length) / shares.length
  return {
    amount: smoothStep(0.15, 0.4, percentile(shares.slice(start, start + 6), 80)) * smoothStep(0.55, 0.35, start / 16),
    share: Math.min(0.97, Math.max(0.35, end)),
  }
}

/** Small strokes that end the mouth: they carry a smile. */
const drawCorners = (canvas: Canvas, { drawn, head, skin, look }: Subject, { seam }: MouthShape): void => {
  for (const [corner, next] of [
    [drawn[RIGHT], seam[5]],
    [drawn[LEFT], seam[COUNT - 6]],
  ]) {
    const [dx, dy] = [corner.x - next.x, corner.y - next.y]
    const length = Math.max(Math.hypot(dx, dy), 1e-9)
    const way = (along: number, down: number): Point => ({
      x: corner.x + ((dx / length) * along + head.down.x * down) * head.unit,
      y: corner.y + ((dy / length) * along + head.down.y * down) * head.unit,
    })
    const curve = smoothCurve([way(-0.03, 0), way(0, 0), way(0.02, -0.008)], 14)
    const widths = taper(14, 0.6, 0.6).map((value) => 0.013 * value * head.unit * look.lineWidth)
    paint(canvas, stroke(curve, widths, canvas), notBlack(skin.line), 0.6)
  }
}
