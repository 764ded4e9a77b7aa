/**
 * What a head is drawn on: a picture of floats, and the few ways in which a shape puts a colour on it. Colours are sRGB from 0
 * to 1; mixing is done in these values, as painters' programs do. No shapes here: they are coverage.ts's.
 */
import type { Coverage } from './coverage.ts'

/** A colour of sRGB, each from 0 to 1. */
export type Rgb = readonly [r: number, g: number, b: number]

/** A square picture of floats. */
export interface Canvas {
  readonly width: number
  readonly height: number
  /** Three numbers a pixel, sRGB from 0 to 1, row by row from the top left. */
  readonly data: Float32Array
}

/** Goes through the pixels that a shape covers: the index of the first number of each, its share, and its place. */
const eachCovered = (
  { width }: Canvas,
  { x, y, ...shape }: Coverage,
  opacity: number,
  visit: (at: number, share: number, column: number, row: number) => void,
): void => {
  for (let row = 0, i = 0; row < shape.height; row++) {
    for (let column = 0; column < shape.width; column++, i++) {
      const share = shape.data[i] * opacity
      if (share !== 0) visit(((y + row) * width + x + column) * 3, share, x + column, y + row)
    }
  }
}

/** Puts a colour where the shape is: over what is there, as far as it covers, times `opacity`. */
export const paint = (canvas: Canvas, shape: Coverage, colour: Rgb, opacity = 1): void =>
  paintBy(canvas, shape, () => colour, opacity)

/** Puts a colour that changes from place to place where the shape is; `colourAt` is asked for the middle of every pixel. */
export const paintBy = (canvas: Canvas, shape: Coverage, colourAt: (x: number, y: number) => Rgb, opacity = 1): void =>
  eachCovered(canvas, shape, opacity, (at, share, column, row) => {
    const colour = colourAt(column + 0.5, row + 0.5)
    for (let c = 0; c < 3; c++) canvas.data[at + c] += (colour[c] - canvas.data[at + c]) * share
  })

/** Darkens what is there: multiplies by the colour as far as the shape covers, times `opacity`. A glaze, a shadow. */
export const glaze = (canvas: Canvas, shape: Coverage, colour: Rgb, opacity = 1): void =>
  eachCovered(canvas, shape, opacity, (at, share) => {
    for (let c = 0; c < 3; c++) canvas.data[at + c] *= 1 - share * (1 - colour[c])
  })

/** A shape where two shapes both are: their product. It lies in the first one's rectangle. */
export const within = (shape: Coverage, other: Coverage): Coverage => {
  const data = new Float32Array(shape.data.length)
  for (let row = 0; row < shape.height; row++) {
    const y = shape.y + row - other.y
    if (y < 0 || y >= other.height) continue
    for (let column = 0; column < shape.width; column++) {
      const x = shape.x + column - other.x
      if (x < 0 || x >= other.width) continue
      data[row * shape.width + column] = shape.data[row * shape.width + column] * other.data[y * other.width + x]
    }
  }
  return { ...shape, data }
}

/** Draws with a share of its strength, 0 to 1, everything that `draw` draws together, as one picture laid over what is there. */
export const fade = (canvas: Canvas, amount: number, draw: () => void): void => {
  if (amount <= 0) return
  const before = amount < 1 ? canvas.data.slice() : undefined
  draw()
  if (before) for (let i = 0; i < before.length; i++) canvas.data[i] = before[i] + (canvas.data[i] - before[i]) * amount
}
