/** The generator's part of a step: the losses of the phase's terms, and the moving average of its weights. */
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
import { parametersOf } from '@animegan/models'
import type { Scope } from '../losses/loss.ts'
import { runningStatistics } from '../losses/statistics.ts'
import { type GeneratorTerm, lossNamed } from '../losses/table.ts'
import type { Phase } from '../recipe/phase.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { Discriminators } from './discriminator.ts'
import type { Draft } from './draft.ts'
import { generate, type Made } from './made.ts'
import { prefixes } from './names.ts'
import { optimise } from './optimise.ts'
import type { Perceive } from './perception.ts'
import { createTerms } from './terms.ts'

/** Adds the generator's losses and state to the draft. `start` are the weights that training began with, if any. Returns the updated weights by name. */
export const trainGenerator = (
  recipe: Recipe,
  phase: Phase,
  made: Made,
  perceive: Perceive,
  judge: Discriminators['judge'],
  draft: Draft,
  start: ReadonlyMap<string, Value<'float32'>> | undefined,
): ReadonlyMap<string, Tensor> => {
  const terms = createTerms()
  /** What the style that training began with makes of the photos. */
  const begun = once(() => {
    if (start) return generate(recipe, draft.picture('photo'), (name) => constant(lookup(start, name, 'weight'))).main
    const found = 'found none; name one with --from, or take another recipe'
    throw new AnimeganError('bad-argument', `recipe ${recipe.title}: expected a style to begin with, ${found}`)
  })
  for (const term of phase.generator) {
    const name = nameOf(term)
    const { tail = 'main' } = term
    const scope: Scope = {
      result: made[tail],
      gan: recipe.gan,
      reference: (to) => (to === 'start' ? begun() : draft.picture(to)),
      style: () => draft.picture('style'),
      perceive,
      judge: (pictures) => judge(tail, pictures),
      running: (of, batch) => running(`${of}.${name}`, batch, draft),
    }
    terms.add(name, lossNamed(term.loss).build(term, scope), term.weight)
  }
  const total = terms.total('generator', draft.losses)
  const weights = [...parametersOf([made.main, made.support])]
  const improved = optimise(recipe, weights, total, draft.rate('generator'), draft)
  if (recipe.emaDecay > 0) follow(improved, draft)
  return improved
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
