/** Planes: one number for each pixel, such as how much of it is hair. Numbers only, without a meaning of their own. */

import { SINGLE, Workbench } from '../../kernels/kernels.ts'
import { inRuns } from './runs.ts'

/** `width * height` numbers, row by row from the top left. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** A square's numbers as a plane. */
export const squarePlane = (data: Float32Array): Plane => {
  const side = Math.sqrt(data.length)
  return { width: side, height: side, data }
}

/**
 * Resizes a plane, bilinear between pixel centres, with the border repeated. For enlarging, or for shrinking a little.
 */
export const resizePlane = (plane: Plane, width: number, height: number): Plane =>
  read(plane, tapsOf(plane.width, width), tapsOf(plane.height, height))

/**
 * A number between pixels' middles, bilinear, the border repeated; places count from the middle of the first pixel. Of data with `step`
 * numbers a pixel it is that of `channel`.
 */
export const numberAt = (
  {
    width,
    height,
    data,
  }: { readonly width: number; readonly height: number; readonly data: Float32Array | Uint8Array },
  x: number,
  y: number,
  step = 1,
  channel = 0,
): number => {
  const column = Math.min(Math.max(x, 0), width - 1)
  const row = Math.min(Math.max(y, 0), height - 1)
  const left = Math.floor(column)
  const top = Math.floor(row)
  const right = left + 1 < width ? step : 0
  const below = top + 1 < height ? step * width : 0
  const at = step * (top * width + left) + channel
  const u = column - left
  const upper = data[at] + (data[at + right] - data[at]) * u
  const lower = data[at + below] + (data[at + below + right] - data[at + below]) * u
  return upper + (lower - upper) * (row - top)
}

/** For each position along an axis, the two pixels around it and the weight of the second. */
interface Taps {
  readonly first: Int32Array
  readonly second: Int32Array
  readonly weight: Float32Array
}

/** `count` positions spread over `span` pixels from `start` on, of an axis of `size`; the border is repeated. */
const tapsOf = (size: number, count: number, start = 0, span = size): Taps => {
  const [first, second, weight] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)]
  for (let i = 0; i < count; i++) {
    const place = Math.min(Math.max(start + ((i + 0.5) * span) / count - 0.5, 0), size - 1)
    first[i] = Math.floor(place)
    second[i] = Math.min(first[i] + 1, size - 1)
    weight[i] = place - first[i]
  }
  return { first, second, weight }
}

const read = ({ width, data }: Plane, across: Taps, down: Taps): Plane => {
  const [columns, rows] = [across.first.length, down.first.length]
  const bench = new Workbench()
  const place = bench.put(data)
  const put = ({ first, second, weight }: Taps) => [bench.put(first), bench.put(second), bench.put(weight)] as const
  const [horizontal, vertical] = [put(across), put(down)]
  const out = bench.room(SINGLE * columns * rows)
  bench.kernels.readBetween(place, width, ...horizontal, columns, ...vertical, rows, out)
  return { width: columns, height: rows, data: bench.singles(out, columns * rows) }
}

/** A plane of half the width and height, which must be even: means of two by two. */
export const halfPlane = ({ width, height, data }: Plane): Plane => {
  const [columns, rows] = [width / 2, height / 2]
  const half = new Float32Array(columns * rows)
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0, at = 2 * y * width; x < columns; x++, i++, at += 2) {
      half[i] = (data[at] + data[at + 1] + data[at + width] + data[at + width + 1]) / 4
    }
  }
  return { width: columns, height: rows, data: half }
}

/** Products of numbers, one by one. */
export const product = (a: Float32Array, b: Float32Array): Float32Array => {
  const out = new Float32Array(a.length)
  inRuns(out.length, (from, to) => {
    for (let i = from; i < to; i++) out[i] = a[i] * b[i]
  })
  return out
}

/** A square of whole pixels in a picture. */
interface Square {
  readonly x: number
  readonly y: number
  readonly side: number
}

/** Samples a plane that covers a whole picture within a square of it, at `size` by `size` points; bilinear. */
export const cutPlane = (
  plane: Plane,
  picture: { readonly width: number; readonly height: number },
  square: Square,
  size: number,
): Plane => {
  const across = tapsOf(
    plane.width,
    size,
    (square.x * plane.width) / picture.width,
    (square.side * plane.width) / picture.width,
  )
  const down = tapsOf(
    plane.height,
    size,
    (square.y * plane.height) / picture.height,
    (square.side * plane.height) / picture.height,
  )
  return read(plane, across, down)
}
