/**
 * A head's drawing that is held: as animators draw figures on twos, some twelve times a second, and move them in between, a head in a clip is drawn anew
 * after some frames, or when its face or what is before it has changed, and until then its drawing goes where the head goes. Draws nothing itself.
 */
import { SINGLE, Workbench } from '../../kernels/kernels.ts'
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import { fromHead, type Head, toHead } from '../landmarks/head.ts'
import type { Landmarks } from '../landmarks/landmarker.ts'
import { EYES, LIPS } from '../landmarks/topology.ts'
import type { PixelSquare } from '../regions/crop.ts'
import { indicesWhere } from '../regions/numbers.ts'

export interface HeldDrawing {
  /** When it was drawn, in seconds. */
  readonly at: number
  readonly head: Head
  /** Where it was put, and what the face was like. */
  readonly square: PixelSquare
  readonly expression: readonly number[]
  /** What the photo was like where it was drawn, in the head's frame: brightness from 0 to 255; -1 elsewhere. */
  readonly glimpse: readonly number[]
  /** RGBA, as large as its square. */
  readonly picture: Picture
}

/** Seconds after which a head is drawn anew: every second frame of 24 or 25 a second, every third of 30, each of 12. */
const HELD = 0.07
/** A face whose expression has changed by so much, in units of the head, is drawn at once. */
const CHANGED = 0.015
/** So is a head that has turned by so many degrees, or grown by this factor. */
const [TURNED, GROWN] = [2.5, 1.04]

/** Places of a glimpse along a side, how far apart in units of the head, and how far below the eyes their middle is. */
const [PLACES, APART, LOW] = [20, 0.2, 0.28]
/** Brightness that differs by so many levels in so large a share of what was drawn is a hand, or another light. */
const [DIFFERENT, SHARE] = [24, 0.03]

/** Numbers of a glimpse, and of an expression. */
export const GLIMPSE = PLACES ** 2
export const EXPRESSION = 12

/** What a face is like, in units of the head: how far lids, lips and brows are open or raised, and where the irises look. */
export const expressionOf = ({ points, rightIris, leftIris }: Landmarks, head: Head): number[] => {
  const place = (i: number) => toHead(head, points[i])
  const irises = [rightIris, leftIris].map((iris) => toHead(head, iris))
  const [upper, lower] = [LIPS.innerUpper, LIPS.innerLower].map((edge) => place(edge[edge.length >> 1]))
  const [right, left] = [LIPS.innerUpper[0], LIPS.innerUpper.at(-1)!].map(place)
  return [
    ...EYES.flatMap(({ upperLid, lowerLid, browLower }, eye) => {
      const [lid, under] = [place(upperLid[upperLid.length >> 1]), place(lowerLid[lowerLid.length >> 1])]
      return [under.y - lid.y, irises[eye].x, irises[eye].y, place(browLower[browLower.length >> 1]).y]
    }),
    lower.y - upper.y,
    left.x - right.x,
    right.y,
    left.y,
  ]
}

/** Where the `i`th place of a glimpse is in the picture, as a whole pixel. */
const glimpsed = (head: Head, i: number): Point => {
  const at = (place: number): number => (place - (PLACES - 1) / 2) * APART
  const { x, y } = fromHead(head, { x: at(i % PLACES), y: LOW + at(Math.floor(i / PLACES)) })
  return { x: Math.floor(x), y: Math.floor(y) }
}

/** A glimpse of a photo around a head: everywhere. */
export const glimpseOf = ({ width, height, channels, data }: Picture, head: Head): number[] =>
  Array.from({ length: GLIMPSE }, (_, i) => {
    const { x, y } = glimpsed(head, i)
    if (!(x >= 0 && y >= 0 && x < width && y < height)) return -1
    const from = channels * (y * width + x)
    return (77 * data[from] + 150 * data[from + 1] + 29 * data[from + 2]) >> 8
  })

/** A glimpse only of what was drawn. */
export const ofDrawn = (
  glimpse: readonly number[],
  { head, square, picture }: Omit<HeldDrawing, 'glimpse'>,
): number[] =>
  glimpse.map((brightness, i) => {
    const place = glimpsed(head, i)
    const [column, row] = [place.x - square.x, place.y - square.y]
    const isInside = column >= 0 && row >= 0 && column < square.side && row < square.side
    return isInside && picture.data[4 * (row * square.side + column) + 3] > 127 ? brightness : -1
  })

/** Whether a drawing can be shown once more at `seconds`, of a head that is now so, and looks so. */
export const isHeld = (
  { at, head, expression, glimpse }: HeldDrawing,
  seconds: number,
  now: Head,
  face: readonly number[],
  seen: readonly number[],
): boolean => {
  const grown = now.unit / head.unit
  const both = indicesWhere(GLIMPSE, (i) => glimpse[i] >= 0 && seen[i] >= 0)
  const different = both.filter((i) => Math.abs(glimpse[i] - seen[i]) > DIFFERENT)
  return (
    seconds >= at &&
    seconds - at < HELD &&
    Math.abs(now.yaw - head.yaw) < TURNED &&
    Math.abs(now.pitch - head.pitch) < TURNED &&
    grown < GROWN &&
    grown > 1 / GROWN &&
    different.length <= SHARE * both.length &&
    face.every((number, i) => Math.abs(number - expression[i]) < CHANGED)
  )
}

/** A drawing where the head is now: RGBA, as large as its square. */
export const movedDrawing = ({ head, square, picture }: HeldDrawing, now: Head, here: PixelSquare): Picture => {
  /** Where a place of the square is in the drawing, between middles of pixels. */
  const was = (x: number, y: number) => {
    const at = fromHead(head, toHead(now, { x: here.x + x, y: here.y + y }))
    return { x: at.x - square.x - 0.5, y: at.y - square.y - 0.5 }
  }
  const [first, next] = [was(0.5, 0.5), was(1.5, 0.5)]
  const bench = new Workbench()
  const bytes = bench.put(picture.data)
  const singles = bench.room(4 * SINGLE * (square.side + 4) ** 2)
  const count = 4 * here.side ** 2
  const out = bench.room(count)
  const step = [next.x - first.x, next.y - first.y]
  bench.kernels.moveRgba(bytes, square.side, singles, out, here.side, first.x, first.y, ...step)
  return { width: here.side, height: here.side, channels: 4, data: bench.bytes(out, count).slice() }
}
