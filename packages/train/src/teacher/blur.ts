/**
 * Smoothing of one plane by a short symmetric kernel along both axes, edges repeated. Kernels are finite, so a plane that is constant over a
 * kernel's reach keeps its value to the last bits.
 */
import { weightedMean } from '@animegan/core/parts'

/** The weights of a kernel's pixels, an odd number of them, which sum to 1. */
export type Kernel = Float64Array

/** The kernel whose weights `reach` pixels to both sides of its middle are as `weightAt` gives them by the distance. */
const kernelOf = (reach: number, weightAt: (distance: number) => number): Kernel => {
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => weightAt(Math.abs(i - reach)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** A Gaussian of `sigma` pixels, cut at two and a half of them. */
export const gaussian = (sigma: number): Kernel =>
  kernelOf(Math.ceil(2.5 * sigma), (distance) => Math.exp(-((distance / sigma) ** 2) / 2))

/** A raised cosine that ends `reach` pixels from the centre: similar to a Gaussian, but zero beyond. */
export const bell = (reach: number): Kernel =>
  kernelOf(reach, (distance) => 1 + Math.cos((Math.PI * distance) / (reach + 1)))

/** The plane smoothed along both axes, as a new plane. */
export const blur = (plane: Float32Array, width: number, height: number, kernel: Kernel): Float32Array =>
  weightedMean({ width, height, data: plane }, kernel).data
