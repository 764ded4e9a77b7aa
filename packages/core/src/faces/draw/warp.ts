/**
 * Warps pixels: for each pixel of the result, a function says which position of another picture it comes from.
 * Catmull-Rom, for about the same scale: to shrink, resample first. Beyond its border the other picture is mirrored.
 * Whole-pixel positions are copied exactly.
 */
import type { Picture } from '../../picture.ts'

/**
 * Tells where a row comes from: fills `xs` and `ys` with coordinates in the other picture, where the centre of the
 * first pixel is (0, 0).
 */
export type RowSource = (y: number, xs: Float64Array, ys: Float64Array) => void

/** Index `i` folded into 0..n-1 by mirrors that do not repeat the edge, on both sides. */
const fold = (i: number, n: number): number => {
  if (i >= 0 && i < n) return i
  if (n === 1) return 0
  const period = 2 * (n - 1)
  const k = ((i % period) + period) % period
  return k < n ? k : period - k
}

/** The four weights of Keys' cubic (a = -1/2) for the pixels at -1, 0, 1 and 2 around a position `t` from 0 to 1. */
const cubic = (t: number, out: Float64Array): void => {
  out[0] = ((-0.5 * t + 1) * t - 0.5) * t
  out[1] = (1.5 * t - 2.5) * t * t + 1
  out[2] = ((-1.5 * t + 2) * t + 0.5) * t
  out[3] = (0.5 * t - 0.5) * t * t
}

/** A three-channel picture of `width` by `height`, filled from `picture` by `source`. Alpha is ignored. */
export const warp = (picture: Picture, width: number, height: number, source: RowSource): Picture => {
  const data = new Uint8Array(width * height * 3)
  const row = warpRows(picture, width, source)
  for (let y = 0; y < height; y++) row(y, data.subarray(y * width * 3))
  return { width, height, channels: 3, data }
}

/** The same row by row, in any order. */
export const warpRows = (
  picture: Picture,
  width: number,
  source: RowSource,
): ((y: number, out: Uint8Array) => void) => {
  const { data, channels, width: w, height: h } = picture
  const xs = new Float64Array(width)
  const ys = new Float64Array(width)
  const across = new Float64Array(4)
  const down = new Float64Array(4)
  const columns = new Int32Array(4)
  return (y, out) => {
    source(y, xs, ys)
    for (let x = 0, o = 0; x < width; x++, o += 3) {
      const left = Math.floor(xs[x])
      const top = Math.floor(ys[x])
      if (left === xs[x] && top === ys[x]) {
        const s = (fold(top, h) * w + fold(left, w)) * channels
        out[o] = data[s]
        out[o + 1] = data[s + 1]
        out[o + 2] = data[s + 2]
        continue
      }
      cubic(xs[x] - left, across)
      cubic(ys[x] - top, down)
      for (let k = 0; k < 4; k++) columns[k] = fold(left + k - 1, w) * channels
      let r = 0.5
      let g = 0.5
      let b = 0.5
      for (let k = 0; k < 4; k++) {
        const row = fold(top + k - 1, h) * w * channels
        for (let l = 0; l < 4; l++) {
          const weight = down[k] * across[l]
          const s = row + columns[l]
          r += weight * data[s]
          g += weight * data[s + 1]
          b += weight * data[s + 2]
        }
      }
      out[o] = Math.max(0, Math.min(255, r))
      out[o + 1] = Math.max(0, Math.min(255, g))
      out[o + 2] = Math.max(0, Math.min(255, b))
    }
  }
}
