/**
 * A hint of an ear: the line of its inner rim and a short one at its opening, where the photo shows the skin of an ear beside the
 * face. Its outline is the person's, which outline.ts draws.
 */
import type { Point } from '../face.ts'
import { fromHead, toHead } from '../landmarks/head.ts'
import { meanOf } from '../regions/numbers.ts'
import { type Canvas, paint } from './canvas.ts'
import { smoothCurve } from './curve.ts'
import { stroke, taper } from './stroke.ts'
import type { Subject } from './subject.ts'

/** The face's outline beside each ear, from above to below. */
const BESIDE = [
  [127, 234, 93, 132],
  [356, 454, 323, 361],
] as const
/** Rows in which an ear is looked for; and the step outwards, in units of the head. */
const [ROWS, STEP] = [24, 0.01]
/** Degrees. */
const TURNED = 10
/** Least and greatest width of an ear, and its least height, in units of the head. */
const [THIN, WIDE, LOW] = [0.06, 0.3, 0.2]

/** Draws the hint of the right (0) or left (1) ear, if it is seen. */
export const drawEar = (canvas: Canvas, subject: Subject, side: 0 | 1): void => {
  const ear = findEar(subject, side)
  if (!ear) return
  const { head, look, skin } = subject
  const line = (points: readonly (readonly [across: number, down: number])[], width: number): void => {
    const curve = smoothCurve(
      points.map(([across, down]) => ear(across, down)),
      24,
    )
    const widths = taper(24, 0.5, 0.5).map((value) => width * value * head.unit * look.lineWidth)
    paint(canvas, stroke(curve, widths, canvas), skin.line, 0.6)
  }
  line(
    [
      [0.3, 0.27],
      [0.52, 0.16],
      [0.74, 0.26],
      [0.7, 0.5],
      [0.46, 0.74],
    ],
    0.013,
  )
  line(
    [
      [0.2, 0.42],
      [0.4, 0.48],
      [0.34, 0.62],
    ],
    0.011,
  )
}

/** Where a place of the ear is drawn: across it from the face outwards, and from its top down, both from 0 to 1. */
type Ear = (across: number, down: number) => Point

const findEar = (subject: Subject, side: 0 | 1): Ear | undefined => {
  const { head, points } = subject
  // Beside the far side of a turned head is its cheek.
  if (side === 0 ? head.yaw < -TURNED : head.yaw > TURNED) return undefined
  const outwards = side === 0 ? -1 : 1
  const edge = smoothCurve(
    BESIDE[side].map((i) => toHead(head, points[i])),
    ROWS,
  )
  const widths = edge.map((from) => {
    let width = 0
    while (width <= WIDE + STEP && isSkin(subject, { x: from.x + outwards * (width + STEP), y: from.y })) width += STEP
    return width
  })
  const first = widths.findIndex((width) => width > THIN)
  const length = widths.slice(Math.max(0, first)).findIndex((width) => width <= THIN)
  const end = length < 0 ? ROWS : first + length
  if (first < 0) return undefined
  const seen = widths.slice(first, end)
  const [top, bottom] = [edge[first], edge[end - 1]]
  const width = Math.max(...seen)
  // Wider is no ear but a cheek or a hand.
  if (bottom.y - top.y < LOW || width > WIDE || meanOf(seen) < THIN) return undefined
  return (across, down) => {
    const x = top.x + (bottom.x - top.x) * down + outwards * across * width
    return subject.toDrawn(fromHead(head, { x, y: top.y + (bottom.y - top.y) * down }))
  }
}

const isSkin = ({ head, regions, size }: Subject, place: Point): boolean => {
  const { x, y } = fromHead(head, place)
  const [column, row] = [Math.floor(x), Math.floor(y)]
  return column >= 0 && row >= 0 && column < size && row < size && regions.skin.data[row * size + column] > 0.5
}
