/**
 * Lines of age, when they are kept: of the folds beside the mouth, under the eyes and on the forehead the one or two that the photo
 * shows most clearly, each as one thin stroke where the fold lies. What is no fold for most of its way is left out.
 */
import type { Point } from '../face.ts'
import { LIPS } from '../landmarks/topology.ts'
import { meanOf, median, smoothStep } from '../regions/numbers.ts'
import { type Canvas, fade, paint } from './canvas.ts'
import { mix } from './colour.ts'
import { smoothCurve } from './curve.ts'
import { leastSquares } from './fit.ts'
import { stroke, taper } from './stroke.ts'
import type { Subject } from './subject.ts'

/** A fold's landmarks; of some folds there is one on each side. */
interface Place {
  readonly paths: readonly (readonly number[])[]
  /** How far above (or to one side) and below them it may lie, in units of the head. */
  readonly reach: readonly [above: number, below: number]
  /** How many times as clear as others it must be: young eyes have shadows too, and every smile has folds. */
  readonly caution: (smile: number) => number
}
const PLACES: readonly Place[] = [
  {
    paths: [
      [203, 206, 216, 212],
      [423, 426, 436, 432],
    ],
    reach: [0.09, 0.09],
    caution: (smile) => 1 + 6 * smile,
  },
  {
    paths: [
      [228, 229, 230, 231, 232],
      [448, 449, 450, 451, 452],
    ],
    reach: [0.01, 0.07],
    caution: () => 4,
  },
  { paths: [[104, 69, 108, 151, 337, 299, 333]], reach: [0.1, 0.1], caution: () => 1 },
]
/** How many of the places are drawn. */
const MOST = 2
/** How much darker than the skin on both sides, as a share of it, a fold is that may be drawn, and one that is drawn in full. */
const [FAINT, CLEAR] = [0.04, 0.085]
/** Points along a fold. */
const COUNT = 32
/** How far from a fold the skin is that it is compared with, and the step in which it is looked for, in units of the head. */
const [BESIDE, STEP] = [0.035, 0.008]

/** Draws one or two lines of age, if the photo has them and the person wants them. */
export const drawLinesOfAge = (canvas: Canvas, subject: Subject): void => {
  if (subject.options.age !== 'keep') return
  const { head, look, skin, sure } = subject
  const { points } = subject
  const [upper, lower] = [points[LIPS.innerUpper[5]], points[LIPS.innerLower[5]]]
  const smile = smoothStep(0.02, 0.06, Math.hypot(upper.x - lower.x, upper.y - lower.y) / head.unit)
  const found = PLACES.map(({ paths, reach, caution }) => {
    const folds = paths.map((path) => foldAlong(subject, path, reach))
    return { folds, depth: meanOf(folds.map(({ depth }) => depth)) / caution(smile), caution: caution(smile) }
  })
    .toSorted((a, b) => b.depth - a.depth)
    .slice(0, MOST)
  fade(canvas, sure, (canvas) => {
    for (const { folds, caution } of found) {
      for (const { curve, depth } of folds) {
        const amount = smoothStep(FAINT, CLEAR, depth / caution)
        if (amount === 0) continue
        const widths = taper(COUNT, 0.5, 0.5).map((value) => 0.012 * value * head.unit * look.lineWidth)
        paint(canvas, stroke(curve, widths, canvas), mix(skin.line, skin.shade, 0.35), 0.75 * amount)
      }
    }
  })
}

interface Fold {
  /** Where it is drawn. */
  readonly curve: readonly Point[]
  /** How much darker it is than the skin on both sides, as a share of it: for half of its way it is at least that. */
  readonly depth: number
}

/** The darkest smooth line near the landmarks. */
const foldAlong = (subject: Subject, path: readonly number[], [above, below]: Place['reach']): Fold => {
  const { points, head } = subject
  const along = smoothCurve(
    path.map((i) => points[i]),
    COUNT,
  )
  const across = along.map((_, i) => {
    const [a, b] = [along[Math.max(0, i - 1)], along[Math.min(COUNT - 1, i + 1)]]
    const length = Math.max(Math.hypot(b.x - a.x, b.y - a.y), 1e-9)
    const normal = { x: (a.y - b.y) / length, y: (b.x - a.x) / length }
    const way = (normal.x * head.down.x + normal.y * head.down.y < 0 ? -1 : 1) * head.unit
    return { x: normal.x * way, y: normal.y * way }
  })
  const at = (i: number, offset: number): Point => ({
    x: along[i].x + across[i].x * offset,
    y: along[i].y + across[i].y * offset,
  })
  const depthAt = (i: number, offset: number): number => {
    const [before, fold, after] = [offset - BESIDE, offset, offset + BESIDE].map((d) => skinAt(subject, at(i, d)))
    if (before === undefined || fold === undefined || after === undefined) return 0
    const beside = Math.min(before, after)
    return beside > 0 ? Math.max(0, beside - fold) / beside : 0
  }
  const offsets = Array.from({ length: Math.floor((above + below) / STEP) + 1 }, (_, k) => k * STEP - above)
  const deepest = along.map((_, i) => {
    const depths = offsets.map((offset) => depthAt(i, offset))
    const depth = Math.max(...depths)
    return { offset: offsets[depths.indexOf(depth)], depth }
  })
  const rows = along.map((_, i) => [1, i / (COUNT - 1), (i / (COUNT - 1)) ** 2])
  const values = deepest.map(({ offset }) => offset)
  const evidence = deepest.map(({ depth }) => depth ** 2)
  let weights = evidence
  let line = [0, 0, 0]
  const offsetAt = (i: number): number => rows[i].reduce((sum, value, k) => sum + value * line[k], 0)
  for (let round = 0; round < 4; round++) {
    line = leastSquares(rows, values, weights, [1e-6, 1e-4, 1e-3])
    weights = evidence.map((weight, i) => weight / (1 + ((values[i] - offsetAt(i)) / 0.02) ** 2))
  }
  const depths = along.map((_, i) => Math.max(...[-STEP, 0, STEP].map((d) => depthAt(i, offsetAt(i) + d))))
  return { curve: along.map((_, i) => subject.toDrawn(at(i, offsetAt(i)))), depth: median(depths) }
}

/** The skin's lightness at a place of the photo; undefined where there is no bare skin. */
const skinAt = ({ lightness, regions, size }: Subject, { x, y }: Point): number | undefined => {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  if (!(column >= 0 && row >= 0 && column < size && row < size)) return undefined
  const i = row * size + column
  const bare = regions.skin.data[i] > 0.5 && regions.glasses.data[i] < 0.15 && regions.beard.data[i] < 0.3
  return bare ? lightness.data[i] : undefined
}
