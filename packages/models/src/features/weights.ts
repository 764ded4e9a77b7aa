/**
 * The weights of perception networks: reads files of VGG-19, told apart by their tensor names (the dict of the originals'
 * `vgg19.npy`, `conv1_1/0`, kernels [height, width, in, out]; torchvision's state dict, `features.0.weight`; the compact
 * encoder, `conv11.weight`) and of our own network (`conv1_1.weight`), which it also writes. Classification and
 * auxiliary layers are ignored.
 */
import { formatShape, input, lookup, type Value } from '@animegan/graph'
import { writeSafetensors } from '../formats/safetensors.ts'
import { float32ToFloat16 } from '../formats/tensors.ts'
import { finiteFloats, importError } from '../mapping/import.ts'
import { fromHwio } from '../mapping/mapping.ts'
import { parametersOf } from '../parameters.ts'
import { type FeatureFlavour, perceptualFeatures } from './features.ts'

/** Indices of the convolutions in torchvision's `features`. */
const places: Readonly<Record<string, number>> = {
  '1_1': 0,
  '1_2': 2,
  '2_1': 5,
  '2_2': 7,
  '3_1': 10,
  '3_2': 12,
  '3_3': 14,
  '3_4': 16,
  '4_1': 19,
  '4_2': 21,
  '4_3': 23,
  '4_4': 25,
  '5_1': 28,
  '5_2': 30,
  '5_3': 32,
  '5_4': 34,
}

/** The name in the file of our `conv4_4.weight` or `.bias`. */
const theirName = (flavour: FeatureFlavour, ours: string): string => {
  const [layer, part] = ours.split('.') as [string, string]
  if (flavour === 'percept') return ours
  if (flavour === 'compact') return `${layer.replace('_', '')}.${part}`
  if (flavour === 'torchvision') return `features.${places[layer.slice('conv'.length)]}.${part}`
  return `${layer}/${part === 'weight' ? 0 : 1}`
}

/** A perception network and its weights. */
export interface FeatureWeights {
  readonly flavour: FeatureFlavour
  readonly weights: Map<string, Value<'float32'>>
}

const flavours: readonly FeatureFlavour[] = ['caffe', 'torchvision', 'compact', 'percept']

const titleOf = (flavour: FeatureFlavour): string => (flavour === 'percept' ? 'percept' : `${flavour} VGG-19`)

/** Names and shapes of a network's weights, up to the convolution `last`. */
const shapesOf = (flavour: FeatureFlavour, last: string): Map<string, readonly number[]> => {
  const features = perceptualFeatures(input('x', [1, 3, 32, 32]), flavour, last)
  const ends = flavour === 'percept' ? [...features.values()] : [lookup(features, last, 'feature')]
  return new Map([...parametersOf(ends)].map(([name, { shape }]) => [name, shape as number[]]))
}

/**
 * Throws an `AnimeganError` (`bad-weights`) when the tensors are not a perception network's, or one up to the
 * convolution `last` is missing.
 */
export const importFeatures = (tensors: ReadonlyMap<string, Value>, last = 'conv4_4'): FeatureWeights => {
  const flavour = flavours.find((candidate) => tensors.has(theirName(candidate, 'conv1_1.weight')))
  if (!flavour) return importError('the weights of VGG-19, compact VGG-19 or percept', `${tensors.size} other tensors`)
  const weights = new Map<string, Value<'float32'>>()
  for (const [ours, shape] of shapesOf(flavour, last)) {
    const theirs = theirName(flavour, ours)
    const value = tensors.get(theirs)
    if (!value) return importError(`the weights of ${titleOf(flavour)} up to ${last}`, `none named '${theirs}'`)
    const numbers = finiteFloats(value, theirs)
    const weight = flavour === 'caffe' ? fromHwio([numbers], shape as number[]) : numbers
    if (weight.shape.join() !== shape.join()) {
      importError(`'${theirs}' to give '${ours}' ${formatShape(shape)}`, formatShape(weight.shape))
    }
    weights.set(ours, weight)
  }
  return { flavour, weights }
}

/** Writes weights of `percept` as 16-bit floats. `licence` is that of the file. */
export const writePercept = (weights: FeatureWeights['weights'], licence: string): Uint8Array => {
  const halves = [...shapesOf('percept', 'conv4_4')].map(([name, shape]): [string, Value<'float16'>] => [
    name,
    { dtype: 'float16', shape, data: float32ToFloat16(lookup(weights, name, 'weight').data) },
  ])
  return writeSafetensors(new Map(halves), { format: 'animegan-percept/1', licence })
}
