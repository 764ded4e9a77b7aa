/**
 * Flat fills: the anisotropic Kuwahara filter (Papari, Petkov & Campisi, "Artistic edge and corner enhancing
 * smoothing", 2007; Kyprianidis, Kang & Dollner, "Image and video abstraction by anisotropic Kuwahara filtering",
 * 2009). A pixel takes the mean of the most uniform of the windows around it; in the soft version used here, the mean
 * of all windows weighted by uniformity. A window is a bell-shaped mean, and eight of them lie on an ellipse stretched
 * along the edge; since all windows are equal, their means and variances come from one smoothing of the picture, looked
 * up eight times.
 */

import type { Planes } from '@animegan/core'
import { bell, blur, type Kernel } from './blur.ts'
import type { Flow } from './flow.ts'

/** The variance of colours within a window that counts as uniform: a standard deviation of 1.4 %. */
const QUIET = 2e-4

/** Weight of the variances of `a` and `b` relative to that of lightness. */
const CHROMA = 2

/** Cosines and sines of eighths of a turn. */
const COS = Float64Array.of(1, Math.SQRT1_2, 0, -Math.SQRT1_2, -1, -Math.SQRT1_2, 0, Math.SQRT1_2)
const SIN = Float64Array.of(0, Math.SQRT1_2, 1, Math.SQRT1_2, 0, -Math.SQRT1_2, -1, -Math.SQRT1_2)

/**
 * The picture with its regions flat and its edges sharp.
 *
 * @param radius the windows' reach in pixels, a whole number from 1; they lie as far from the pixel, and up to twice as
 *   far along an edge
 */
export const kuwahara = (planes: Planes, flow: Flow, radius: number): Planes => {
  const { width, height } = planes
  const margin = 2 * radius + 1
  const windows = weightedMeans(planes, bell(radius), margin)
  const row = width + 2 * margin
  const n = width * height
  const out = { width, height, l: new Float32Array(n), a: new Float32Array(n), b: new Float32Array(n) }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const along = radius * (1 + flow.anisotropy[i])
      const ax = flow.tx[i] * along
      const ay = flow.ty[i] * along
      const nx = -flow.ty[i] * radius
      const ny = flow.tx[i] * radius
      const mx = x + margin + 0.5
      const my = y + margin + 0.5
      let l = 0
      let a = 0
      let b = 0
      let weight = 1e-12
      for (let k = 0; k < 8; k++) {
        const c = COS[k]
        const s = SIN[k]
        const p = 4 * (((my + c * ay + s * ny) | 0) * row + ((mx + c * ax + s * nx) | 0))
        l += windows[p]
        a += windows[p + 1]
        b += windows[p + 2]
        weight += windows[p + 3]
      }
      out.l[i] = l / weight
      out.a[i] = a / weight
      out.b[i] = b / weight
    }
  }
  return out
}

/**
 * For the window around each pixel: mean `l`, `a` and `b` times its weight, and the weight, interleaved, with `margin`
 * pixels of repeated edge around the picture.
 */
const weightedMeans = ({ width, height, l, a, b }: Planes, kernel: Kernel, margin: number): Float32Array => {
  const square = l.map((v, i) => v * v + CHROMA * (a[i] * a[i] + b[i] * b[i]))
  const [ml, ma, mb, ms] = [l, a, b, square].map((plane) => blur(plane, width, height, kernel))
  const out = new Float32Array(4 * (width + 2 * margin) * (height + 2 * margin))
  for (let y = -margin, o = 0; y < height + margin; y++) {
    const from = Math.min(height - 1, Math.max(0, y)) * width
    for (let x = -margin; x < width + margin; x++, o += 4) {
      const i = from + Math.min(width - 1, Math.max(0, x))
      const variance = Math.max(0, ms[i] - ml[i] * ml[i] - CHROMA * (ma[i] * ma[i] + mb[i] * mb[i]))
      const quiet = 1 / (1 + variance / QUIET)
      const weight = quiet * quiet * quiet * quiet
      out[o] = weight * ml[i]
      out[o + 1] = weight * ma[i]
      out[o + 2] = weight * mb[i]
      out[o + 3] = weight
    }
  }
  return out
}
