/**
 * Our own perception network: what compact VGG-19 (vgg.ts) sees, in less than half its time and a fifth of its weights.
 * The layers that losses and judging look at have VGG's names, and as many channels as the compact flavour's. Its first
 * three convolutions are compact VGG's own (Wang et al., Collaborative Distillation, 2020; MIT); the rest is a narrow
 * trunk, from which features are read by 1x1 convolutions, trained to give compact VGG's features by `train/distil/`.
 * Borders are zeros, which costs no copy. Features of the two are alike, but figures made of them do not compare.
 */
import { channelsOf, conv, maxPool, parameter, relu, type Tensor } from '@animegan/graph'
import type { ParameterSource } from '../parameters.ts'

/** The layers that it gives, in order: `conv4_4` before its ReLU, `relu4_4` after it. */
export const PERCEPT_LAYERS = ['1_1', '1_2', '2_1', '2_2', '3_1', '3_3', '4_1', '4_3', '4_4'] as const

/** Whether there is a feature of this name, such as relu2_2. */
export const isPerceptFeature = (name: string): boolean =>
  PERCEPT_LAYERS.some((layer) => name === `conv${layer}` || name === `relu${layer}`)

/**
 * The features of a picture [n, 3, height, width], -1 to 1, by name. Sizes are VGG's: those of block 2 are half the
 * picture's, of block 3 a quarter, of block 4 an eighth. Only what is used of it is computed.
 */
export const percept = (x: Tensor, source: ParameterSource = parameter): ReadonlyMap<string, Tensor> => {
  const features = new Map<string, Tensor>()
  const filtered = (from: Tensor, name: string, channels: number, kernel: 1 | 3, stride = 1): Tensor =>
    conv(from, source(`${name}.weight`, [channels, channelsOf(from), kernel, kernel]), {
      bias: source(`${name}.bias`, [channels]),
      stride,
      border: kernel === 1 ? [0, 0, 0, 0] : [1, 1, 1, 1],
    })
  const trunk = (from: Tensor, name: string, channels: number, stride = 1): Tensor =>
    relu(filtered(from, name, channels, 3, stride))
  const feature = (from: Tensor, layer: string, channels: number, kernel: 1 | 3): Tensor => {
    const before = filtered(from, `conv${layer}`, channels, kernel)
    const after = relu(before)
    features.set(`conv${layer}`, before).set(`relu${layer}`, after)
    return after
  }

  const first = maxPool(feature(feature(x, '1_1', 16, 3), '1_2', 16, 3), 2)
  // VGG's conv2_2 is one convolution of relu2_1, so a linear one of fewer channels comes nearest to it.
  const second = filtered(feature(first, '2_1', 32, 3), 'trunk2', 16, 3)
  feature(second, '2_2', 32, 1)
  const third = feature(maxPool(relu(second), 2), '3_1', 64, 3)
  feature(trunk(third, 'trunk3', 24), '3_3', 64, 1)
  const fourth = feature(trunk(third, 'trunk4a', 96, 2), '4_1', 128, 3)
  const last = trunk(fourth, 'trunk4b', 64)
  feature(last, '4_3', 128, 1)
  feature(last, '4_4', 128, 1)
  return features
}
