/**
 * The discriminator's part of a step: it sees pictures of several kinds, is trained on a target logit for each, and
 * then, updated, judges the generator's pictures.
 */
import { stopGradient, type Tensor } from '@animegan/graph'
import { type ParameterSource, parametersOf, type SpectralState, sharedParameters } from '@animegan/models'
import { grayOf } from '../losses/channels.ts'
import { discriminatorLoss } from '../losses/gan.ts'
import { discriminators } from '../recipe/discriminators.ts'
import type { DiscriminatorTraining, Shown } from '../recipe/phase.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { Draft } from './draft.ts'
import { prefixes } from './names.ts'
import { optimise } from './optimise.ts'
import { createTerms } from './terms.ts'

/** The updated discriminator's logits for pictures. */
export type Judge = (pictures: Tensor) => Tensor

/** Adds the discriminator's losses and state to the draft. `result` are the generator's pictures. */
export const trainDiscriminator = (
  recipe: Recipe,
  training: DiscriminatorTraining,
  result: Tensor,
  draft: Draft,
): Judge => {
  const { build } = discriminators[recipe.discriminator]
  const source = sharedParameters(prefixes.discriminator)
  const pictures: Readonly<Record<Shown, () => Tensor>> = {
    style: () => draft.picture('style'),
    'style-gray': () => grayOf(draft.picture('style')),
    'smooth-gray': () => grayOf(draft.picture('smooth')),
    'target-gray': () => grayOf(draft.picture('target')),
    result: () => stopGradient(result),
    'result-gray': () => stopGradient(grayOf(result)),
  }
  // Each application passes on the vectors of spectral norm, which advance by one iteration.
  let state: SpectralState | undefined
  const terms = createTerms()
  for (const { shown, target, weight } of training.losses) {
    const judgement = build(pictures[shown](), { state }, source)
    state = judgement.state
    terms.add(shown, discriminatorLoss(recipe.gan, judgement.logits, target), weight)
  }
  const total = terms.total('discriminator', draft.losses)
  const weights = [...parametersOf([total])].filter(
    ([name]) => name.startsWith(prefixes.discriminator) && !name.endsWith('.u'),
  )
  const improved = optimise(recipe, weights, total, draft.rate('discriminator'), draft)
  for (const [key, u] of state ?? []) draft.state.set(prefixes.discriminator + key, u)
  const better: ParameterSource = (name, shape) => improved.get(prefixes.discriminator + name) ?? source(name, shape)
  return (shown) => build(shown, { state }, better).logits
}
