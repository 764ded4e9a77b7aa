/**
 * Spectral normalisation as graph nodes: weights divided by their largest singular value, estimated by one power
 * iteration per use from a vector kept between uses. Gradients flow through the iteration, as in the originals.
 */
import { add, div, matMul, mul, reshape, sqrt, sum, type Tensor } from '@animegan/graph'

const least = 1e-12

/** A row vector divided by its length. */
const normalised = (v: Tensor): Tensor => div(v, add(sqrt(sum(mul(v, v), [1])), least))

/** `weight` [out, …] normalised, and the next `u`, given this one as [1, out]. */
export const spectralNorm = (weight: Tensor, u: Tensor): { readonly weight: Tensor; readonly u: Tensor } => {
  const shape = weight.shape as readonly number[]
  const [out, ...rest] = shape as [number, ...number[]]
  const flat = reshape(weight, [out, rest.reduce((product, size) => product * size, 1)])
  const v = normalised(matMul(u, flat))
  const product = matMul(v, flat, { transposeB: true })
  const next = normalised(product)
  const sigma = matMul(product, next, { transposeB: true })
  return { weight: div(weight, reshape(sigma, [1, 1, 1, 1])), u: next }
}
