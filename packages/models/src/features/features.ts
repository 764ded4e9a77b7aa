/** Features of pictures, by whichever perception network: VGG-19 in its flavours, or our own. */
import { parameter, type Tensor } from '@animegan/graph'
import { mismatch } from '../formats/bad-weights.ts'
import type { ParameterSource } from '../parameters.ts'
import { isPerceptFeature, PERCEPT_LAYERS, percept } from './percept.ts'
import { type VggFlavour, vgg } from './vgg.ts'

export type FeatureFlavour = VggFlavour | 'percept'

/**
 * The features of a picture [n, 3, height, width], -1 to 1, by name, such as relu2_2, up to and including the
 * convolution `last`. Throws an `AnimeganError` (`bad-weights`) when the network has no such layer.
 */
export const perceptualFeatures = (
  x: Tensor,
  flavour: FeatureFlavour,
  last: string,
  source: ParameterSource = parameter,
): ReadonlyMap<string, Tensor> => {
  if (flavour !== 'percept') return vgg(x, flavour, last, source)
  if (!isPerceptFeature(last)) mismatch('percept', `a layer of ${PERCEPT_LAYERS.join(', ')}`, `'${last}'`)
  return percept(x, source)
}
