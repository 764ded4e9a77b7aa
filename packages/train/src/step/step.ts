/**
 * One training step as one ONNX model: pictures, weights and Adam's moments in; losses, new weights and new moments
 * out. Whose turn is first, the discriminator's or the generator's, is the recipe's to say. Where losses need pictures
 * that are retouched from the step's own results, a smaller model goes before. Knows nothing of files, engines or how
 * pictures are chosen.
 */
import { encodeOnnx, fold, type Value } from '@animegan/graph'
import { type FeatureWeights, type ParameterSource, sharedParameters } from '@animegan/models'
import { isRetouched, type PictureKind } from '../batch.ts'
import type { Phase } from '../recipe/phase.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { type Discriminators, discriminatorsOf } from './discriminator.ts'
import { type Draft, draftStep } from './draft.ts'
import { trainGenerator } from './generator.ts'
import { generate } from './made.ts'
import { prefixes, type RateName } from './names.ts'
import { perception } from './perception.ts'
import { type Preview, previewOf } from './preview.ts'

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
  /** The pass before, if any of the pictures are retouched from its results. */
  readonly preview?: Preview
  /** Input pictures: see `Batch`. */
  readonly pictures: readonly PictureKind[]
  /** Input numbers. */
  readonly rates: readonly RateName[]
}

const nobody: Discriminators['judge'] = () => {
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
  const photo = draft.picture('photo')
  const source = sharedParameters(prefixes.generator)
  const made = generate(recipe, photo, source)
  const { discriminator } = phase
  const judges = discriminator && discriminatorsOf(recipe, discriminator, draft)
  const isSecond = discriminator?.turn === 'second'
  if (!isSecond) judges?.train(made)
  const perceive = perception(features, phase.generator)
  const improved = trainGenerator(recipe, phase, made, perceive, judges?.judge ?? nobody, draft, start)
  if (isSecond) {
    const better: ParameterSource = (name, shape) => improved.get(prefixes.generator + name) ?? source(name, shape)
    judges?.train(generate(recipe, photo, better))
  }
  const retouched = draft.pictures().filter(isRetouched)
  return { ...finishStep(draft), preview: retouched.length > 0 ? previewOf(made, retouched) : undefined }
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
