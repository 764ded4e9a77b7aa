/**
 * Edges of a grey picture by Canny's method (A Computational Approach to Edge Detection, 1986), in the whole numbers of
 * OpenCV's `cv::Canny(grey, low, high)` with a 3 x 3 Sobel and the L1 norm of the gradient, so the resulting pixels are
 * the same. Does not smooth first, and handles no colours.
 */

/** tan 22.5 degrees times 2^15, rounded: sorts gradients into four directions without a division. */
const TAN22 = 13573

/**
 * The edges of `grey`, `width * height` bytes: 255 on an edge, 0 elsewhere. A pixel whose gradient is above `low` and
 * is the largest across the edge belongs to an edge if it is above `high` or connected to such a pixel through others
 * (8 neighbours).
 */
export const canny = (grey: Uint8Array, width: number, height: number, low: number, high: number): Uint8Array => {
  const { dx, dy } = sobel(grey, width, height)
  // Magnitudes have a border of zeros, so the picture's edge needs no special case.
  const stride = width + 2
  const magnitude = new Int32Array(stride * (height + 2))
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, m = (y + 1) * stride + 1; x < width; x++, i++, m++) magnitude[m] = Math.abs(dx[i]) + Math.abs(dy[i])
  }

  const weak = new Uint8Array(magnitude.length)
  const strong: number[] = []
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, m = (y + 1) * stride + 1; x < width; x++, i++, m++) {
      if (magnitude[m] <= low || !isRidge(magnitude, m, stride, dx[i], dy[i])) continue
      weak[m] = 1
      if (magnitude[m] > high) strong.push(m)
    }
  }

  const edges = new Uint8Array(width * height)
  for (let m = strong.pop(); m !== undefined; m = strong.pop()) {
    if (!weak[m]) continue
    weak[m] = 0
    edges[(Math.floor(m / stride) - 1) * width + (m % stride) - 1] = 255
    for (const row of [m - stride, m, m + stride]) {
      for (let n = row - 1; n <= row + 1; n++) if (weak[n]) strong.push(n)
    }
  }
  return edges
}

/** The 3 x 3 Sobel derivatives, -1020..1020, the border repeated. */
const sobel = (grey: Uint8Array, width: number, height: number): { dx: Int16Array; dy: Int16Array } => {
  const dx = new Int16Array(width * height)
  const dy = new Int16Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    const above = (y > 0 ? y - 1 : 0) * width
    const here = y * width
    const below = (y < height - 1 ? y + 1 : y) * width
    for (let x = 0; x < width; x++, i++) {
      const l = x > 0 ? x - 1 : 0
      const r = x < width - 1 ? x + 1 : x
      const falling = grey[below + r] - grey[above + l]
      const rising = grey[above + r] - grey[below + l]
      dx[i] = falling + rising + 2 * (grey[here + r] - grey[here + l])
      dy[i] = falling - rising + 2 * (grey[below + x] - grey[above + x])
    }
  }
  return { dx, dy }
}

/** Whether the gradient at `m` is the largest across its edge. Of two equal ones, OpenCV takes the left or upper. */
const isRidge = (magnitude: Int32Array, m: number, stride: number, dx: number, dy: number): boolean => {
  const here = magnitude[m]
  const x = Math.abs(dx)
  const y = Math.abs(dy) << 15
  const flat = x * TAN22
  if (y < flat) return here > magnitude[m - 1] && here >= magnitude[m + 1]
  // tan 67.5 degrees = tan 22.5 degrees + 2
  if (y > flat + (x << 16)) return here > magnitude[m - stride] && here >= magnitude[m + stride]
  const diagonal = dx < 0 === dy < 0 ? stride + 1 : stride - 1
  return here > magnitude[m - diagonal] && here > magnitude[m + diagonal]
}
