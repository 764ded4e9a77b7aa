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
  /** Of a canvas that is drawn on while it fades: told of rows before they are written. */
  readonly beforeWriting?: (row: number, count: number) => void
}

/** Puts a colour where the shape is: over what is there, as far as it covers, times `opacity`. */
export const paint = (canvas: Canvas, shape: Coverage, colour: Rgb, opacity = 1): void => {
  const { width, data } = canvas
  const [red, green, blue] = colour
  canvas.beforeWriting?.(shape.y, shape.height)
  // A plain loop, as in the two below: it runs over whole canvases.
  for (let row = 0, i = 0; row < shape.height; row++) {
    for (let at = 3 * ((shape.y + row) * width + shape.x), end = at + 3 * shape.width; at < end; at += 3, i++) {
      const share = shape.data[i] * opacity
      if (share === 0) continue
      data[at] += (red - data[at]) * share
      data[at + 1] += (green - data[at + 1]) * share
      data[at + 2] += (blue - data[at + 2]) * share
    }
  }
}

/** Puts a colour that changes from place to place where the shape is; `colourAt` is asked for the middle of every pixel. */
export const paintBy = (
  canvas: Canvas,
  shape: Coverage,
  colourAt: (x: number, y: number) => Rgb,
  opacity = 1,
): void => {
  const { width, data } = canvas
  canvas.beforeWriting?.(shape.y, shape.height)
  for (let row = 0, i = 0; row < shape.height; row++) {
    for (let column = 0; column < shape.width; column++, i++) {
      const share = shape.data[i] * opacity
      if (share === 0) continue
      const colour = colourAt(shape.x + column + 0.5, shape.y + row + 0.5)
      const at = 3 * ((shape.y + row) * width + shape.x + column)
      for (let c = 0; c < 3; c++) data[at + c] += (colour[c] - data[at + c]) * share
    }
  }
}

/** Darkens what is there: multiplies by the colour as far as the shape covers, times `opacity`. A glaze, a shadow. */
export const glaze = (canvas: Canvas, shape: Coverage, colour: Rgb, opacity = 1): void => {
  const { width, data } = canvas
  canvas.beforeWriting?.(shape.y, shape.height)
  for (let row = 0, i = 0; row < shape.height; row++) {
    for (let column = 0; column < shape.width; column++, i++) {
      const share = shape.data[i] * opacity
      if (share === 0) continue
      const at = 3 * ((shape.y + row) * width + shape.x + column)
      for (let c = 0; c < 3; c++) data[at + c] *= 1 - share * (1 - colour[c])
    }
  }
}

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

/**
 * Draws with a share of its strength, 0 to 1, everything that `draw` draws together, as one picture laid over what is there. It must
 * paint on the canvas that it is given, which remembers the rows that it changes.
 */
export const fade = (canvas: Canvas, amount: number, draw: (canvas: Canvas) => void): void => {
  if (amount <= 0) return
  if (amount >= 1) {
    draw(canvas)
    return
  }
  const { data } = canvas
  const length = 3 * canvas.width
  const kept = new Map<number, Float32Array>()
  const beforeWriting = (first: number, count: number): void => {
    canvas.beforeWriting?.(first, count)
    for (let row = first; row < first + count; row++) {
      if (!kept.has(row)) kept.set(row, data.slice(row * length, (row + 1) * length))
    }
  }
  draw({ ...canvas, beforeWriting })
  for (const [row, before] of kept) {
    for (let i = 0, at = row * length; i < length; i++, at++) data[at] = before[i] + (data[at] - before[i]) * amount
  }
}
