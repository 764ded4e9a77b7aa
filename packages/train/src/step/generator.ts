/**
 * The generator's part of a step: its results for photos, the losses of the phase's terms, and the moving average of
 * its weights.
 */
import { add, input, mul, stopGradient, sub, type Tensor } from '@animegan/graph'
import { animeganV3Tails, type NetworkOptions, networkOf, parametersOf, sharedParameters } from '@animegan/models'
import type { Reference, Scope } from '../losses/loss.ts'
import { regionSmoothed } from '../losses/smoothing.ts'
import { runningStatistics } from '../losses/statistics.ts'
import { type GeneratorTerm, lossNamed } from '../losses/table.ts'
import type { Phase } from '../recipe/phase.ts'
import { hasSupport, type Recipe } from '../recipe/recipe.ts'
import type { Judge } from './discriminator.ts'
import type { Draft } from './draft.ts'
import { prefixes } from './names.ts'
import { optimise } from './optimise.ts'
import type { Perceive } from './perception.ts'
import { createTerms } from './terms.ts'

/** The network options for training a recipe. */
export const optionsOf = (recipe: Recipe): NetworkOptions => networkOf(recipe.architecture).defaults

/** The generator's results for photos; both are the same if there is no support tail. */
export interface Made {
  readonly main: Tensor
  readonly support: Tensor
}

/** The generator applied to the photos. */
export const generate = (recipe: Recipe, photo: Tensor): Made => {
  const source = sharedParameters(prefixes.generator)
  if (hasSupport(recipe)) return animeganV3Tails(photo, optionsOf(recipe), source)
  const main = networkOf(recipe.architecture).build(photo, optionsOf(recipe), source)
  return { main, support: main }
}

/** Adds the generator's losses and state to the draft. */
export const trainGenerator = (
  recipe: Recipe,
  phase: Phase,
  made: Made,
  perceive: Perceive,
  judge: Judge,
  draft: Draft,
): void => {
  const terms = createTerms()
  for (const term of phase.generator) {
    const name = nameOf(term)
    const scope: Scope = {
      result: made[term.tail ?? 'main'],
      gan: recipe.gan,
      reference: (to) => references[to](made, draft),
      style: () => draft.picture('style'),
      perceive,
      judge,
      running: (of, batch) => running(`${of}.${name}`, batch, draft),
    }
    terms.add(name, lossNamed(term.loss).build(term, scope), term.weight)
  }
  const total = terms.total('generator', draft.losses)
  const weights = [...parametersOf([made.main, made.support])]
  const improved = optimise(recipe, weights, total, draft.rate('generator'), draft)
  if (recipe.emaDecay > 0) follow(improved, draft)
}

/** The name of a term in the report and in its state. */
const nameOf = (term: GeneratorTerm): string => {
  const kind = 'layer' in term ? `${term.loss}.${term.layer}` : term.loss
  return term.tail === 'support' ? `support.${kind}` : kind
}

const references: Readonly<Record<Reference, (made: Made, draft: Draft) => Tensor>> = {
  photo: (_, draft) => draft.picture('photo'),
  target: (_, draft) => draft.picture('target'),
  'smoothed-photo': (_, draft) => regionSmoothed(draft.picture('photo')),
  'smoothed-result': ({ support }) => stopGradient(regionSmoothed(support)),
}

/** Running statistics over the steps; the draft's state gets their values after this step. */
const running = (key: string, batch: Tensor, { rate, state }: Draft): Tensor => {
  const name = prefixes.running + key
  const now = runningStatistics(input(name, batch.shape), stopGradient(batch), rate('running'))
  state.set(name, now)
  return now
}

/** Updates the moving average of the weights. */
export const follow = (improved: ReadonlyMap<string, Tensor>, { rate, state }: Draft): void => {
  for (const [name, weight] of improved) {
    const key = prefixes.average + name.slice(prefixes.generator.length)
    const average = input(key, weight.shape)
    state.set(key, add(average, mul(sub(weight, average), rate('average'))))
  }
}
