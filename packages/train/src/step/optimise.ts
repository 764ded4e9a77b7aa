/** Updates weights against a loss: gradients, their bound, and a step of Adam, added to a step's state. */
import { gradients, input, type Tensor } from '@animegan/graph'
import type { Recipe } from '../recipe/recipe.ts'
import { adam, clipped } from './adam.ts'
import type { Draft } from './draft.ts'
import { prefixes } from './names.ts'

export type NamedWeights = readonly (readonly [name: string, weight: Tensor])[]

/** Adds the weights and their moments after the step to the draft's state. Returns the updated weights by name. */
export const optimise = (
  { adam: betas, gradientClipNorm }: Pick<Recipe, 'adam' | 'gradientClipNorm'>,
  weights: NamedWeights,
  loss: Tensor,
  learningRate: Tensor,
  { state }: Draft,
): ReadonlyMap<string, Tensor> => {
  const raw = gradients(
    loss,
    weights.map(([, weight]) => weight),
  )
  const bounded = gradientClipNorm > 0 ? clipped(raw, gradientClipNorm) : raw
  return new Map(
    weights.map(([name, weight], index) => {
      const shape = weight.shape as readonly number[]
      const moments = { first: input(prefixes.first + name, shape), second: input(prefixes.second + name, shape) }
      const next = adam({ weight, ...moments }, bounded[index], learningRate, betas)
      state.set(name, next.weight)
      state.set(prefixes.first + name, next.first)
      state.set(prefixes.second + name, next.second)
      return [name, next.weight]
    }),
  )
}
