/**
 * AnimeGANv2: four inverted residual blocks at a quarter of the size, layer norm, stride 2 padded below and right.
 * Layer names start with a letter for the size: a full, b half, c and r a quarter, d half, e full.
 */
import { parameter, type Tensor, tanh } from '@animegan/graph'
import { activate, type ConvLayer, invertedResidual, layerNorm, mirroredConv } from '../layers.ts'
import { resizeLike } from '../sizes.ts'
import type { Network } from './network.ts'

export const animeganV2: Network = {
  name: 'animegan-v2',
  title: 'AnimeGANv2',
  description: 'The best-known version: four inverted residual blocks, layer norm.',
  multiple: 4,
  parameters: 2_143_552,
  defaults: { resize: 'asymmetric', normEpsilon: 1e-12 },
  build: (x, options = animeganV2.defaults, source = parameter) => {
    const { resize: mode, normEpsilon: epsilon, outputBias = false } = options
    const layer = (from: Tensor, name: string, channels: number, options: ConvLayer = {}): Tensor =>
      activate(layerNorm(source, mirroredConv(source, from, name, channels, options), name, epsilon))

    const a0 = layer(x, 'a0', 32, { kernel: 7 })
    const b1 = layer(layer(a0, 'b0', 64, { stride: 2 }), 'b1', 64)
    const c1 = layer(layer(b1, 'c0', 128, { stride: 2 }), 'c1', 128)
    let h = layer(c1, 'c2', 128)
    for (let block = 0; block < 4; block++) {
      const residual = { norm: layerNorm, epsilon, middle: block === 0 ? 256 : 512, depthwiseBias: true }
      h = invertedResidual(source, h, `r${block}`, 256, residual)
    }
    const c3 = layer(h, 'c3', 128)
    const d1 = layer(layer(resizeLike(c3, b1, mode), 'd0', 128), 'd1', 128)
    const e1 = layer(layer(resizeLike(d1, x, mode), 'e0', 64), 'e1', 64)
    const e2 = layer(e1, 'e2', 32, { kernel: 7 })
    return tanh(mirroredConv(source, e2, 'out', 3, { kernel: 1, bias: outputBias }))
  },
}
