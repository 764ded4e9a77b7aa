/**
 * Anime proportions of a head: larger eyes, a smaller nose and mouth, a narrower jaw and a shorter chin, as smooth moves of
 * points of the photo, and where each pixel of the drawing comes from. Beyond the head nothing moves. (faces/draw has its own
 * for what a network redraws, by a detector's six points.)
 */
import { SINGLE, Workbench } from '../../kernels/kernels.ts'
import type { Point } from '../face.ts'
import { fromHead, type Head, toHead } from '../landmarks/head.ts'
import type { Point3 } from '../landmarks/landmarker.ts'
import { CHIN, EYES, NOSE_TIP, UNDER_NOSE } from '../landmarks/topology.ts'
import { type Box, wholeBox } from '../regions/box.ts'
import { meanOf, smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'

/** Sizes at full strength, and how far each reaches, in units of the head. */
const EYE = { size: 1.44, reach: 0.42 }
const NOSE = { size: 0.82, reach: 0.42 }
const MOUTH = { size: 0.88, reach: 0.55 }
/** How much narrower the jaw is, and how much higher the chin. */
const JAW = 0.15
const CHIN_UP = 0.09
/** How far below the chin nothing moves any more, in units of the head: a neck stays in its collar. */
const NECK = 0.45
/** The middle of the lips' inner edges. */
const MOUTH_POINTS = [13, 14]
/** Points along a side of the grid on which moves are undone, and steps of doing so. */
const GRID = 49
const STEPS = 10

interface Bump extends Point {
  readonly size: number
  readonly reach: number
}

export interface HeadProportions {
  /** Where a point of the photo is drawn. */
  toDrawn(point: Point): Point
  /** A plane of the canvas, or one of a smaller side, as it is drawn. */
  warp(plane: Plane): Plane
  /** Where each pixel of a square of `size` comes from, between middles of pixels; within the box only, 0 elsewhere. */
  sources(size: number, box: Box): Sources
}

/** Places in a square's pixels, row by row. */
export interface Sources {
  readonly x: Float32Array
  readonly y: Float32Array
}

/**
 * The proportions of a head on a canvas of `side` pixels, at `strength` from 0, the photo's, to 1; `eyes` is how much of
 * each eye is drawn, which grows by as much.
 */
export const proportionsOf = (
  points: readonly Point3[],
  head: Head,
  side: number,
  strength: number,
  eyes: readonly [right: number, left: number],
): HeadProportions => {
  const { unit } = head
  const middle = (indices: readonly number[]): Point => ({
    x: meanOf(indices.map((i) => points[i].x)),
    y: meanOf(indices.map((i) => points[i].y)),
  })
  const bump = (at: Point, { size, reach }: { size: number; reach: number }, share = 1): Bump => ({
    ...at,
    size: (size - 1) * strength * share,
    reach: reach * unit,
  })
  const [tip, base] = [points[NOSE_TIP], points[UNDER_NOSE]]
  const bumps = [
    ...EYES.map(({ upperLid, lowerLid }, eye) => bump(middle([...upperLid, ...lowerLid.slice(1, -1)]), EYE, eyes[eye])),
    bump({ x: 0.6 * tip.x + 0.4 * base.x, y: 0.6 * tip.y + 0.4 * base.y }, NOSE),
    bump(middle(MOUTH_POINTS), MOUTH),
  ]
  const chin = toHead(head, points[CHIN])

  const toDrawn = (point: Point): Point => {
    let { x, y } = point
    for (const { x: cx, y: cy, size, reach } of bumps) {
      const [dx, dy] = [x - cx, y - cy]
      const r = (dx * dx + dy * dy) / (reach * reach)
      if (r >= 1) continue
      const share = 1 + size * (1 - r) ** 2
      x = cx + dx * share
      y = cy + dy * share
    }
    const place = toHead(head, { x, y })
    const low = smoothStep(0.15, chin.y, place.y) * (1 - smoothStep(chin.y, chin.y + NECK, place.y))
    if (low === 0) return { x, y }
    const aside = place.x - chin.x * smoothStep(0, chin.y, place.y)
    const amount = strength * low * (1 - smoothStep(0.75, 1.5, Math.abs(aside)))
    return fromHead(head, { x: place.x - aside * JAW * amount, y: place.y - CHIN_UP * amount * chin.y })
  }

  // Undone by fixed-point steps where a grid's points are, and straight between them.
  const [fromX, fromY] = [new Float32Array(GRID * GRID), new Float32Array(GRID * GRID)]
  for (let i = 0; i < GRID * GRID; i++) {
    const target = { x: ((i % GRID) * side) / (GRID - 1), y: (Math.floor(i / GRID) * side) / (GRID - 1) }
    let source: Point = target
    for (let step = 0; step < STEPS; step++) {
      const { x, y } = toDrawn(source)
      const next = { x: source.x - x + target.x, y: source.y - y + target.y }
      // Where nothing moves, and that is most of the square, it is there at once.
      if (next.x === source.x && next.y === source.y) break
      source = next
    }
    fromX[i] = (source.x - target.x) / side
    fromY[i] = (source.y - target.y) / side
  }
  const mapOf = (size: number, box: Box): Sources => ({
    x: sources(fromX, size, 0, box),
    y: sources(fromY, size, 1, box),
  })
  const maps = new Map<number, Sources>()
  const wholeMapOf = (size: number): Sources => {
    const known = maps.get(size) ?? mapOf(size, wholeBox({ width: size, height: size }))
    maps.set(size, known)
    return known
  }
  return {
    toDrawn,
    sources: mapOf,
    warp: (plane) => (strength === 0 ? plane : { ...plane, data: sample(plane, wholeMapOf(plane.width)) }),
  }
}

/** For each pixel of a box of a square of `size`, where it comes from along an axis (0 across, 1 down), between middles of pixels. */
const sources = (moves: Float32Array, size: number, axis: 0 | 1, box: Box): Float32Array => {
  const bench = new Workbench()
  const place = bench.put(moves)
  const out = bench.room(SINGLE * size * size)
  bench.kernels.gridPlaces(place, GRID, size, axis, box.left, box.top, box.right, box.bottom, out)
  return bench.singles(out, size * size)
}

/** A plane read at places between its pixels' middles. */
const sample = ({ width, height, data }: Plane, { x, y }: Sources): Float32Array => {
  const bench = new Workbench()
  const [place, xs, ys] = [data, x, y].map((numbers) => bench.put(numbers))
  const out = bench.room(data.byteLength)
  bench.kernels.readAt(place, width, height, xs, ys, data.length, out)
  return bench.singles(out, data.length)
}
