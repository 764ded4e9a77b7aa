/**
 * Cuts pieces of pictures the way MediaPipe does for its networks (`ImageToTensorCalculator` with OpenCV's
 * warpPerspective): one bilinear sample per pixel at multiples of 1/32 pixel, the border repeated, and pixels counted
 * from their corners, not their centres. The networks' points are exact only for pieces cut like this; those of crop.ts
 * look better.
 */
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import { fromPiece, type Square } from '../find/crop.ts'

/** The position of a piece's pixels in a picture: its first pixel, and the steps to the next one across and down. */
interface Steps {
  readonly first: Point
  readonly across: Point
  readonly down: Point
}

/** Positions are rounded to this fraction of a pixel. */
const PARTS = 32

const cutSteps = (picture: Picture, size: number, steps: Steps): Uint8Array => {
  const out = new Uint8Array(size * size * 3)
  for (let v = 0; v < size; v++) cutRow(picture, size, steps, v, out)
  return out
}

/** One row of it: a function of its own, which JavaScript engines compile before the first piece is cut. */
const cutRow = (
  { width, height, channels, data }: Picture,
  size: number,
  { first, across, down }: Steps,
  v: number,
  out: Uint8Array,
): void => {
  for (let u = 0, at = v * size * 3; u < size; u++) {
    const x = Math.round((first.x + u * across.x + v * down.x) * PARTS)
    const y = Math.round((first.y + u * across.y + v * down.y) * PARTS)
    const column = Math.floor(x / PARTS)
    const row = Math.floor(y / PARTS)
    const right = x - column * PARTS
    const below = y - row * PARTS
    const left = Math.min(Math.max(column, 0), width - 1)
    const next = Math.min(Math.max(column + 1, 0), width - 1)
    const upper = Math.min(Math.max(row, 0), height - 1) * width
    const lower = Math.min(Math.max(row + 1, 0), height - 1) * width
    const a = (upper + left) * channels
    const b = (upper + next) * channels
    const c = (lower + left) * channels
    const d = (lower + next) * channels
    for (let channel = 0; channel < 3; channel++) {
      const above = (PARTS - right) * data[a + channel] + right * data[b + channel]
      const under = (PARTS - right) * data[c + channel] + right * data[d + channel]
      out[at++] = ((PARTS - below) * above + below * under + PARTS ** 2 / 2) / PARTS ** 2
    }
  }
}

const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y })

/** A square of a picture as `size * size` pixels of RGB. Alpha is ignored. */
export const cutLikeMediaPipe = (picture: Picture, square: Square, size: number): Uint8Array => {
  const place = fromPiece(square, size)
  const first = place({ x: 0, y: 0 })
  const [across, down] = [minus(place({ x: 1, y: 0 }), first), minus(place({ x: 0, y: 1 }), first)]
  return cutSteps(picture, size, { first, across, down })
}

/** A whole picture stretched to `size * size` pixels of RGB. Alpha is ignored. */
export const stretchLikeMediaPipe = (picture: Picture, size: number): Uint8Array =>
  cutSteps(picture, size, {
    first: { x: 0, y: 0 },
    across: { x: picture.width / size, y: 0 },
    down: { x: 0, y: picture.height / size },
  })
