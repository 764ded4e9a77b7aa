/**
 * The direction of edges at every pixel: the minor eigenvector of the smoothed structure tensor (Brox et al., "Adaptive
 * structure tensors and their applications", 2006; as a flow for abstraction: Kyprianidis & Dollner, "Image abstraction
 * by structure adaptive filtering", 2008). The tensor is that of all three planes (Di Zenzo, "A note on the gradient of
 * a multi-image", 1986), computed at full size, and smoothed and kept at half size, which is just as good.
 */

import type { Planes } from '@animegan/core'
import { blur, gaussian } from './blur.ts'
import { doubled, half, halved } from './half.ts'

/** Unit vectors along edges, and measures of their surroundings. */
export interface Flow {
  /** Across and down, of length 1, of either sign; (0, 1) where there is no edge at all. */
  readonly tx: Float32Array
  readonly ty: Float32Array
  /** Anisotropy: from 0 where edges run in all directions to 1 where they run in one. */
  readonly anisotropy: Float32Array
  /**
   * Root mean square change per pixel along the main edge direction of the wider surroundings: 0 at a single contour.
   */
  readonly disorder: Float32Array
}

/** Sigma in pixels of the Gaussian that smooths the tensor, and of the one that adds the wide surroundings. */
const SIGMA = 3
const WIDE = 5

/** Added to the sum of eigenvalues so that noise gives no direction: a change of about 0.4 % per pixel, squared. */
const NOISE = 2e-5

/** Products of the derivatives of one plane, added to `xx`, `xy` and `yy`. Scharr's 3 x 3, the closest to isotropic. */
const addTensor = (
  plane: Float32Array,
  width: number,
  height: number,
  xx: Float32Array,
  xy: Float32Array,
  yy: Float32Array,
): void => {
  for (let y = 0, i = 0; y < height; y++) {
    const up = y > 0 ? -width : 0
    const down = y < height - 1 ? width : 0
    for (let x = 0; x < width; x++, i++) {
      const left = x > 0 ? -1 : 0
      const right = x < width - 1 ? 1 : 0
      const falling = plane[i + down + right] - plane[i + up + left]
      const rising = plane[i + up + right] - plane[i + down + left]
      const dx = (3 * (falling + rising) + 10 * (plane[i + right] - plane[i + left])) / 32
      const dy = (3 * (falling - rising) + 10 * (plane[i + down] - plane[i + up])) / 32
      xx[i] += dx * dx
      xy[i] += dx * dy
      yy[i] += dy * dy
    }
  }
}

/** The flow of a picture. */
export const edgeFlow = ({ width, height, l, a, b }: Planes): Flow => {
  const n = width * height
  const full = [new Float32Array(n), new Float32Array(n), new Float32Array(n)] as const
  const [xx, xy, yy] = full
  for (const plane of [l, a, b]) addTensor(plane, width, height, xx, xy, yy)
  const w = half(width)
  const h = half(height)
  const near = full.map((plane) => blur(halved(plane, width, height), w, h, gaussian(SIGMA / 2)))
  const [nxx, nxy, nyy] = near.map((plane) => doubled(plane, width, height))
  const [wxx, wxy, wyy] = near.map((plane) => blur(plane, w, h, gaussian(WIDE / 2)))
  const minor = wxx.map((e, i) => {
    const g = wyy[i]
    const spread = Math.sqrt((e - g) * (e - g) + 4 * wxy[i] * wxy[i])
    return Math.sqrt(Math.max(0, e + g - spread) / 2)
  })
  return { ...minorEigenvectors(nxx, nxy, nyy), disorder: doubled(minor, width, height) }
}

const minorEigenvectors = (xx: Float32Array, xy: Float32Array, yy: Float32Array) => {
  const tx = new Float32Array(xx.length)
  const ty = new Float32Array(xx.length)
  const anisotropy = new Float32Array(xx.length)
  for (let i = 0; i < xx.length; i++) {
    const e = xx[i]
    const f = xy[i]
    const g = yy[i]
    const spread = Math.sqrt((e - g) * (e - g) + 4 * f * f)
    // Of the eigenvector's two forms, the one without cancellation.
    const vx = e <= g ? g - e + spread : -2 * f
    const vy = e <= g ? -2 * f : e - g + spread
    const length = Math.sqrt(vx * vx + vy * vy)
    tx[i] = length > 1e-12 ? vx / length : 0
    ty[i] = length > 1e-12 ? vy / length : 1
    anisotropy[i] = spread / (e + g + NOISE)
  }
  return { tx, ty, anisotropy }
}
