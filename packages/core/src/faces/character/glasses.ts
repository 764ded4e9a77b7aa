/**
 * Glasses. Clear ones are their frames, each a clean ring in two tones, with bridge, temples and a faint glint on the lens. Dark
 * ones are their lenses in two flat tones, with a rim and a diagonal glint; what is behind them is not drawn.
 */
import type { Point } from '../face.ts'
import type { Lab } from '../regions/lab.ts'
import { percentile, smoothStep } from '../regions/numbers.ts'
import { type Canvas, fade, paint, type Rgb, within } from './canvas.ts'
import { coloursAt, medianColour, mix, notBlack, rgbOf } from './colour.ts'
import { type Coverage, cover, type Polygon, soften } from './coverage.ts'
import { smoothCurve } from './curve.ts'
import { type LensShape, lensShapes } from './lens-shape.ts'
import { stroke, taper } from './stroke.ts'
import type { Subject } from './subject.ts'

/** Corners of a lens's outline. */
const CORNERS = 120
/** Below this there are no glasses. */
const LEAST_SURE = 0.1
/** Where the face ends beside the eyes, right and left. */
const TEMPLES = [127, 356] as const

/** Draws the glasses, if there are any. */
export const drawGlasses = (canvas: Canvas, subject: Subject): void => {
  const { signs } = subject.regions
  if (signs.glasses < LEAST_SURE) return
  const lenses = lensShapes(subject)
  const seen = smoothStep(0.2, 0.45, (lenses[0].seen + lenses[1].seen) / 2)
  fade(canvas, Math.min(subject.sure, signs.glasses, seen), (canvas) => {
    const colours = signs.darkLenses ? darkColours(subject) : frameColours(subject)
    drawShadow(canvas, subject, lenses)
    drawTemples(canvas, subject, lenses, colours.frame)
    drawBridge(canvas, subject, lenses, colours.frame)
    for (const lens of lenses) {
      if (colours.lens) drawDarkLens(canvas, subject, lens, colours.lens)
      else drawGlint(canvas, subject, lens, 0.16)
      drawRim(canvas, subject, lens, colours)
    }
  })
}

interface GlassesColours {
  readonly frame: Rgb
  /** Where light falls on the frame. */
  readonly edge: Rgb
  /** The two tones of dark lenses. */
  readonly lens?: readonly [upper: Rgb, lower: Rgb]
}

/** The photo's colours where the mask is sure. */
const seenColours = ({ photo, regions, size }: Subject): Lab[] => {
  const places: Point[] = []
  regions.glasses.data.forEach((share, i) => {
    if (share > 0.7 * regions.signs.glasses) places.push({ x: i % size, y: Math.floor(i / size) })
  })
  return coloursAt(photo, places)
}

const darkestOf = (colours: readonly Lab[], percent: number): Lab[] => {
  const most = percentile(
    colours.map(([lightness]) => lightness),
    percent,
  )
  return colours.filter(([lightness]) => lightness <= most)
}

const frameColours = (subject: Subject): GlassesColours => {
  const [lightness, a, b] = medianColour(darkestOf(seenColours(subject), 60)) ?? [15, 0, 0]
  const level = Math.max(0.85 * lightness, 9)
  return {
    frame: notBlack(rgbOf([level, 1.1 * a, 1.1 * b])),
    edge: notBlack(rgbOf([level + 26 - 0.15 * level, a, b])),
  }
}

const darkColours = (subject: Subject): GlassesColours => {
  const colours = seenColours(subject)
  const [lightness, a, b] = medianColour(colours) ?? [15, 0, 0]
  const tone = (level: number, strength: number): Rgb => notBlack(rgbOf([level, strength * a, strength * b]))
  const level = Math.min(Math.max(lightness, 14), 60)
  return {
    frame: tone(Math.max(0.45 * level, 8), 0.7),
    edge: tone(level + 30, 0.8),
    lens: [tone(0.9 * level, 1.35), tone(level + 13, 1.45)],
  }
}

const angles = Array.from({ length: CORNERS }, (_, i) => (2 * Math.PI * i) / CORNERS)

/** A lens's outline, that many units of the head outside it. */
const outline = (lens: LensShape, distance: number): Polygon => angles.map((angle) => lens.at(angle, distance))

const ring = (canvas: Canvas, lens: LensShape, thickness: number): Coverage =>
  cover([outline(lens, thickness / 2), outline(lens, -thickness / 2).toReversed()], canvas)

/** Below the frame, on the face. */
const drawShadow = (canvas: Canvas, { head, skin }: Subject, lenses: readonly LensShape[]): void => {
  const drop = 0.022 * head.unit
  for (const lens of lenses) {
    const moved = (polygon: Polygon): Polygon =>
      polygon.map(({ x, y }) => ({ x: x + drop * head.down.x, y: y + drop * head.down.y }))
    const shape = cover(
      [moved(outline(lens, lens.thickness / 2)), moved(outline(lens, -lens.thickness / 2)).toReversed()],
      canvas,
    )
    paint(canvas, soften(shape, 0.006 * head.unit, canvas), skin.shade, 0.4)
  }
}

/** The rim, and a lighter line where light falls on it. */
const drawRim = (canvas: Canvas, { head, light }: Subject, lens: LensShape, { frame, edge }: GlassesColours): void => {
  paint(canvas, ring(canvas, lens, lens.thickness), frame)
  // Above, towards the light: from the nose's side or from the outer one, whichever it is.
  const from = Math.PI * 1.12
  const lit = Array.from({ length: 40 }, (_, i) => lens.at(from + (i / 39) * Math.PI * 0.76, 0.12 * lens.thickness))
  const widths = taper(40, 0.4, 0.4).map((value) => 0.3 * lens.thickness * value * head.unit)
  paint(canvas, stroke(lit, widths, canvas), edge, 0.75 * Math.min(1, 0.4 - light.y))
}

/** From the upper inner side of one lens to the other's, bowed upwards. */
const drawBridge = (canvas: Canvas, { head }: Subject, [right, left]: readonly LensShape[], colour: Rgb): void => {
  const angle = Math.PI * 1.1
  const [a, b] = [right.at(angle, 0), left.at(angle, 0)]
  const rise = 0.16 * Math.hypot(b.x - a.x, b.y - a.y)
  const middle = { x: (a.x + b.x) / 2 - rise * head.down.x, y: (a.y + b.y) / 2 - rise * head.down.y }
  const width = 0.5 * (right.thickness + left.thickness) * head.unit
  const curve = smoothCurve([a, middle, b], 24)
  paint(
    canvas,
    stroke(
      curve,
      curve.map((_, i) => width * (0.8 + 0.35 * Math.abs(i / 11.5 - 1))),
      canvas,
    ),
    colour,
  )
}

/** From the upper outer side of each lens to where the face ends. */
const drawTemples = (canvas: Canvas, { head, drawn }: Subject, lenses: readonly LensShape[], colour: Rgb): void => {
  lenses.forEach((lens, eye) => {
    const from = lens.at(-0.42, 0)
    const to = drawn[TEMPLES[eye]]
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    const outwards = (eye === 0 ? -1 : 1) * (dx * head.down.y - dy * head.down.x)
    // On the far side of a turned head the lens hides it.
    if (outwards < 0.03 * head.unit) return
    const hinge = { x: from.x + 0.3 * dx, y: from.y + 0.3 * dy - 0.008 * head.unit }
    const curve = smoothCurve([from, hinge, { x: to.x, y: to.y - 0.01 * head.unit }], 20)
    const widths = curve.map((_, i) => lens.thickness * head.unit * (1.25 - 0.5 * (i / 19)))
    paint(canvas, stroke(curve, widths, canvas), colour)
  })
}

/** Two flat tones, the lower one where the world is reflected, and a glint. */
const drawDarkLens = (canvas: Canvas, subject: Subject, lens: LensShape, [upper, lower]: readonly [Rgb, Rgb]): void => {
  const shape = cover([outline(lens, 0)], canvas)
  paint(canvas, shape, upper)
  const [left, right, low] = [lens.at(0, 0.1), lens.at(Math.PI, 0.1), lens.at(Math.PI / 2, 0.12)]
  const middle = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 }
  const dip = { x: middle.x + 0.4 * (low.x - middle.x), y: middle.y + 0.4 * (low.y - middle.y) }
  const curve = smoothCurve([left, dip, right], 24)
  const bottom = [1, 0.75, 0.5, 0.25, 0].map((t) => lens.at(Math.PI * t, 0.15))
  paint(canvas, within(cover([[...curve, ...bottom]], canvas), shape), lower)
  drawGlint(canvas, subject, lens, 0.34)
}

/** Two bands of light across a lens, a wide one and a narrow one, leaning the same way on both. */
const drawGlint = (canvas: Canvas, { head, light }: Subject, lens: LensShape, opacity: number): void => {
  const inside = cover([outline(lens, -0.5 * lens.thickness)], canvas)
  const points = outline(lens, 0)
  const mean = (axis: 'x' | 'y'): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length
  const [x, y] = [mean('x'), mean('y')]
  const lean = light.x > 0 ? -1 : 1
  const across = { x: head.down.y, y: -head.down.x }
  const at = (right: number, down: number): Point => ({
    x: x + (right * across.x + down * head.down.x) * head.unit,
    y: y + (right * across.y + down * head.down.y) * head.unit,
  })
  const band = (from: number, to: number): Polygon => {
    const [a, b] = [from, to].map((value) => -lean * value)
    return [at(a + lean * 0.16, -0.4), at(b + lean * 0.16, -0.4), at(b - lean * 0.16, 0.4), at(a - lean * 0.16, 0.4)]
  }
  for (const [from, to, share] of [
    [0.05, 0.13, 1],
    [0.0, 0.022, 0.8],
  ]) {
    paint(
      canvas,
      within(cover([band(from, to)], canvas), inside),
      mix([1, 1, 1], [0.92, 0.96, 1], 0.5),
      opacity * share,
    )
  }
}
