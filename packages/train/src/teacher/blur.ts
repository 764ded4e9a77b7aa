/**
 * Separable smoothing of one plane by a short symmetric kernel, edges repeated. Kernels are finite, so a plane that is
 * constant over a kernel's reach keeps its value to the last bits.
 */

/** Half of a kernel: the weight of the centre, then of each pixel further out; the full kernel sums to 1. */
export type Kernel = Float32Array

const normalised = (half: Float32Array): Kernel => {
  const sum = half.reduce((total, weight) => total + 2 * weight, -half[0])
  return half.map((weight) => weight / sum)
}

/** A Gaussian of `sigma` pixels, cut at two and a half of them. */
export const gaussian = (sigma: number): Kernel =>
  normalised(Float32Array.from({ length: Math.ceil(2.5 * sigma) + 1 }, (_, i) => Math.exp(-((i / sigma) ** 2) / 2)))

/** A raised cosine that ends `reach` pixels from the centre: similar to a Gaussian, but zero beyond. */
export const bell = (reach: number): Kernel =>
  normalised(Float32Array.from({ length: reach + 1 }, (_, i) => 1 + Math.cos((Math.PI * i) / (reach + 1))))

/** The plane smoothed along both axes, as a new plane. */
export const blur = (plane: Float32Array, width: number, height: number, kernel: Kernel): Float32Array => {
  const reach = kernel.length - 1
  const across = new Float32Array(plane.length)
  const row = new Float32Array(width + 2 * reach)
  for (let y = 0, o = 0; y < height; y++, o += width) {
    row.fill(plane[o], 0, reach)
    row.set(plane.subarray(o, o + width), reach)
    row.fill(plane[o + width - 1], reach + width)
    for (let x = 0; x < width; x++) {
      let sum = kernel[0] * row[x + reach]
      for (let k = 1; k <= reach; k++) sum += kernel[k] * (row[x + reach - k] + row[x + reach + k])
      across[o + x] = sum
    }
  }
  const out = new Float32Array(plane.length)
  const sum = new Float64Array(width)
  for (let y = 0, o = 0; y < height; y++, o += width) {
    for (let x = 0; x < width; x++) sum[x] = kernel[0] * across[o + x]
    for (let k = 1; k <= reach; k++) {
      const weight = kernel[k]
      const above = Math.max(0, y - k) * width
      const below = Math.min(height - 1, y + k) * width
      for (let x = 0; x < width; x++) sum[x] += weight * (across[above + x] + across[below + x])
    }
    out.set(sum, o)
  }
  return out
}
