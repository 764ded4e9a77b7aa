/**
 * The discriminator for training `live`: AnimeGANv2's architecture at a third of the work, without normalisation, so
 * each patch is judged independently of the rest of the picture. Borders are zeros. Layer names start with a letter for
 * the size: a full, b half, c a quarter.
 */
import { parameter, type Tensor } from '@animegan/graph'
import { activate } from '../layers.ts'
import { type Discriminator, normalisedConvs } from './discriminator.ts'

export const discriminatorLive: Discriminator = {
  name: 'discriminator-live',
  title: 'Live discriminator',
  stride: 4,
  parameters: 278_913,
  build: (x, { state } = {}, source = parameter) => {
    const { layer, next } = normalisedConvs(source, state)
    const plain = (from: Tensor, name: string, channels: number, stride: 1 | 2 = 1): Tensor =>
      layer(from, name, channels, { stride, padding: 'zero', bias: true })
    let h = activate(plain(x, 'a0', 32))
    h = activate(plain(activate(plain(h, 'b0', 64, 2)), 'b1', 64))
    h = activate(plain(activate(plain(h, 'c0', 128, 2)), 'c1', 128))
    return { logits: plain(h, 'out', 1), state: next }
  },
}
