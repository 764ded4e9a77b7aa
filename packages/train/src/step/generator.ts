/**
 * The generator's part of a step: its results for photos, the losses of the phase's terms, and the moving average of
 * its weights.
 */
import {
  AnimeganError,
  add,
  constant,
  input,
  lookup,
  mul,
  stopGradient,
  sub,
  type Tensor,
  type Value,
} from '@animegan/graph'
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

/** What the style that training began with makes of the photos, by its fixed weights. */
const begun = (recipe: Recipe, photo: Tensor, weights: ReadonlyMap<string, Value<'float32'>>): Tensor =>
  networkOf(recipe.architecture).build(photo, optionsOf(recipe), (name) => constant(lookup(weights, name, 'weight')))

/** Adds the generator's losses and state to the draft. `start` are the weights that training began with, if any. */
export const trainGenerator = (
  recipe: Recipe,
  phase: Phase,
  made: Made,
  perceive: Perceive,
  judge: Judge,
  draft: Draft,
  start: ReadonlyMap<string, Value<'float32'>> | undefined,
): void => {
  const terms = createTerms()
  const references: Readonly<Record<Reference, () => Tensor>> = {
    photo: () => draft.picture('photo'),
    target: () => draft.picture('target'),
    start: once(() => {
      if (start) return begun(recipe, draft.picture('photo'), start)
      const found = 'found none; name one with --from, or take another recipe'
      throw new AnimeganError('bad-argument', `recipe ${recipe.title}: expected a style to begin with, ${found}`)
    }),
    'smoothed-photo': () => regionSmoothed(draft.picture('photo')),
    'smoothed-result': () => stopGradient(regionSmoothed(made.support)),
  }
  for (const term of phase.generator) {
    const name = nameOf(term)
    const scope: Scope = {
      result: made[term.tail ?? 'main'],
      gan: recipe.gan,
      reference: (to) => references[to](),
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

/** `make`, called at the first time only. */
const once = (make: () => Tensor): (() => Tensor) => {
  let made: Tensor | undefined
  return () => {
    made ??= make()
    return made
  }
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
