/**
 * Flat fills: the anisotropic Kuwahara filter (Papari, Petkov & Campisi, "Artistic edge and corner enhancing smoothing",
 * 2007; Kyprianidis, Kang & Dollner, "Image and video abstraction by anisotropic Kuwahara filtering", 2009). A pixel
 * takes the mean of whichever of the windows around it is most nearly of one colour, or, softly, their mean weighted by
 * how nearly. Here a window is a bell-shaped mean, and eight of them lie on an ellipse that is drawn out along the edge;
 * since all windows are alike, their means and variances are one smoothing of the picture, looked up eight times.
 */
import { bell, blur } from './blur.ts'
import type { Flow } from './flow.ts'
import type { Planes } from './oklab.ts'

/** A variance of colours within a window that counts as none: a standard deviation of 1.4 %. */
const QUIET = 2e-4

/** How much differences of `a` and `b` count, as variances, beside those of lightness. */
const CHROMA = 2

/**
 * The picture with its regions flat and its edges sharp.
 *
 * @param radius the windows' reach in pixels, a whole number from 1; they lie as far from the pixel, and up to twice as
 *   far along an edge
 */
export const kuwahara = (planes: Planes, flow: Flow, radius: number): Planes => {
  const { width, height, l, a, b } = planes
  const kernel = bell(radius)
  const n = width * height
  const square = new Float32Array(n)
  for (let i = 0; i < n; i++) square[i] = l[i] * l[i] + CHROMA * (a[i] * a[i] + b[i] * b[i])
  const ml = blur(l, width, height, kernel)
  const ma = blur(a, width, height, kernel)
  const mb = blur(b, width, height, kernel)
  const weight = blur(square, width, height, kernel)
  for (let i = 0; i < n; i++) {
    const variance = Math.max(0, weight[i] - ml[i] * ml[i] - CHROMA * (ma[i] * ma[i] + mb[i] * mb[i]))
    const quiet = 1 / (1 + variance / QUIET)
    weight[i] = quiet * quiet * quiet * quiet
  }
  const out = { width, height, l: new Float32Array(n), a: new Float32Array(n), b: new Float32Array(n) }
  const right = width - 1
  const bottom = height - 1
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const along = radius * (1 + flow.anisotropy[i])
      const ax = flow.tx[i] * along
      const ay = flow.ty[i] * along
      const nx = -flow.ty[i] * radius
      const ny = flow.tx[i] * radius
      let sl = 0
      let sa = 0
      let sb = 0
      let sum = 1e-12
      for (let k = 0; k < 8; k++) {
        const c = COS[k]
        const s = COS[(k + 6) & 7]
        const px = Math.round(x + c * ax + s * nx)
        const py = Math.round(y + c * ay + s * ny)
        const p = Math.min(bottom, Math.max(0, py)) * width + Math.min(right, Math.max(0, px))
        const own = weight[p]
        sl += own * ml[p]
        sa += own * ma[p]
        sb += own * mb[p]
        sum += own
      }
      out.l[i] = sl / sum
      out.a[i] = sa / sum
      out.b[i] = sb / sum
    }
  }
  return out
}

/** Cosines of eighths of a turn; the sine is the cosine six eighths on. */
const COS = Float64Array.from({ length: 8 }, (_, k) => Math.round(Math.cos((k * Math.PI) / 4) * 1e15) / 1e15)
