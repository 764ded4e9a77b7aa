/**
 * Cuts pieces of pictures the way MediaPipe does for its networks (`ImageToTensorCalculator` with OpenCV's
 * warpPerspective): one bilinear sample per pixel at multiples of 1/32 pixel, the border repeated, and pixels counted
 * from their corners, not their centres. The networks' points are exact only for pieces cut like this; those of crop.ts
 * look better.
 */
import { Workbench } from '../../kernels/kernels.ts'
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import { fromPiece, type Square } from '../find/crop.ts'

/** The position of a piece's pixels in a picture: its first pixel, and the steps to the next one across and down. */
interface Steps {
  readonly first: Point
  readonly across: Point
  readonly down: Point
}

const cutSteps = (picture: Picture, size: number, { first, across, down }: Steps): Uint8Array => {
  const { width, height, channels, data } = picture
  // Only rows that the piece reaches go to the kernel.
  const ends = [0, size].flatMap((u) => [0, size].map((v) => first.y + u * across.y + v * down.y))
  const top = Math.min(height - 1, Math.max(0, Math.floor(Math.min(...ends)) - 1))
  const bottom = Math.max(top + 1, Math.min(height, Math.ceil(Math.max(...ends)) + 2))
  const bench = new Workbench()
  const pixels = bench.put(data.subarray(channels * width * top, channels * width * bottom))
  const out = bench.room(3 * size * size)
  const steps = [first.x, first.y, across.x, across.y, down.x, down.y]
  bench.kernels.cutPiece(pixels, top, width, height, channels, size, ...steps, out)
  return bench.bytes(out, 3 * size * size).slice()
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
