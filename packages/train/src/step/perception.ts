/**
 * The perception network in a step: its weights are fixed; it is applied once to each picture, up to the last layer
 * that a phase needs.
 */
import { AnimeganError, constant, type Tensor } from '@animegan/graph'
import { type FeatureWeights, perceptualFeatures } from '@animegan/models'
import type { GeneratorTerm } from '../losses/table.ts'

/** Features of pictures at a layer, such as conv4_4 or relu2_2. */
export type Perceive = (picture: Tensor, layer: string) => Tensor

/**
 * `terms` are all terms that will request features. Perceiving throws an `AnimeganError` (`bad-argument`) of one line at a
 * layer that the network does not have.
 */
export const perception = ({ flavour, weights }: FeatureWeights, terms: readonly GeneratorTerm[]): Perceive => {
  const layers = terms.flatMap((term) => ('layer' in term ? [term.layer.replace('relu', 'conv')] : []))
  const last = layers.toSorted().at(-1)
  const constants = new Map([...weights].map(([name, value]) => [name, constant(value)]))
  const known = new Map<Tensor, ReadonlyMap<string, Tensor>>()
  return (picture, layer) => {
    const features =
      known.get(picture) ?? perceptualFeatures(picture, flavour, last ?? layer, (name) => constants.get(name)!)
    known.set(picture, features)
    const found = features.get(layer)
    if (found) return found
    const layers = [...features.keys()].filter((name) => name.startsWith('conv')).join(', ')
    const hint = 'use another with --features'
    throw new AnimeganError(
      'bad-argument',
      `recipe: expected a layer of ${flavour} (${layers}), found '${layer}'; ${hint}`,
    )
  }
}
