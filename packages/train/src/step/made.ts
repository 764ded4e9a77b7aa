/** What the generator makes of photos in a step: the results of its tail, or of both of AnimeGANv3's. */
import type { Tensor } from '@animegan/graph'
import { animeganV3Tails, type NetworkOptions, networkOf, type ParameterSource } from '@animegan/models'
import { hasSupport, type Recipe } from '../recipe/recipe.ts'
import { guidedFilter } from './guided-filter.ts'

/** The network options for training a recipe. */
export const optionsOf = (recipe: Recipe): NetworkOptions => networkOf(recipe.architecture).defaults

/** The generator's results for photos; all are the same if there is no support tail. */
export interface Made {
  readonly main: Tensor
  /** The support tail's, after the guided filter: what its losses see. */
  readonly support: Tensor
  /** The support tail's as it is. */
  readonly unfiltered: Tensor
}

/** The generator applied to the photos. */
export const generate = (recipe: Recipe, photo: Tensor, source: ParameterSource): Made => {
  if (hasSupport(recipe)) {
    const { main, support } = animeganV3Tails(photo, optionsOf(recipe), source)
    return { main, support: guidedFilter(support), unfiltered: support }
  }
  const main = networkOf(recipe.architecture).build(photo, optionsOf(recipe), source)
  return { main, support: main, unfiltered: main }
}
