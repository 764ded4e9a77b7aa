/**
 * The discriminators' part of a step: one for each tail of the generator that is judged. Each sees pictures of several
 * kinds, is trained on a target logit for each, and judges the generator's pictures.
 */
import { stopGradient, type Tensor } from '@animegan/graph'
import { parametersOf, type SpectralState, sharedParameters } from '@animegan/models'
import { grayOf } from '../losses/channels.ts'
import { discriminatorLoss } from '../losses/gan.ts'
import type { Tail } from '../losses/table.ts'
import { discriminators } from '../recipe/discriminators.ts'
import type { DiscriminatorTraining, Shown } from '../recipe/phase.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { Draft } from './draft.ts'
import type { Made } from './made.ts'
import { prefixes } from './names.ts'
import { optimise } from './optimise.ts'
import { createTerms } from './terms.ts'

/** The discriminators of the tails. */
export interface Discriminators {
  /** The logits of a tail's discriminator, as it is now, for pictures. */
  judge(tail: Tail, pictures: Tensor): Tensor
  /** Trains all of them on what the generator has made; from then on the improved ones judge. */
  train(made: Made): void
}

/** The prefix of a tail's discriminator. */
const prefixOf = (tail: Tail): string =>
  tail === 'main' ? prefixes.discriminator : `${prefixes.discriminator}${tail}.`

/** Adds losses and state to the draft as they are used. */
export const discriminatorsOf = (recipe: Recipe, training: DiscriminatorTraining, draft: Draft): Discriminators => {
  const { build } = discriminators[recipe.discriminator]
  const sources = { main: sharedParameters(prefixOf('main')), support: sharedParameters(prefixOf('support')) }
  /** Vectors of spectral norm, by tail: each application passes them on, advanced by one iteration. */
  const states = new Map<Tail, SpectralState>()
  let improved: ReadonlyMap<string, Tensor> = new Map()

  const logitsOf = (tail: Tail, pictures: Tensor): Tensor => {
    const judgement = build(pictures, { state: states.get(tail) }, (name, shape) => {
      const better = improved.get(prefixOf(tail) + name)
      return better ?? sources[tail](name, shape)
    })
    // Between applications they are numbers, as in the originals: no gradient passes from one to the next.
    states.set(tail, new Map([...judgement.state].map(([name, u]) => [name, stopGradient(u)])))
    return judgement.logits
  }
  const keepStates = (): void => {
    for (const [tail, state] of states) for (const [key, u] of state) draft.state.set(prefixOf(tail) + key, u)
  }

  return {
    judge(tail, pictures) {
      const logits = logitsOf(tail, pictures)
      keepStates()
      return logits
    },
    train(made) {
      const terms = createTerms()
      for (const { tail = 'main', shown, target, weight } of training.losses) {
        const logits = logitsOf(tail, pictureOf(shown, made[tail], draft))
        const name = tail === 'main' ? shown : `${tail}.${shown}`
        terms.add(name, discriminatorLoss(recipe.gan, logits, target), weight)
      }
      const total = terms.total('discriminator', draft.losses)
      const weights = [...parametersOf([total])].filter(
        ([name]) => name.startsWith(prefixes.discriminator) && !name.endsWith('.u'),
      )
      improved = optimise(recipe, weights, total, draft.rate('discriminator'), draft)
      keepStates()
    },
  }
}

/** Pictures that are shown; `result` are the generator's. */
const pictureOf = (shown: Shown, result: Tensor, draft: Draft): Tensor => {
  const pictures: Readonly<Record<Shown, () => Tensor>> = {
    style: () => draft.picture('style'),
    smooth: () => draft.picture('smooth'),
    'revised-result': () => draft.picture('revised-result'),
    'style-gray': () => grayOf(draft.picture('style')),
    'smooth-gray': () => grayOf(draft.picture('smooth')),
    'target-gray': () => grayOf(draft.picture('target')),
    result: () => stopGradient(result),
    'result-gray': () => stopGradient(grayOf(result)),
  }
  return pictures[shown]()
}
