/** Drawn inputs for the teacher's tests: pictures by formula, and planes of grey. */
import type { Picture, Planes } from '@animegan/core'

/** The picture whose pixel at x, y has the bytes `rgb(x, y)`. */
export const paint = (
  width: number,
  height: number,
  rgb: (x: number, y: number) => readonly [number, number, number],
): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, o = 0; y < height; y++) for (let x = 0; x < width; x++, o += 3) data.set(rgb(x, y), o)
  return { width, height, channels: 3, data }
}

/** Planes of greys whose lightness at x, y is `lightness(x, y)`. */
export const greys = (width: number, height: number, lightness: (x: number, y: number) => number): Planes => ({
  width,
  height,
  l: Float32Array.from({ length: width * height }, (_, i) => lightness(i % width, Math.floor(i / width))),
  a: new Float32Array(width * height),
  b: new Float32Array(width * height),
})
