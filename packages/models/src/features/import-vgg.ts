/**
 * Converts the three kinds of VGG-19 file, told apart by their tensor names, to weights of `vgg`: the dict of the
 * originals' `vgg19.npy` (`conv1_1/0`, kernels [height, width, in, out]), torchvision's state dict
 * (`features.0.weight`), and the compact encoder (`conv11.weight`). Classification and auxiliary layers are ignored.
 */
import { formatShape, input, lookup, type Value } from '@animegan/graph'
import { finiteFloats, importError } from '../mapping/import.ts'
import { fromHwio } from '../mapping/mapping.ts'
import { parametersOf } from '../parameters.ts'
import { type VggFlavour, vgg } from './vgg.ts'

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
const theirName = (flavour: VggFlavour, ours: string): string => {
  const [layer, part] = ours.split('.') as [string, string]
  if (flavour === 'compact') return `${layer.replace('_', '')}.${part}`
  if (flavour === 'torchvision') return `features.${places[layer.slice('conv'.length)]}.${part}`
  return `${layer}/${part === 'weight' ? 0 : 1}`
}

export interface VggWeights {
  readonly flavour: VggFlavour
  readonly weights: Map<string, Value<'float32'>>
}

/**
 * Throws an `AnimeganError` (`bad-weights`) when the tensors are not a VGG-19's, or one up to the convolution `last` is
 * missing.
 */
export const importVgg = (tensors: ReadonlyMap<string, Value>, last = 'conv4_4'): VggWeights => {
  const flavours: readonly VggFlavour[] = ['caffe', 'torchvision', 'compact']
  const flavour = flavours.find((candidate) => tensors.has(theirName(candidate, 'conv1_1.weight')))
  if (!flavour) return importError('the weights of VGG-19 or compact VGG-19', `${tensors.size} other tensors`)
  const end = lookup(vgg(input('x', [1, 3, 32, 32]), flavour, last), last, 'feature')
  const weights = new Map<string, Value<'float32'>>()
  for (const [ours, { shape }] of parametersOf([end])) {
    const theirs = theirName(flavour, ours)
    const value = tensors.get(theirs)
    if (!value) return importError(`the weights of ${flavour} VGG-19 up to ${last}`, `none named '${theirs}'`)
    const numbers = finiteFloats(value, theirs)
    const weight = flavour === 'caffe' ? fromHwio([numbers], shape as number[]) : numbers
    if (weight.shape.join() !== shape.join()) {
      importError(`'${theirs}' to give '${ours}' ${formatShape(shape)}`, formatShape(weight.shape))
    }
    weights.set(ours, weight)
  }
  return { flavour, weights }
}
