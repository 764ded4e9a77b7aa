/**
 * The outlines of glasses' lenses: one smooth closed curve each, fitted to what the region mask has of frames or dark lenses, so
 * that gaps close and crumbs go. Nothing is drawn here.
 */
import type { Point } from '../face.ts'
import { fromHead, toHead } from '../landmarks/head.ts'
import { EYES } from '../landmarks/topology.ts'
import { meanOf, median, percentile } from '../regions/numbers.ts'
import { leastSquares } from './fit.ts'
import type { Subject } from './subject.ts'

/** Rays that the mask is looked at along. */
const RAYS = 72
/** Steps along a ray, and where it begins and ends, in units of the head. */
const [STEP, NEAREST, FURTHEST] = [0.008, 0.05, 0.52]
/** How many times a curve may go in and out around a lens: enough for round corners. */
const WAVES = 5
/** A lens's middle lies this far below the eye's. */
const BELOW = 0.06
/** Frames in units of the head. */
const [THINNEST, THICKEST] = [0.016, 0.06]
/** Heads turned less than this, in degrees, have two lenses that look alike. */
const FRONTAL = 12

export interface LensShape {
  /**
   * A place by its angle, 0 outwards, a quarter turn downwards, half a turn to the nose, and by its distance from the outline
   * in units of the head, negative inside; on the canvas, in proportion.
   */
  at(angle: number, distance: number): Point
  /** Width of the frame in units of the head. */
  readonly thickness: number
  /** How much of the outline was seen, 0 to 1. */
  readonly seen: number
}

/** The lenses before the right and the left eye. */
export const lensShapes = (subject: Subject): [LensShape, LensShape] => {
  const alike = Math.abs(subject.head.yaw) < FRONTAL
  const [right, left] = [extentOf(subject, 0), extentOf(subject, 1)]
  // Once more from the middle of what was found, over as much of its width as of its height.
  const found = [
    look(subject, 0, alike ? shared(right, left) : right),
    look(subject, 1, alike ? shared(left, right) : left),
  ] as const
  return [
    shapeOf(subject, found[0], alike ? found[1] : undefined),
    shapeOf(subject, found[1], alike ? found[0] : undefined),
  ]
}

/** What the rays from a lens's middle meet. */
interface Found {
  readonly middle: Point
  /** 1 to the person's left, -1 to the right. */
  readonly outwards: number
  /** Half its width and height in units of the head: angles are of the lens made as tall as it is wide. */
  readonly half: Point
  readonly rays: readonly Ray[]
}
interface Ray {
  readonly angle: number
  readonly distance: number
  readonly thickness: number
}

/** How far a lens reaches. */
interface Extent {
  /** Its middle from the place below the eye where it is looked for, outwards and down, and half its width and height. */
  readonly offset: Point
  readonly half: Point
  /** How many rays met it. */
  readonly count: number
}
/** A lens that is not seen. */
const USUAL: Omit<Extent, 'count'> = { offset: { x: 0, y: 0 }, half: { x: 0.28, y: 0.24 } }

/** Where a lens is looked for: a little below the eye's middle. */
const startOf = ({ head, points }: Subject, eye: 0 | 1): Point => {
  const { upperLid, lowerLid } = EYES[eye]
  const lids = [...upperLid, ...lowerLid.slice(1, -1)].map((i) => toHead(head, points[i]))
  return { x: meanOf(lids.map(({ x }) => x)), y: meanOf(lids.map(({ y }) => y)) + BELOW }
}

const castAt = (subject: Subject, eye: 0 | 1, middle: Point, half: Point): Ray[] =>
  (subject.regions.signs.darkLenses ? castToEdge : castToFrame)(subject, middle, eye === 0 ? -1 : 1, half)

const extentOf = (subject: Subject, eye: 0 | 1): Extent => {
  const rays = castAt(subject, eye, startOf(subject, eye), { x: 1, y: 1 })
  if (rays.length < RAYS / 4) return { ...USUAL, count: rays.length }
  const reach = (values: readonly number[]): readonly [middle: number, half: number] => {
    const [low, high] = [percentile(values, 6), percentile(values, 94)]
    return [(low + high) / 2, Math.max((high - low) / 2, NEAREST)]
  }
  const [x, width] = reach(rays.map(({ angle, distance }) => distance * Math.cos(angle)))
  const [y, height] = reach(rays.map(({ angle, distance }) => distance * Math.sin(angle)))
  return { offset: { x, y }, half: { x: width, y: height }, count: rays.length }
}

/** The extent of one of two lenses that look alike: what is seen better says more, much more. */
const shared = (own: Extent, other: Extent): Extent => {
  const [a, b] = [own.count ** 4, other.count ** 4]
  const share = a + b > 0 ? b / (a + b) : 0
  const mixed = (p: Point, q: Point): Point => ({ x: p.x + (q.x - p.x) * share, y: p.y + (q.y - p.y) * share })
  return { offset: mixed(own.offset, other.offset), half: mixed(own.half, other.half), count: own.count }
}

const look = (subject: Subject, eye: 0 | 1, { offset, half }: Extent): Found => {
  const outwards = eye === 0 ? -1 : 1
  const start = startOf(subject, eye)
  const middle = { x: start.x + outwards * offset.x, y: start.y + offset.y }
  return { middle, outwards, half, rays: castAt(subject, eye, middle, half) }
}

/** The mask along a ray, from near the middle outwards, at most to beside the nose's middle. */
const alongRay = (
  { head, regions, size, points }: Subject,
  middle: Point,
  outwards: number,
  angle: number,
): number[] => {
  const bridge = toHead(head, points[168]).x
  const { data } = regions.glasses
  const values: number[] = []
  for (let r = NEAREST; r < FURTHEST; r += STEP) {
    const place = { x: middle.x + outwards * r * Math.cos(angle), y: middle.y + r * Math.sin(angle) }
    if ((place.x - bridge) * outwards < 0.03) break
    const { x, y } = fromHead(head, place)
    const [column, row] = [Math.floor(x), Math.floor(y)]
    values.push(column >= 0 && row >= 0 && column < size && row < size ? data[row * size + column] : 0)
  }
  return values
}

const angles = Array.from({ length: RAYS }, (_, i) => (2 * Math.PI * i) / RAYS)
/** The directions of rays in the head's frame, spread evenly over an ellipse. */
const directions = (half: Point): number[] =>
  angles.map((angle) => Math.atan2(half.y * Math.sin(angle), half.x * Math.cos(angle)))

/** Clear glasses: the first frame that each ray meets. */
const castToFrame = (subject: Subject, middle: Point, outwards: number, half: Point): Ray[] =>
  directions(half).flatMap((angle) => {
    const values = alongRay(subject, middle, outwards, angle)
    const start = values.findIndex((value) => value > 0.4)
    if (start < 0) return []
    const length = values.slice(start).findIndex((value) => value <= 0.4)
    const thickness = Math.min(THICKEST, (length < 0 ? values.length - start : length) * STEP)
    return [{ angle, distance: NEAREST + start * STEP + thickness / 2, thickness }]
  })

/** Dark lenses: where each ray leaves them. */
const castToEdge = (subject: Subject, middle: Point, outwards: number, half: Point): Ray[] =>
  directions(half).flatMap((angle) => {
    const values = alongRay(subject, middle, outwards, angle)
    let last = -1
    // Over reflections of some steps.
    values.forEach((value, i) => {
      if (value > 0.5 && i - last < 8) last = i
    })
    return last < 0 ? [] : [{ angle, distance: NEAREST + last * STEP, thickness: 0.026 }]
  })

const waves = (angle: number): number[] => [
  1,
  ...Array.from({ length: WAVES }, (_, k) => [Math.cos((k + 1) * angle), Math.sin((k + 1) * angle)]).flat(),
]
/** How much curves are held back that go in and out often. */
const ridgeOf = (stiffness: number): number[] => [
  1e-6,
  ...Array.from({ length: WAVES }, (_, k) => [stiffness * (k + 1) ** 3, stiffness * (k + 1) ** 3]).flat(),
]
/** A frame is a thin line, and seen well; the edge of a dark lens is rough. */
const [STIFF_FRAME, STIFF_LENS] = [0.03, 0.15]
/** Half the bridge between two lenses as they are drawn, in units of the head, at least. */
const BRIDGE = 0.05

/** The curve through what was met; of two lenses that look alike, through what was met of both. */
const shapeOf = (subject: Subject, own: Found, other: Found | undefined): LensShape => {
  const { head, regions, points } = subject
  const places = [own, ...(other ? [other] : [])].flatMap(({ half, rays }) =>
    rays.map(({ angle, distance }) => ({
      x: (distance * Math.cos(angle)) / half.x,
      y: (distance * Math.sin(angle)) / half.y,
    })),
  )
  const rays = [...own.rays, ...(other?.rays ?? [])]
  const rows = places.map(({ x, y }) => waves(Math.atan2(y, x)))
  const values = places.map(({ x, y }) => Math.hypot(x, y))
  const ridge = ridgeOf(regions.signs.darkLenses ? STIFF_LENS : STIFF_FRAME)
  let weights = rays.map(() => 1)
  let curve = ridge.map((_, i): number => (i === 0 ? 1 : 0))
  const distanceAt = (row: readonly number[]): number => row.reduce((sum, value, i) => sum + value * curve[i], 0)
  if (rays.length > 0) {
    // Crumbs lie far off the curve, and count less each time.
    for (let round = 0; round < 5; round++) {
      curve = leastSquares(rows, values, weights, ridge)
      weights = rows.map((row, i) => 1 / (1 + ((values[i] - distanceAt(row)) / 0.15) ** 2))
    }
  }
  const { half } = own
  const edgeAt = (angle: number): Point => {
    const r = distanceAt(waves(angle))
    return { x: own.outwards * half.x * r * Math.cos(angle), y: half.y * r * Math.sin(angle) }
  }
  const placeAt = (angle: number, distance: number): Point => {
    const edge = edgeAt(angle)
    const [before, after] = [edgeAt(angle - 0.02), edgeAt(angle + 0.02)]
    const [dx, dy] = [after.x - before.x, after.y - before.y]
    const outside = (own.outwards * distance) / Math.max(Math.hypot(dx, dy), 1e-9)
    return { x: edge.x + dy * outside, y: edge.y - dx * outside }
  }
  // Large eyes would bulge a lens: it keeps its shape, and moves and grows as its outline does on the whole.
  const moved = angles.map((angle) => {
    const { x, y } = edgeAt(angle)
    const place = { x: own.middle.x + x, y: own.middle.y + y }
    const to = toHead(head, subject.toDrawn(fromHead(head, place)))
    return { x, y, dx: to.x - place.x, dy: to.y - place.y }
  })
  const middle = {
    x: own.middle.x + meanOf(moved.map(({ dx }) => dx)),
    y: own.middle.y + meanOf(moved.map(({ dy }) => dy)),
  }
  const grown = 1 + meanOf(moved.map(({ x, y, dx, dy }) => (x * dx + y * dy) / Math.max(x * x + y * y, 1e-6)))
  // Large eyes must not bring the lenses together.
  const nose = toHead(head, subject.toDrawn(points[168])).x
  const inmost = Math.min(...angles.map((angle) => own.outwards * edgeAt(angle).x))
  const scale = Math.min(grown, Math.max(1, (own.outwards * (middle.x - nose) - BRIDGE) / -inmost))
  return {
    at: (angle, distance) => {
      const { x, y } = placeAt(angle, distance)
      return fromHead(head, { x: middle.x + scale * x, y: middle.y + scale * y })
    },
    thickness: Math.min(THICKEST, Math.max(THINNEST, median(rays.map((ray) => ray.thickness)))),
    seen: rays.length / (RAYS * (other ? 2 : 1)),
  }
}
