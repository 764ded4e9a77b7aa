/**
 * The discriminator of CartoonGAN (Chen, Lai and Liu, CVPR 2018, figure 2), without spectral norm. Where the paper
 * leaves a choice, ours is: instance norm with scale and shift, borders of zeros, no bias before a norm. Layer names
 * start with a letter for the size: a full, b half, c a quarter.
 */
import { type Border, channelsOf, conv, parameter, type Tensor } from '@animegan/graph'
import { activate, instanceNorm } from '../layers.ts'
import type { Discriminator } from './discriminator.ts'

const around: Border = [1, 1, 1, 1]
const before: Border = [1, 1, 0, 0]

export const discriminatorCartoongan: Discriminator = {
  name: 'discriminator-cartoongan',
  title: 'CartoonGAN discriminator',
  stride: 4,
  parameters: 1_129_025,
  build: (x, { normEpsilon = 1e-5 } = {}, source = parameter) => {
    const layer = (from: Tensor, name: string, channels: number, stride: 1 | 2, biased: boolean): Tensor => {
      const weight = source(`${name}.weight`, [channels, channelsOf(from), 3, 3])
      const bias = biased ? source(`${name}.bias`, [channels]) : undefined
      return conv(from, weight, { stride, border: stride === 2 ? before : around, bias })
    }
    const plain = (from: Tensor, name: string, channels: number, stride: 1 | 2 = 1): Tensor =>
      activate(layer(from, name, channels, stride, true))
    const normed = (from: Tensor, name: string, channels: number): Tensor =>
      activate(instanceNorm(source, layer(from, name, channels, 1, false), name, normEpsilon))
    const b1 = normed(plain(plain(x, 'a0', 32), 'b0', 64, 2), 'b1', 128)
    const c2 = normed(normed(plain(b1, 'c0', 128, 2), 'c1', 256), 'c2', 256)
    return { logits: layer(c2, 'out', 1, 1, true), state: new Map() }
  },
}
