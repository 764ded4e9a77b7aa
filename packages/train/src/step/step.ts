/**
 * One training step as one ONNX model: pictures, weights and Adam's moments in; losses, new weights and new moments
 * out. The discriminator is updated first, then judges the generator, as in the originals; the generator's result is
 * computed once for both. Knows nothing of files, engines or how pictures are chosen.
 */
import { encodeOnnx, fold, type Value } from '@animegan/graph'
import type { FeatureWeights } from '@animegan/models'
import type { PictureKind } from '../batch.ts'
import type { Phase } from '../recipe/phase.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { type Judge, trainDiscriminator } from './discriminator.ts'
import { type Draft, draftStep } from './draft.ts'
import { generate, trainGenerator } from './generator.ts'
import type { RateName } from './names.ts'
import { perception } from './perception.ts'

/** A phase's training step. */
export interface Step {
  /**
   * The encoded model. Outputs are the state's names, and the losses' with `loss.` before them; all with `new.` before.
   */
  readonly model: Uint8Array
  /**
   * The state that is fed and returned updated, by name: weights, moments, averages, power iterations, running
   * statistics.
   */
  readonly state: ReadonlyMap<string, readonly number[]>
  /** Names of the losses, weighted by the recipe: `generator`, `discriminator` and their parts. */
  readonly losses: readonly string[]
  /** Input pictures, uint8 [batch, size, size, 3]. */
  readonly pictures: readonly PictureKind[]
  /** Input numbers. */
  readonly rates: readonly RateName[]
}

const nobody: Judge = () => {
  throw new Error('training: expected a phase that trains a discriminator, as a loss asks it, found none')
}

/**
 * Builds a phase's training step. `features` are the perception network's weights, and `start` those of the style that
 * training begins with; both stay fixed. Throws an `AnimeganError` (`bad-argument`) of one line where a loss compares with
 * `start` and there is none.
 */
export const buildStep = (
  recipe: Recipe,
  phase: Phase,
  features: FeatureWeights,
  start?: ReadonlyMap<string, Value<'float32'>>,
): Step => {
  const draft = draftStep(recipe)
  const made = generate(recipe, draft.picture('photo'))
  const judge = phase.discriminator ? trainDiscriminator(recipe, phase.discriminator, made.support, draft) : nobody
  trainGenerator(recipe, phase, made, perception(features, phase.generator), judge, draft, start)
  return finishStep(draft)
}

/** The step that a draft has become. */
export const finishStep = (draft: Draft): Step => {
  const { state, losses } = draft
  const named = new Map([...state, ...[...losses].map(([name, loss]) => [`loss.${name}`, loss] as const)])
  const folded = fold([...named.values()])
  return {
    // An ONNX input and output cannot share a name, so outputs are prefixed with `new.`.
    model: encodeOnnx(Object.fromEntries([...named.keys()].map((name, i) => [`new.${name}`, folded[i]]))),
    state: new Map([...state].map(([name, { shape }]) => [name, shape as readonly number[]])),
    losses: [...losses.keys()],
    pictures: draft.pictures(),
    rates: draft.rates(),
  }
}
