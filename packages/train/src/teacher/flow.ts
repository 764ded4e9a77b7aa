/**
 * The direction that edges run in, at every pixel: the minor eigenvector of the smoothed structure tensor (Brox et al.,
 * "Adaptive structure tensors and their applications", 2006; as a flow for abstraction: Kyprianidis & Dollner, "Image
 * abstraction by structure adaptive filtering", 2008). The tensor is that of all three planes (Di Zenzo, "A note on the
 * gradient of a multi-image", 1986), made at full size, and smoothed and kept at half size, where it is as good.
 */
import { blur, gaussian } from './blur.ts'
import type { Planes } from './oklab.ts'

/** Unit vectors along edges, and how much an edge there is. */
export interface Flow {
  /** Across and down, of length 1; (0, 1) where there is no edge at all. */
  readonly tx: Float32Array
  readonly ty: Float32Array
  /** Anisotropy: 0 where edges run every way, to 1 where they run one way. */
  readonly anisotropy: Float32Array
}

/** What is added to the sum of eigenvalues, so that noise is no direction: a gradient of some 0.4 % a pixel, squared. */
const NOISE = 2e-5

/** The flow of `planes`, its tensor smoothed by a Gaussian of `sigma` pixels. */
export const edgeFlow = ({ width, height, l, a, b }: Planes, sigma: number): Flow => {
  const w = (width + 1) >> 1
  const h = (height + 1) >> 1
  const xx = new Float32Array(w * h)
  const xy = new Float32Array(w * h)
  const yy = new Float32Array(w * h)
  for (let y = 0; y < height; y++) {
    const up = y > 0 ? -width : 0
    const down = y < height - 1 ? width : 0
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const left = x > 0 ? -1 : 0
      const right = x < width - 1 ? 1 : 0
      const o = (y >> 1) * w + (x >> 1)
      for (const plane of [l, a, b]) {
        // Scharr's 3 x 3 derivative, which is nearest to isotropic, over 32.
        const nw = plane[i + up + left]
        const ne = plane[i + up + right]
        const sw = plane[i + down + left]
        const se = plane[i + down + right]
        const dx = (3 * (ne - nw + se - sw) + 10 * (plane[i + right] - plane[i + left])) / 32
        const dy = (3 * (sw - nw + se - ne) + 10 * (plane[i + down] - plane[i + up])) / 32
        xx[o] += dx * dx
        xy[o] += dx * dy
        yy[o] += dy * dy
      }
    }
  }
  const kernel = gaussian(sigma / 2)
  return directions(blur(xx, w, h, kernel), blur(xy, w, h, kernel), blur(yy, w, h, kernel), w, h, width, height)
}

/** Eigenvectors of half-size tensors, read bilinearly at full size. */
const directions = (
  xx: Float32Array,
  xy: Float32Array,
  yy: Float32Array,
  w: number,
  h: number,
  width: number,
  height: number,
): Flow => {
  const n = width * height
  const flow = { tx: new Float32Array(n), ty: new Float32Array(n), anisotropy: new Float32Array(n) }
  for (let y = 0, i = 0; y < height; y++) {
    // Full-size centres lie a quarter of a half-size pixel from the nearest half-size centre: weights 3/4 and 1/4.
    const nearY = y >> 1
    const farY = Math.min(h - 1, Math.max(0, nearY + (y & 1) * 2 - 1))
    for (let x = 0; x < width; x++, i++) {
      const nearX = x >> 1
      const farX = Math.min(w - 1, Math.max(0, nearX + (x & 1) * 2 - 1))
      const nn = nearY * w + nearX
      const nf = nearY * w + farX
      const fn = farY * w + nearX
      const ff = farY * w + farX
      const e = (9 * xx[nn] + 3 * xx[nf] + 3 * xx[fn] + xx[ff]) / 16
      const f = (9 * xy[nn] + 3 * xy[nf] + 3 * xy[fn] + xy[ff]) / 16
      const g = (9 * yy[nn] + 3 * yy[nf] + 3 * yy[fn] + yy[ff]) / 16
      const spread = Math.sqrt((e - g) * (e - g) + 4 * f * f)
      // The minor eigenvector, in whichever of its two forms is far from zero.
      let vx = e <= g ? g - e + spread : -2 * f
      let vy = e <= g ? -2 * f : e - g + spread
      const length = Math.sqrt(vx * vx + vy * vy)
      if (length < 1e-12) {
        vx = 0
        vy = 1
      } else {
        vx /= length
        vy /= length
      }
      flow.tx[i] = vx
      flow.ty[i] = vy
      flow.anisotropy[i] = spread / (e + g + NOISE)
    }
  }
  return flow
}
