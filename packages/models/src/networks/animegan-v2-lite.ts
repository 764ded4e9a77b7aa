/**
 * AnimeGANv2's light variant: bottleneck blocks at an eighth of the size, layer norm, and skips that are added on the
 * way up. Stride 2 pads below and right. Layer names start with a letter for the size: a full, b half, c a quarter, d
 * and r an eighth, e a quarter, f half, g full.
 */
import { add, parameter, resize, type Tensor, tanh } from '@animegan/graph'
import { activate, type ConvLayer, layerNorm, mirroredConv } from '../layers.ts'
import type { Network } from './network.ts'

export const animeganV2Lite: Network = {
  name: 'animegan-v2-lite',
  title: 'AnimeGANv2 lite',
  description: "The authors' light variant of AnimeGANv2.",
  multiple: 8,
  parameters: 698_240,
  defaults: { resize: 'asymmetric', normEpsilon: 1e-12 },
  build: (x, options = animeganV2Lite.defaults, source = parameter) => {
    const { resize: mode, normEpsilon: epsilon } = options
    const layer = (from: Tensor, name: string, channels: number, options: ConvLayer = {}): Tensor =>
      activate(layerNorm(source, mirroredConv(source, from, name, channels, options), name, epsilon))

    const a0 = layer(x, 'a0', 32, { kernel: 7 })
    const b1 = layer(layer(a0, 'b0', 32, { stride: 2 }), 'b1', 64)
    const c1 = layer(layer(b1, 'c0', 64, { stride: 2 }), 'c1', 128)
    let h = layer(layer(c1, 'd0', 64, { stride: 2 }), 'd1', 128)
    for (const name of ['r0', 'r1', 'r2', 'r3']) {
      const narrow = layer(layer(h, `${name}.squeeze`, 32, { kernel: 1 }), `${name}.filter`, 32)
      h = add(h, mirroredConv(source, narrow, `${name}.expand`, 128, { kernel: 1 }))
    }
    const e1 = layer(add(layer(resize(h, mode), 'e0', 128), c1), 'e1', 64)
    const f1 = layer(add(layer(resize(e1, mode), 'f0', 64), b1), 'f1', 32)
    const g1 = layer(add(layer(resize(f1, mode), 'g0', 32), a0), 'g1', 32, { kernel: 7 })
    return tanh(mirroredConv(source, g1, 'out', 3, { kernel: 1 }))
  },
}
