/**
 * The discriminator that `live` is trained against: the shape of AnimeGANv2's at a third of its work, without
 * normalisation, so that each patch is judged by itself, whatever else is in the picture. Borders are zeros. Letters of
 * names stand for the size: a full, b half, c quarter.
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
