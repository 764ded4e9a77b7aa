/**
 * The discriminator of AnimeGANv3: three steps down with LADE, whose 1x1 convolutions are spectrally normalised too.
 * Borders are mirrored. Layer names start with a letter for the size: a full, b half, c a quarter, d an eighth.
 */
import { channelsOf, parameter, type Tensor } from '@animegan/graph'
import { activate, adapt } from '../layers.ts'
import { type Discriminator, type NormalisedConv, normalisedConvs } from './discriminator.ts'

export const discriminatorV3: Discriminator = {
  name: 'discriminator-v3',
  title: 'AnimeGANv3 discriminator',
  stride: 8,
  parameters: 693_088,
  build: (x, { normEpsilon = 1e-5, state } = {}, source = parameter) => {
    const { layer, next } = normalisedConvs(source, state)
    const adapted = (from: Tensor, name: string, channels: number, options: Partial<NormalisedConv> = {}): Tensor => {
      const filtered = layer(from, name, channels, { padding: 'reflect', ...options })
      const target = layer(filtered, `${name}.target`, channelsOf(filtered), { kernel: 1, padding: 'reflect' })
      return activate(adapt(filtered, target, name, normEpsilon))
    }
    let h = activate(layer(x, 'a0', 32, { kernel: 7, padding: 'reflect' }))
    for (const [letter, channels] of [
      ['b', 32],
      ['c', 64],
      ['d', 128],
    ] as const) {
      h = adapted(adapted(h, `${letter}0`, channels, { stride: 2 }), `${letter}1`, 2 * channels)
    }
    return { logits: layer(h, 'out', 1, { kernel: 1, padding: 'reflect' }), state: next }
  },
}
