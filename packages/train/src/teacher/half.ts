/**
 * Planes at half size, rounded up, for smooth data. A half-size pixel is the mean of its 2 x 2; on the way back,
 * full-size centres lie a quarter of a half-size pixel from the nearest half-size centre, so the bilinear weights are
 * 3/4 and 1/4 along either axis.
 */

/** Half of a side, rounded up. */
export const half = (side: number): number => (side + 1) >> 1

/** The plane at half size; a last odd row or column counts twice. */
export const halved = (plane: Float32Array, width: number, height: number): Float32Array => {
  const w = half(width)
  const h = half(height)
  const out = new Float32Array(w * h)
  for (let y = 0, o = 0; y < h; y++) {
    const upper = 2 * y * width
    const lower = Math.min(height - 1, 2 * y + 1) * width
    for (let x = 0; x < w; x++, o++) {
      const left = 2 * x
      const right = Math.min(width - 1, left + 1)
      out[o] = (plane[upper + left] + plane[upper + right] + plane[lower + left] + plane[lower + right]) / 4
    }
  }
  return out
}

/** Enlarges `plane`, of half size, to `width` x `height`. */
export const doubled = (plane: Float32Array, width: number, height: number): Float32Array => {
  const w = half(width)
  const h = half(height)
  const out = new Float32Array(width * height)
  for (let y = 0, o = 0; y < height; y++) {
    const near = (y >> 1) * w
    const far = Math.min(h - 1, Math.max(0, (y >> 1) + (y & 1) * 2 - 1)) * w
    for (let x = 0; x < width; x++, o++) {
      const nearX = x >> 1
      const farX = Math.min(w - 1, Math.max(0, nearX + (x & 1) * 2 - 1))
      out[o] = (9 * plane[near + nearX] + 3 * (plane[near + farX] + plane[far + nearX]) + plane[far + farX]) / 16
    }
  }
  return out
}
