/**
 * Maps a face in its crop from its landmarks: for every pixel its position in the head's frame and its distance from the
 * face's outline; and how much of a pixel outlines of landmarks cover. Uses no colours.
 */
import { Workbench } from '../../kernels/kernels.ts'
import { cover } from '../character/coverage.ts'
import type { Point } from '../face.ts'
import { type Head, toHead } from '../landmarks/head.ts'
import type { Point3 } from '../landmarks/landmarker.ts'
import { CHIN, OUTLINE } from '../landmarks/topology.ts'
import { wholeBox } from './box.ts'
import type { Plane } from './plane.ts'
import { inRows } from './runs.ts'

export interface FaceMap {
  readonly size: number
  readonly head: Head
  readonly points: readonly Point3[]
  /** The chin in the head's frame. */
  readonly chin: Point
  /** Each pixel's position in the head's frame. */
  readonly x: Float32Array
  readonly y: Float32Array
  /** Each pixel's distance from the face's outline in units of the head, negative inside. */
  readonly outside: Float32Array
}

/** Lips and lids as closed outlines. */
export const outlineOf = (upper: readonly number[], lower: readonly number[]): number[] => [
  ...upper,
  ...lower.toReversed(),
]

/** Coverage by the landmarks' outlines, in a square of `size` pixels; overlaps count once. */
export const coverOutlines = (
  points: readonly Point[],
  outlines: readonly (readonly number[])[],
  size: number,
  scale = 1,
): Plane => {
  const canvas = { width: size, height: size }
  const data = new Float32Array(size * size)
  for (const outline of outlines) {
    const polygon = outline.map((i) => ({ x: points[i].x * scale, y: points[i].y * scale }))
    const { x, y, width, height, data: shares } = cover([polygon], canvas)
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const at = (y + row) * size + x + column
        data[at] = Math.max(data[at], shares[row * width + column])
      }
    }
  }
  return { width: size, height: size, data }
}

/** Each pixel's place in a head's frame, of a square of `size` pixels. */
export const placesInHead = (head: Head, size: number): [x: Float32Array, y: Float32Array] => {
  const [x, y] = [new Float32Array(size * size), new Float32Array(size * size)]
  const [first, across] = [toHead(head, { x: 0.5, y: 0.5 }), toHead(head, { x: 1.5, y: 0.5 })]
  const [dx, dy] = [across.x - first.x, across.y - first.y]
  inRows(wholeBox({ width: size, height: size }), size, (from, to, row) => {
    for (let i = from; i < to; i++) {
      x[i] = first.x + (i - from) * dx - row * dy
      y[i] = first.y + (i - from) * dy + row * dx
    }
  })
  return [x, y]
}

/** Maps a face in a square of `size` pixels. */
export const mapFace = (points: readonly Point3[], head: Head, size: number): FaceMap => {
  const [x, y] = placesInHead(head, size)
  return {
    size,
    head,
    points,
    chin: toHead(head, points[CHIN]),
    x,
    y,
    outside: distancesFrom(points, OUTLINE, size).map((distance) => distance / head.unit),
  }
}

/** Each pixel's distance in pixels from the sides of a closed outline of landmarks, negative inside it. */
export const distancesFrom = (points: readonly Point[], outline: readonly number[], size: number): Float32Array => {
  const inside = coverOutlines(points, [outline], size).data
  const count = outline.length
  // Each side's start, its way to the end, and one by that way's square.
  const sides = new Float64Array(5 * count)
  for (let k = 0; k < count; k++) {
    const [a, b] = [points[outline[k]], points[outline[(k + 1) % count]]]
    const [dx, dy] = [b.x - a.x, b.y - a.y]
    sides.set([a.x, a.y, dx, dy, 1 / (dx * dx + dy * dy || 1)], 5 * k)
  }
  const bench = new Workbench()
  const [places, within] = [bench.put(sides), bench.put(inside)]
  const out = bench.room(inside.byteLength)
  bench.kernels.distances(places, count, within, size, out)
  return bench.singles(out, inside.length)
}
