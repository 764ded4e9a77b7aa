/**
 * Structure: the share of the change around each pixel that goes in one direction. It is 1 at the edge of an object,
 * and near 0 in texture, where the picture goes up and down again (the windowed inherent variation of Xu, Yan, Xia &
 * Jia, "Structure extraction from texture via relative total variation", 2012, over the windowed total variation).
 */
import { doubled, half, halved } from './half.ts'
import { boxBlur } from './wide.ts'

/** A change per pixel that counts as zero. */
const NOISE = 0.002

/** The share at each pixel of a plane, 0 to 1, of changes within a window of `sigma` pixels, 3 or more. */
export const structure = (plane: Float32Array, width: number, height: number, sigma: number): Float32Array => {
  const n = width * height
  const dx = new Float32Array(n)
  const dy = new Float32Array(n)
  const size = new Float32Array(n)
  for (let y = 0, i = 0; y < height; y++) {
    const below = y < height - 1 ? width : 0
    for (let x = 0; x < width; x++, i++) {
      dx[i] = x < width - 1 ? plane[i + 1] - plane[i] : 0
      dy[i] = plane[i + below] - plane[i]
      size[i] = Math.sqrt(dx[i] * dx[i] + dy[i] * dy[i])
    }
  }
  const w = half(width)
  const h = half(height)
  const [sx, sy, all] = [dx, dy, size].map((v) => boxBlur(halved(v, width, height), w, h, sigma / 2))
  const share = all.map((v, i) => Math.sqrt(sx[i] * sx[i] + sy[i] * sy[i]) / (v + NOISE))
  return doubled(share, width, height)
}
