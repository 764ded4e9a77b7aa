/**
 * How much of each pixel a shape covers, exactly: every edge adds what lies to its right in the pixels that it crosses, and
 * sums along the rows do the rest. Shapes are polygons in pixels from the canvas's top left corner; no colours here.
 */
import type { Point } from '../face.ts'
import { blur } from '../regions/filters.ts'

/** Shares of pixels, 0 to 1, in a rectangle of a canvas; nothing is covered outside it. */
export interface Coverage {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** `width * height` shares, row by row. */
  readonly data: Float32Array
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** A closed outline; its last point is joined to its first. */
export type Polygon = readonly Point[]

/**
 * What polygons cover of a canvas. Those that run in one direction are one shape, and cover once where they overlap; one
 * that runs the other way inside them cuts a hole. Exact but where outlines overlap within a pixel. Points must be numbers.
 */
export const cover = (polygons: readonly Polygon[], canvas: Size): Coverage => {
  const box = boxOf(polygons, canvas)
  const { width, height } = box
  // A column more: what lies to the right of an edge in the last one.
  const sums = new Float32Array((width + 1) * height)
  for (const polygon of polygons) {
    polygon.forEach((from, i) => {
      const to = polygon[(i + 1) % polygon.length]
      addEdge(sums, box, from.x - box.x, from.y - box.y, to.x - box.x, to.y - box.y)
    })
  }
  const data = new Float32Array(width * height)
  for (let row = 0; row < height; row++) {
    let sum = 0
    for (let column = 0; column < width; column++) {
      sum += sums[row * (width + 1) + column]
      data[row * width + column] = Math.min(1, Math.abs(sum))
    }
  }
  return { ...box, data }
}

/** The whole pixels of the canvas that the polygons may touch. */
const boxOf = (polygons: readonly Polygon[], canvas: Size) => {
  let [left, top, right, bottom] = [canvas.width, canvas.height, 0, 0]
  for (const polygon of polygons) {
    for (const { x, y } of polygon) {
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  }
  const [x, y] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))]
  const [endX, endY] = [Math.min(canvas.width, Math.ceil(right)), Math.min(canvas.height, Math.ceil(bottom))]
  return { x, y, width: Math.max(0, endX - x), height: Math.max(0, endY - y) }
}

/** Adds an edge, split where it leaves the box: beyond the left border it counts as running along it, beyond the right not. */
const addEdge = (sums: Float32Array, { width, height }: Size, x0: number, y0: number, x1: number, y1: number): void => {
  if (y0 === y1) return
  const direction = y0 < y1 ? 1 : -1
  const [ax, ay, bx, by] = direction > 0 ? [x0, y0, x1, y1] : [x1, y1, x0, y0]
  const slope = (bx - ax) / (by - ay)
  const last = Math.min(height, by)
  for (let y = Math.max(0, ay); y < last; ) {
    const row = Math.floor(y)
    const next = Math.min(row + 1, last)
    addPiece(sums, row * (width + 1), width, ax + (y - ay) * slope, ax + (next - ay) * slope, direction * (next - y))
    y = next
  }
}

/** Adds the part of an edge within one row, from one x to another, `rise` of the row high, with its direction's sign. */
const addPiece = (sums: Float32Array, start: number, width: number, from: number, to: number, rise: number): void => {
  const [low, high] = from < to ? [from, to] : [to, from]
  const steepness = high > low ? rise / (high - low) : 0
  if (low < 0) sums[start] += high <= 0 ? rise : steepness * -low
  if (low >= width || (high <= 0 && low < 0)) return
  const [left, right] = [Math.max(0, low), Math.min(width, high)]
  let at = left
  do {
    const column = Math.min(Math.floor(at), width - 1)
    const end = Math.min(column + 1, right)
    // Within a column an edge covers what lies to the right of its middle, and all of the columns after it.
    const share = high > low ? steepness * (end - at) : rise
    const middle = (at + end) / 2 - column
    sums[start + column] += share * (1 - middle)
    sums[start + column + 1] += share * middle
    at = end
  } while (at < right)
}

/** The shape with a soft edge: blurred by a bell curve of deviation `sigma`, in pixels. */
export const soften = (shape: Coverage, sigma: number, canvas: Size): Coverage => {
  // Less than a pixel's own softness is not seen.
  if (sigma < 0.2 || shape.width === 0 || shape.height === 0) return shape
  const reach = Math.ceil(3 * sigma)
  const [x, y] = [Math.max(0, shape.x - reach), Math.max(0, shape.y - reach)]
  const width = Math.min(canvas.width, shape.x + shape.width + reach) - x
  const height = Math.min(canvas.height, shape.y + shape.height + reach) - y
  const data = new Float32Array(width * height)
  for (let row = 0; row < shape.height; row++) {
    const line = shape.data.subarray(row * shape.width, (row + 1) * shape.width)
    data.set(line, (shape.y - y + row) * width + shape.x - x)
  }
  return { x, y, width, height, data: blur({ width, height, data }, sigma).data }
}
