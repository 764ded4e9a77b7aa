/**
 * Adam (Kingma and Ba 2015) as graph nodes, arranged as in TensorFlow: the bias correction of the moments is part of
 * the step size, which the trainer feeds, so one graph serves every step.
 */
import { add, constant, div, greater, mul, reshape, sqrt, sub, sum, type Tensor, where } from '@animegan/graph'

const epsilon = 1e-8

/** A weight and its moments, before or after a step. */
export interface Adaptive {
  readonly weight: Tensor
  readonly first: Tensor
  readonly second: Tensor
}

/** One step of a weight against its gradient. `rate` is one number: see `stepSize`. */
export const adam = (
  { weight, first, second }: Adaptive,
  gradient: Tensor,
  rate: Tensor,
  { beta1, beta2 }: { readonly beta1: number; readonly beta2: number },
): Adaptive => {
  const nextFirst = add(mul(first, beta1), mul(gradient, 1 - beta1))
  const nextSecond = add(mul(second, beta2), mul(mul(gradient, gradient), 1 - beta2))
  return {
    weight: sub(weight, div(mul(nextFirst, rate), add(sqrt(nextSecond), epsilon))),
    first: nextFirst,
    second: nextSecond,
  }
}

/** The step size at step `t` (from 1), including the bias correction of both moments. */
export const stepSize = (
  rate: number,
  t: number,
  { beta1, beta2 }: { readonly beta1: number; readonly beta2: number },
): number => (rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)

/** Scales gradients down together until their joint Euclidean norm is at most `most` (Pascanu et al. 2013). */
export const clipped = (gradients: readonly Tensor[], most: number): readonly Tensor[] => {
  const squares = gradients.map((gradient) => sumAll(mul(gradient, gradient)))
  const norm = sqrt(squares.reduce((total, square) => add(total, square)))
  const scale = where(greater(norm, most), div(constant(most), norm), 1)
  return gradients.map((gradient) => mul(gradient, scale))
}

const sumAll = (x: Tensor): Tensor =>
  reshape(
    sum(
      x,
      x.shape.map((_, axis) => axis),
    ),
    [],
  )
