/**
 * Flat fills with sharp edges: a Kuwahara filter (Kuwahara and others 1976). A pixel takes the mean of those of the windows
 * around it that are most nearly of one colour. All windows are alike, so their means are one smoothing of the picture, looked up eight
 * times. (The one that makes pictures to learn from, in @animegan/train, bends its windows along edges.)
 */
import type { Plane } from '../regions/plane.ts'
import { soften } from './fields.ts'

/** Red, green and blue, 0 to 1. */
export type Colours = readonly [red: Plane, green: Plane, blue: Plane]

/** A variance that counts as none. */
const QUIET = 4e-5
/** Cosines and sines of eighths of a turn. */
const COS = [1, Math.SQRT1_2, 0, -Math.SQRT1_2, -1, -Math.SQRT1_2, 0, Math.SQRT1_2]
const SIN = [0, Math.SQRT1_2, 1, Math.SQRT1_2, 0, -Math.SQRT1_2, -1, -Math.SQRT1_2]

/** Flattens a picture; windows lie `radius` pixels away, a number from 1, and are about as wide. */
export const flatten = (colours: Colours, radius: number): Colours => {
  const [{ width, height }] = colours
  const count = width * height
  const sigma = 0.55 * radius
  const means = colours.map((plane) => soften(plane, sigma).data)
  const squares = new Float32Array(count)
  for (const { data } of colours) for (let i = 0; i < count; i++) squares[i] += data[i] * data[i]
  const [red, green, blue] = means
  const variance = soften({ width, height, data: squares }, sigma).data
  for (let i = 0; i < count; i++) variance[i] -= red[i] * red[i] + green[i] * green[i] + blue[i] * blue[i]
  const [dx, dy] = [COS, SIN].map((list) => Int32Array.from(list, (value) => Math.round(value * radius)))
  const out = colours.map(() => new Float32Array(count))
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let [r, g, b, total] = [0, 0, 0, 0]
      for (let k = 0; k < 8; k++) {
        const column = Math.min(width - 1, Math.max(0, x + dx[k]))
        const row = Math.min(height - 1, Math.max(0, y + dy[k]))
        const at = row * width + column
        const uneven = Math.max(0, variance[at]) + QUIET
        const weight = 1 / (uneven * uneven * uneven * uneven)
        r += weight * red[at]
        g += weight * green[at]
        b += weight * blue[at]
        total += weight
      }
      out[0][i] = r / total
      out[1][i] = g / total
      out[2][i] = b / total
    }
  }
  return out.map((data): Plane => ({ width, height, data })) as unknown as Colours
}
