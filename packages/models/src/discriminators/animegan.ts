/**
 * The discriminators of AnimeGAN and AnimeGANv2, which differ only in their norm. Borders are zeros. Layer names start
 * with a letter for the size: a full, b half, c a quarter.
 */
import { parameter, type Tensor } from '@animegan/graph'
import { activate, instanceNorm, layerNorm, type Norm } from '../layers.ts'
import { type Discriminator, normalisedConvs } from './discriminator.ts'

const discriminator = (name: string, title: string, norm: Norm, epsilon: number): Discriminator => ({
  name,
  title,
  stride: 4,
  parameters: 1_128_800,
  build: (x, { normEpsilon = epsilon, state } = {}, source = parameter) => {
    const { layer, next } = normalisedConvs(source, state)
    const plain = (from: Tensor, at: string, channels: number, stride: 1 | 2 = 1): Tensor =>
      activate(layer(from, at, channels, { stride, padding: 'zero' }))
    const normed = (from: Tensor, at: string, channels: number): Tensor =>
      activate(norm(source, layer(from, at, channels, { padding: 'zero' }), at, normEpsilon))
    const b1 = normed(plain(plain(x, 'a0', 32), 'b0', 64, 2), 'b1', 128)
    const c2 = normed(normed(plain(b1, 'c0', 128, 2), 'c1', 256), 'c2', 256)
    return { logits: layer(c2, 'out', 1, { padding: 'zero' }), state: next }
  },
})

export const discriminatorV1 = discriminator('discriminator-v1', 'AnimeGAN discriminator', instanceNorm, 1e-5)
export const discriminatorV2 = discriminator('discriminator-v2', 'AnimeGANv2 discriminator', layerNorm, 1e-12)
