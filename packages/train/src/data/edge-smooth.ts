/**
 * Style pictures without crisp edges, which the discriminators of CartoonGAN and AnimeGAN learn to reject, so that they
 * look for clean lines. Smoothed as in the originals' edge_smooth.py, to the byte, except for its resizing: here the
 * picture is a crop, and grey is made from the crop's pixels. Also the salt noise that AnimeGANv3 adds to these
 * pictures for Shinkai.
 */
import type { Picture } from '@animegan/core'
import type { Random } from '../random.ts'
import { canny } from './canny.ts'

/**
 * The picture with every pixel within 2 of an edge (Canny, 100 and 200, both ways and diagonally) replaced by the 5 x 5
 * Gaussian around it, border reflected about the outermost pixels, fractions dropped.
 *
 * @param picture three channels, at least 3 pixels a side
 */
export const edgeSmooth = ({ width, height, channels, data }: Picture): Picture => {
  if (channels !== 3 || width < 3 || height < 3)
    throw new RangeError(
      `edgeSmooth: expected 3 channels and at least 3 x 3 pixels, given ${channels} and ${width} x ${height}`,
    )
  const near = dilate(canny(grey(data), width, height, 100, 200), width, height)
  // Horizontally for all pixels, then vertically for those near an edge; scaled by 16 and 256.
  const across = new Uint16Array(data.length)
  const columns = Int32Array.from({ length: width + 4 }, (_, i) => reflect(i - 2, width) * 3)
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = y * width * 3
      const a = row + columns[x]
      const b = row + columns[x + 1]
      const d = row + columns[x + 3]
      const e = row + columns[x + 4]
      for (let c = 0; c < 3; c++, o++) across[o] = gaussian(data[a + c], data[b + c], data[o], data[d + c], data[e + c])
    }
  }
  const out = data.slice()
  for (let y = 0, i = 0; y < height; y++) {
    const [a, b, , d, e] = [-2, -1, 0, 1, 2].map((k) => (reflect(y + k, height) - y) * width * 3)
    for (let x = 0; x < width; x++, i++) {
      if (!near[i]) continue
      for (let o = i * 3; o < i * 3 + 3; o++)
        out[o] = gaussian(across[o + a], across[o + b], across[o], across[o + d], across[o + e]) >> 8
    }
  }
  return { width, height, channels, data: out }
}

/** 16 times the Gaussian of `cv::getGaussianKernel(5, 0)`. */
const gaussian = (a: number, b: number, c: number, d: number, e: number): number => a + 4 * (b + d) + 6 * c + e

/** Makes `share` of the pixels white, in place, none at the border; some may be drawn twice, as in get_saltNoise.py. */
export const salt = ({ width, height, data }: Picture, random: Random, share: number): void => {
  for (let n = Math.floor(width * height * share); n > 0; n--) {
    const i = (1 + random.below(height - 2)) * width + 1 + random.below(width - 2)
    data.fill(255, i * 3, i * 3 + 3)
  }
}

/** Rec. 601 luma in the whole numbers of OpenCV's `cvtColor(RGB2GRAY)`. */
const grey = (rgb: Uint8Array): Uint8Array => {
  const out = new Uint8Array(rgb.length / 3)
  for (let i = 0, s = 0; i < out.length; i++, s += 3)
    out[i] = (rgb[s] * 9798 + rgb[s + 1] * 19235 + rgb[s + 2] * 3735 + 16384) >> 15
  return out
}

/** Marks every pixel in the 5 x 5 around a marked one. */
const dilate = (marked: Uint8Array, width: number, height: number): Uint8Array => {
  const out = new Uint8Array(marked.length)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!marked[i]) continue
      const to = Math.min(width, x + 3)
      for (let v = Math.max(0, y - 2); v < Math.min(height, y + 3); v++)
        out.fill(255, v * width + Math.max(0, x - 2), v * width + to)
    }
  }
  return out
}

/** The index that `i` is the mirror image of, about 0 or the last (OpenCV's reflect-101); `count` is at least 3. */
const reflect = (i: number, count: number): number => (i < 0 ? -i : i >= count ? 2 * count - 2 - i : i)
