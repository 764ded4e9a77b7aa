/**
 * The training step of the network for the regions of portraits: cross entropy of its classes against labels, weighted
 * pixel by pixel. portrait-batches.ts makes portraits and labels.
 */
import {
  abs,
  add,
  constant,
  div,
  exp,
  floats,
  log,
  max,
  maximum,
  mul,
  reshape,
  slice,
  spaceToDepth,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from '@animegan/graph'
import { type PortraitWeights, parametersOf, portraitRegions, sharedParameters } from '@animegan/models'
import type { Recipe } from '../recipe/recipe.ts'
import { draftStep } from '../step/draft.ts'
import { follow } from '../step/generator.ts'
import { prefixes } from '../step/names.ts'
import { optimise } from '../step/optimise.ts'
import { generatorWeights, type State } from '../step/state.ts'
import { finishStep, type Step } from '../step/step.ts'
import { createTerms } from '../step/terms.ts'
import type { Schedule, Stretch } from '../trainer.ts'

/** What a training of this network is decided by. */
export interface RegionsRecipe extends Schedule<Stretch>, Pick<Recipe, 'gradientClipNorm'> {}

/**
 * Cross entropy of logits [n, classes, h, w]: the mean over pixels by their weights. `labels` [n, 2, h, w] are classes
 * and weights of 0 to 255, both as levels from -1 to 1.
 */
export const crossEntropy = (logits: Tensor, labels: Tensor): Tensor => {
  const count = logits.shape[1] as number
  const classes = constant(
    floats(
      Float32Array.from({ length: count }, (_, i) => i),
      [1, count, 1, 1],
    ),
  )
  const levels = mul(add(labels, 1), 127.5)
  // 1 at the label's class, 0 at all others.
  const wanted = max(sub(1, abs(sub(slice(levels, 1, 0, 1), classes))), 0)
  const weights = slice(levels, 1, 1)
  const safe = sub(logits, stopGradient(maximum(logits, [1])))
  const entropies = sub(log(sum(exp(safe), [1])), sum(mul(safe, wanted), [1]))
  const axes = [0, 1, 2, 3]
  return reshape(div(sum(mul(entropies, weights), axes), add(sum(weights, axes), 1)), [])
}

/** Builds the training step. */
export const regionsStep = (recipe: RegionsRecipe): Step => {
  const draft = draftStep(recipe)
  const logits = portraitRegions(draft.picture('portrait'), sharedParameters(prefixes.generator))
  // The network sees every pixel, but answers for every second one, of every second row.
  const labels = slice(spaceToDepth(draft.picture('labels'), 2), 1, 0, 2)
  const terms = createTerms()
  terms.add('cross-entropy', crossEntropy(logits, labels), 1)
  const total = terms.total('generator', draft.losses)
  const improved = optimise(recipe, [...parametersOf([logits])], total, draft.rate('generator'), draft)
  if (recipe.emaDecay > 0) follow(improved, draft)
  return finishStep(draft)
}

/** The network's weights of a state: their moving average, if there is one. */
export const regionsWeights = (state: State): PortraitWeights => generatorWeights(state)
