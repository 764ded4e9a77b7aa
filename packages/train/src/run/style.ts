/** The style that a run has trained so far. */
import { levelsKey } from '@animegan/core'
import { type Architecture, type NetworkStyle, networkOf, weightShapes } from '@animegan/models'
import { needsStart, needsTarget } from '../recipe/recipe.ts'
import { optionsOf } from '../step/made.ts'
import { generatorWeights } from '../step/state.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { RunPlan } from './plan.ts'

/** The name of the style's file in the run's storage. */
export const styleFile = ({ name }: RunPlan): string => `${name}.safetensors`

/** The style of a checkpoint of a run that began with `begin`. It contains no times, so that the same run gives the same bytes. */
export const styleOf = (plan: RunPlan, { step, state }: Checkpoint, begin?: NetworkStyle): NetworkStyle => {
  const style = styleOfWeights(plan, generatorWeights(state), begin)
  return { ...style, metadata: { ...style.metadata, training: summaryOf(plan, step) } }
}

/** What a style says of its weights alone: it is not so of other weights. */
const ofWeights = ['training', levelsKey]

/** The style of a generator's weights: the plan's, but for how it was trained. A changed style stays the same otherwise. */
export const styleOfWeights = (plan: RunPlan, weights: NetworkStyle['weights'], begin?: NetworkStyle): NetworkStyle => {
  const { recipe, title, licence, attribution } = plan
  const kept = begin && needsStart(recipe) ? Object.entries(begin.metadata) : []
  const metadata = Object.fromEntries(kept.filter(([name]) => !ofWeights.includes(name)))
  if (recipe.effectSize) metadata.effectSize = String(recipe.effectSize)
  if (needsTarget(recipe)) metadata.balance = '1'
  if (Object.keys(recipe.character ?? {}).length > 0) metadata.character = JSON.stringify(recipe.character)
  return {
    architecture: recipe.architecture,
    title,
    licence,
    attribution,
    options: optionsOf(recipe),
    weights: onlyOf(recipe.architecture, weights),
    metadata,
  }
}

const summaryOf = ({ recipe, seed, from }: RunPlan, step: number): string => {
  const begun = from ? `, from ${from.path.split(/[\\/]/).at(-1)}` : ''
  return `recipe ${recipe.title}, ${step} steps of ${recipe.batch} crops of ${recipe.size} px, seed ${seed}${begun}`
}

/** The weights that belong in a style, without those that only help in training. */
const onlyOf = <T>(architecture: Architecture, weights: ReadonlyMap<string, T>): Map<string, T> => {
  const shapes = weightShapes(networkOf(architecture))
  return new Map([...weights].filter(([name]) => shapes.has(name)))
}
