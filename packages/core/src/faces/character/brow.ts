/**
 * Brows: each one tapered shape along the person's own brow, as thick as it is in the photo within bounds, in the colour of its
 * hairs and of the head's.
 */
import type { Point } from '../face.ts'
import { EYES } from '../landmarks/topology.ts'
import { outlineOf } from '../regions/face-map.ts'
import { type Lab, labOf } from '../regions/lab.ts'
import { indicesWhere, meanOf, percentile, smoothStep } from '../regions/numbers.ts'
import { type Canvas, fade, paint, type Rgb } from './canvas.ts'
import { coloursAt, medianColour, notBlack, rgbOf } from './colour.ts'
import { cover, soften } from './coverage.ts'
import { smoothCurve } from './curve.ts'
import { eyeShape } from './eye-shape.ts'
import { locate } from './frame.ts'
import { stroke } from './stroke.ts'
import type { Subject } from './subject.ts'

/** Points along a brow. */
const COUNT = 48
/** How far its inner end is raised, in units of the head. */
const INNER = 0.025
/** Its greatest width, in units of the head; and how far from the crease of the eye it stays. */
const [LEAST, MOST, CLEAR] = [0.034, 0.07, 0.02]

/** Draws the brow above the person's right (0) or left (1) eye. */
export const drawBrow = (canvas: Canvas, subject: Subject, eye: 0 | 1): void => {
  const { regions, sure, eyes, head, softness } = subject
  const visible = regions.signs.darkLenses ? 1 - smoothStep(0.15, 0.5, behindLens(subject, eye)) : eyes[eye]
  fade(canvas, Math.min(sure, visible), (canvas) => {
    const brows = [measured(subject, 0), measured(subject, 1)]
    const thick = meanOf(brows.map(({ thickness }) => thickness))
    // Thin ones are drawn thinner than they are, and thick ones not much.
    const width = Math.min(Math.max((1 - 0.15 * softness) * (0.9 * thick - 0.015), LEAST), MOST) * head.unit
    const spine = smoothCurve(spineOf(subject, eye), COUNT)
    const widths = spine.map((_, i) => {
      const t = i / (COUNT - 1)
      // From the outer end, a point, it grows over more than half of the way; its inner end is round.
      const end = Math.sqrt(Math.max(0, 1 - (Math.max(0, t - 0.86) / 0.14) ** 2))
      return width * (0.06 + 0.94 * smoothStep(-0.08, 0.6, t)) * end
    })
    const colours = brows.flatMap(({ colour }) => (colour ? [colour] : []))
    paint(canvas, soften(stroke(spine, widths, canvas), 0.002 * head.unit, canvas), browColour(subject, colours), 0.94)
  })
}

/** How much of a brow dark lenses or their rims hide, 0 to 1. */
const behindLens = ({ points, head, regions, size }: Subject, eye: 0 | 1): number => {
  const below = 0.05 * head.unit
  return meanOf(
    EYES[eye].browLower.map((i) => {
      const x = Math.floor(points[i].x + below * head.down.x)
      const y = Math.floor(points[i].y + below * head.down.y)
      return x >= 0 && y >= 0 && x < size && y < size ? regions.glasses.data[y * size + x] : 0
    }),
  )
}

/** The middle of the brow from its outer end to the inner one: the person's own bow, moved up as far as the eye needs. */
const spineOf = (subject: Subject, eye: 0 | 1): Point[] => {
  const { drawn, points, head } = subject
  const { browUpper, browLower } = EYES[eye]
  const middles = (of: readonly Point[]): Point[] =>
    browUpper.map((up, i) => {
      const [a, b] = [of[up], of[browLower[i]]]
      return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
    })
  const own = middles(points)
  const pushed = middles(drawn)
  // Large eyes push the middle of a brow up more than its ends, which would look angry: the whole of it follows half the way.
  const [dx, dy] = (['x', 'y'] as const).map(
    (axis) => 0.5 * meanOf(pushed.map((point, i) => point[axis] - own[i][axis])),
  )
  const spine = own.map(({ x, y }, i) => {
    // Landmarks lie at the lower edge of a brow's inner end.
    const raise = INNER * head.unit * smoothStep(0.4, 1, i / (own.length - 1))
    return { x: x + dx - raise * head.down.x, y: y + dy - raise * head.down.y }
  })
  if (subject.regions.signs.darkLenses) return spine
  const { frame, crease, width } = eyeShape(subject, eye)
  const lifts = spine.map((point) => {
    const at = locate(frame, point)
    const above = crease[Math.round(at.x * (crease.length - 1))]
    return above ? (at.y - above.y) * width + CLEAR * head.unit : 0
  })
  const lift = Math.max(0, ...lifts)
  return spine.map(({ x, y }) => ({ x: x - lift * head.down.x, y: y - lift * head.down.y }))
}

interface Brow {
  /** Its hairs' area by its length, in units of the head. */
  readonly thickness: number
  readonly colour: Lab | undefined
}

/** What of the place where a brow is, is darker than the skin around it. */
const measured = ({ photo, points, head, lightness }: Subject, eye: 0 | 1): Brow => {
  const { browUpper, browLower } = EYES[eye]
  const outline = outlineOf(browUpper, browLower).map((i) => points[i])
  const { x, y, width, data } = soften(cover([outline], photo), 0.03 * head.unit, photo)
  const near = indicesWhere(data.length, (i) => data[i] > 0.12)
  const placeOf = (i: number): Point => ({ x: x + (i % width), y: y + Math.floor(i / width) })
  const values = near.map((i) => lightness.data[(y + Math.floor(i / width)) * lightness.width + x + (i % width)])
  const skin = percentile(values, 85)
  const dark = near.filter((_, k) => values[k] < 0.82 * skin)
  const length = browUpper.slice(1).reduce((sum, i, k) => {
    const [a, b] = [points[i], points[browUpper[k]]]
    return sum + Math.hypot(a.x - b.x, a.y - b.y)
  }, 0)
  return {
    thickness: length > 0 ? dark.length / length / head.unit : 0,
    colour: dark.length > 20 ? medianColour(coloursAt(photo, dark.map(placeOf))) : undefined,
  }
}

/** The hairs' colour, half measured and half the head's hair, no lighter than a line may be. */
const browColour = ({ hair, regions }: Subject, colours: readonly Lab[]): Rgb => {
  const own = labOf(...hair)
  const seen = medianColour(colours) ?? own
  const [lightness, a, b] = ([0, 1, 2] as const).map((k) => 0.6 * seen[k] + 0.4 * own[k])
  return notBlack(
    rgbOf([
      Math.min(Math.max(0.8 * lightness, 12), 46),
      ...(regions.signs.grey ? ([0, 0] as const) : ([a, b] as const)),
    ]),
  )
}
