/**
 * One training step as one ONNX model: pictures, weights and Adam's moments in; losses, new weights and new moments out.
 * The discriminator goes first, then the generator is judged by the improved one, as in the originals; the result is
 * computed once for both. Knows nothing of files, engines or how pictures are chosen.
 */
import { encodeOnnx, fold } from '@animegan/graph'
import type { VggWeights } from '@animegan/models'
import type { PictureKind } from '../batch.ts'
import type { Phase } from '../recipe/phase.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { type Judge, trainDiscriminator } from './discriminator.ts'
import { draftStep } from './draft.ts'
import { generate, trainGenerator } from './generator.ts'
import type { RateName } from './names.ts'
import { perception } from './perception.ts'

/** A phase's training step. */
export interface Step {
  /** The encoded model. Outputs are the state's names, and the losses' with `loss.` before them; all with `new.` before. */
  readonly model: Uint8Array
  /** What is fed and comes back changed, by name: weights, moments, averages, power iterations, running statistics. */
  readonly state: ReadonlyMap<string, readonly number[]>
  /** Names of the losses, weighted as the recipe says: `generator`, `discriminator` and their parts. */
  readonly losses: readonly string[]
  /** Pictures that are fed, uint8 [batch, size, size, 3]. */
  readonly pictures: readonly PictureKind[]
  /** Numbers that are fed. */
  readonly rates: readonly RateName[]
}

const nobody: Judge = () => {
  throw new Error('training: expected a phase that trains a discriminator, as a loss asks it, found none')
}

/** Builds a phase's training step. `features` are the perception network's weights; they stay as they are. */
export const buildStep = (recipe: Recipe, phase: Phase, features: VggWeights): Step => {
  const draft = draftStep(recipe)
  const made = generate(recipe, draft.picture('photo'))
  const judge = phase.discriminator ? trainDiscriminator(recipe, phase.discriminator, made.support, draft) : nobody
  trainGenerator(recipe, phase, made, perception(features, phase.generator), judge, draft)

  const { state, losses } = draft
  const named = new Map([...state, ...[...losses].map(([name, loss]) => [`loss.${name}`, loss] as const)])
  const folded = fold([...named.values()])
  return {
    // An ONNX value cannot be an input and an output by one name, so what comes out is marked as new.
    model: encodeOnnx(Object.fromEntries([...named.keys()].map((name, i) => [`new.${name}`, folded[i]]))),
    state: new Map([...state].map(([name, { shape }]) => [name, shape as readonly number[]])),
    losses: [...losses.keys()],
    pictures: draft.pictures(),
    rates: draft.rates(),
  }
}
