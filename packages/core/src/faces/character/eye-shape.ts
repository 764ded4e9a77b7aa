/**
 * An eye's geometry as it is drawn: lids, crease, iris. From the landmarks in proportion, smoothed, opened as drawn eyes are,
 * closed as far as the person's are, and looking where they look. Nothing is drawn here, and no colours are looked at.
 */
import type { Point } from '../face.ts'
import { EYES } from '../landmarks/topology.ts'
import { meanOf, smoothStep } from '../regions/numbers.ts'
import { leastSquares } from './fit.ts'
import { type Frame, frameBetween, locate } from './frame.ts'
import type { Subject } from './subject.ts'

/** Points of a lid's curve. */
const COUNT = 49
/** Openness of a closed eye, and of one that is no longer half-closed. */
const [CLOSED, OPEN] = [0.06, 0.12]

/** An eye in its own frame: x from the outer corner (0) to the inner one (1), y down, the eye's width its unit. */
export interface EyeShape {
  readonly frame: Frame
  /** Its width in pixels. */
  readonly width: number
  /** The lids from the outer corner to the inner one, `x` evenly spread; where the eye is closed they are one curve. */
  readonly upper: readonly Point[]
  readonly lower: readonly Point[]
  /** The crease above the upper lid. */
  readonly crease: readonly Point[]
  /** 0 open, 1 closed; what lies between is a half-closed eye. */
  readonly closed: number
  readonly iris: { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number }
}

/** How far an eye is open in the photo: the lids' distance in its middle, in widths of the eye in space. */
export const opennessOf = ({ points, head }: Pick<Subject, 'points' | 'head'>, eye: 0 | 1): number => {
  const { outer, inner, upperLid, lowerLid } = EYES[eye]
  const [a, b] = [points[outer], points[inner]]
  const width = Math.hypot(b.x - a.x, b.y - a.y, b.z - a.z)
  const { down } = frameBetween(a, b, head.down)
  const length = Math.hypot(down.x, down.y)
  const gaps = [2, 3, 4, 5, 6].map((i) => {
    const [p, q] = [points[upperLid[i]], points[lowerLid[i]]]
    return ((q.x - p.x) * down.x + (q.y - p.y) * down.y) / length
  })
  return Math.max(0, meanOf(gaps) / width)
}

/** What both eyes are measured by, before they are made to look alike. */
interface Measured {
  readonly frame: Frame
  readonly width: number
  readonly openness: number
  /** Coefficients of the lids' curves. */
  readonly upper: readonly number[]
  readonly lower: readonly number[]
  /** The iris's middle in the frame, and where it lies between the lids, -1/2 to 1/2. */
  readonly across: number
  readonly height: number
  /** The iris's radius in widths of the eye. */
  readonly radius: number
}

/** The height of a lid with these coefficients: a curve of the fourth degree through both corners. */
const lidAt = ([a, b, c]: readonly number[], x: number): number => x * (1 - x) * (a + b * x + c * x * x)

/** The curve nearest to the points; its ends are the corners. */
const fitLid = (points: readonly Point[]): number[] =>
  leastSquares(
    points.map(({ x }) => [x * (1 - x), x * x * (1 - x), x ** 3 * (1 - x)]),
    points.map(({ y }) => y),
    points.map(() => 1),
    // A breath, so that points which fall together have an answer.
    [1e-5, 1e-5, 1e-5],
  )

const measure = (subject: Subject, eye: 0 | 1): Measured => {
  const { drawn, head, irises } = subject
  const { outer, inner, upperLid, lowerLid } = EYES[eye]
  const frame = frameBetween(drawn[outer], drawn[inner], head.down)
  const [upper, lower] = [upperLid, lowerLid].map((ids) => fitLid(ids.slice(1, -1).map((i) => locate(frame, drawn[i]))))
  const { x, y, radius } = irises[eye]
  const middle = locate(frame, subject.toDrawn({ x, y }))
  const [top, bottom] = [lidAt(upper, middle.x), lidAt(lower, middle.x)]
  const [a, b] = [subject.points[outer], subject.points[inner]]
  return {
    frame,
    width: Math.hypot(frame.across.x, frame.across.y),
    openness: opennessOf(subject, eye),
    upper,
    lower,
    across: middle.x,
    height: bottom - top > 0.08 ? clamp((middle.y - (top + bottom) / 2) / (bottom - top), -0.5, 0.5) : 0,
    radius: radius / Math.hypot(b.x - a.x, b.y - a.y),
  }
}

const clamp = (x: number, least: number, most: number): number => Math.min(most, Math.max(least, x))

/** The geometry of the right (0) or left (1) eye. */
export const eyeShape = (subject: Subject, eye: 0 | 1): EyeShape => {
  const own = measure(subject, eye)
  const other = measure(subject, eye === 0 ? 1 : 0)
  const { frame, width } = own
  // Landmarks err; two eyes that do the same are drawn alike, as far as both are seen.
  const seen = Math.min(subject.eyes[0], subject.eyes[1])
  const open = smoothStep(CLOSED, OPEN, Math.min(own.openness, other.openness))
  const alike = seen * (1 - smoothStep(0.05, 0.12, Math.abs(own.openness - other.openness)))
  const both = (mine: number, others: number, share: number): number => mine + (others - mine) * 0.5 * share
  const upper = own.upper.map((value, i) => both(value, other.upper[i], 0.8 * alike))
  const lower = own.lower.map((value, i) => both(value, other.lower[i], 0.8 * alike))
  const openness = both(own.openness, other.openness, alike)

  // Taller: wide eyes more than narrow ones, closed ones not at all.
  const grow = (0.18 + 0.16 * openness) * smoothStep(0.07, 0.19, openness) * (0.3 + 0.7 * subject.options.proportions)
  const closed = 1 - smoothStep(CLOSED, OPEN, openness)
  const xs = Array.from({ length: COUNT }, (_, i) => i / (COUNT - 1))
  const bump = (x: number): number => (4 * x * (1 - x)) ** 0.7
  // Where a closed eye's lids meet: lower than midway, and its bow is clearer than it is.
  const seam = (x: number): number => {
    const bow = (0.35 * lidAt(upper, 0.5) + 0.65 * lidAt(lower, 0.5)) * 1.2
    const clear = clamp(1.3 * bow + 0.12 * Math.tanh((bow + 0.012) / 0.02), -0.22, 0.22)
    return clear * 4 * x * (1 - x)
  }
  const lids = xs.map((x) => {
    const top = lidAt(upper, x) - 0.74 * grow * bump(x)
    const bottom = Math.max(top, lidAt(lower, x) + 0.3 * grow * bump(x))
    const met = seam(x)
    return { x, top: top + (met - top) * closed, bottom: bottom + (met - bottom) * closed }
  })
  const middle = lids[(COUNT - 1) / 2]
  const height = middle.bottom - middle.top
  return {
    frame,
    width,
    upper: lids.map(({ x, top }) => ({ x, y: top })),
    lower: lids.map(({ x, bottom }) => ({ x, y: bottom })),
    crease: lids.map(({ x, top }) => ({ x, y: top - creaseAbove(x, height) })),
    closed,
    iris: irisOf(own, other, lids, Math.min(seen, open)),
  }
}

/** How far the crease lies above the lid: a wide eye's further. */
const creaseAbove = (x: number, height: number): number =>
  (0.1 + 0.12 * Math.min(height, 0.5)) * (0.2 + 0.8 * Math.sin(Math.PI * clamp(x + 0.04, 0, 1)) ** 0.7)

/** Large irises in the middle of their eyes look crossed: each lies this much of the eye's width further out. */
const OUTWARDS = 0.015

/**
 * The iris: larger than life and taller than wide, its top under the lid, so that it does not stare; looking where the
 * person looks. Eyes move together: as far as both can be trusted, each looks where both do.
 */
const irisOf = (
  own: Measured,
  other: Measured,
  lids: readonly { readonly top: number; readonly bottom: number }[],
  together: number,
): EyeShape['iris'] => {
  const both = (mine: number, others: number, share: number): number => mine + (others - mine) * share * together
  // What is towards the nose in one eye is away from it in the other.
  const across = clamp(both(own.across, 1 - other.across, 0.5) - OUTWARDS, 0.22, 0.78)
  const gaze = clamp(both(own.height, other.height, 0.5), -0.3, 0.3)
  const rx = clamp(1.36 * both(own.radius, other.radius, 0.5), 0.3, 0.345)
  const { top, bottom } = lids[Math.round(across * (lids.length - 1))]
  const height = bottom - top
  const ry = clamp(0.56 * height, 1.08 * rx, 1.34 * rx)
  const y = Math.min(top + 0.8 * ry, (top + bottom) / 2 + 0.1 * height)
  return { x: across, y: y + gaze * 0.4 * height, rx, ry }
}
