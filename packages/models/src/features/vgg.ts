/**
 * VGG-19 as a feature extractor for perceptual losses, in three flavours: `caffe` (the .npy file that the originals
 * use), `torchvision`, and `compact` (Wang et al., Collaborative Distillation, 2020: a sixteenth of the parameters,
 * borders mirrored, its first 1x1 convolution prepares the picture). They differ in widths, borders and preparation of
 * the picture. Features of different flavours are not comparable.
 */
import {
  add,
  channelsOf,
  concat,
  constant,
  conv,
  floats,
  maxPool,
  mul,
  pad,
  parameter,
  relu,
  slice,
  type Tensor,
} from '@animegan/graph'
import type { ParameterSource } from '../parameters.ts'

export type VggFlavour = 'caffe' | 'torchvision' | 'compact'

/** Convolutions per block. The last block of the compact flavour ends after its first. */
const blocks = [2, 2, 4, 4, 4] as const

const widths: Readonly<Record<VggFlavour, readonly number[]>> = {
  caffe: [64, 128, 256, 512, 512],
  torchvision: [64, 128, 256, 512, 512],
  compact: [16, 32, 64, 128, 128],
}

const perChannel = (numbers: readonly number[]): Tensor => constant(floats(numbers, [1, 3, 1, 1]))

/** The picture, -1 to 1, converted to what the flavour's first convolution expects. */
const prepare = (x: Tensor, flavour: VggFlavour, source: ParameterSource): Tensor => {
  const unit = add(mul(x, 0.5), 0.5)
  if (flavour === 'compact')
    return conv(unit, source('conv0.weight', [3, 3, 1, 1]), { bias: source('conv0.bias', [3]) })
  if (flavour === 'torchvision') {
    const deviations = [0.229, 0.224, 0.225]
    const shift = perChannel([0.485, 0.456, 0.406].map((average, i) => -average / deviations[i]))
    return add(mul(unit, perChannel(deviations.map((deviation) => 1 / deviation))), shift)
  }
  const [red, green, blue] = [0, 1, 2].map((channel) => slice(unit, 1, channel, channel + 1)) as [
    Tensor,
    Tensor,
    Tensor,
  ]
  return add(mul(concat([blue, green, red], 1), 255), perChannel([-103.939, -116.779, -123.68]))
}

/**
 * The features of a picture [n, 3, height, width], -1 to 1, by name (`conv4_4` before its ReLU, `relu4_4` after it), up
 * to and including the convolution `last`. Parameters are `conv4_4.weight` and `conv4_4.bias`.
 */
export const vgg = (
  x: Tensor,
  flavour: VggFlavour,
  last: string,
  source: ParameterSource = parameter,
): ReadonlyMap<string, Tensor> => {
  const features = new Map<string, Tensor>()
  let h = prepare(x, flavour, source)
  for (const [block, count] of blocks.entries()) {
    const width = widths[flavour][block]
    if (block > 0) h = maxPool(h, 2)
    for (let index = 0; index < (flavour === 'compact' && block === 4 ? 1 : count); index++) {
      const name = `${block + 1}_${index + 1}`
      const weight = source(`conv${name}.weight`, [width, channelsOf(h), 3, 3])
      const bias = source(`conv${name}.bias`, [width])
      const filtered =
        flavour === 'compact'
          ? conv(pad(h, [1, 1, 1, 1], 'reflect'), weight, { bias })
          : conv(h, weight, { bias, border: [1, 1, 1, 1] })
      h = relu(filtered)
      features.set(`conv${name}`, filtered).set(`relu${name}`, h)
      if (last === `conv${name}`) return features
    }
  }
  throw new Error(`vgg: expected a convolution of the ${flavour} flavour such as conv4_4, found '${last}'`)
}
