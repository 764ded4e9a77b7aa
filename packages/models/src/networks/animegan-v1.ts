/**
 * AnimeGAN: eight inverted residual blocks between separable convolutions, instance norm. As in TensorFlow 1, stride 2
 * pads below and right; separable convolutions have their own epsilon. Layer names start with a letter for the size: a
 * full, b half, c and r a quarter, d half, e full.
 */
import { add, parameter, resize, type Tensor, tanh } from '@animegan/graph'
import { activate, instanceNorm, invertedResidual, mirroredConv } from '../layers.ts'
import { halve } from '../sizes.ts'
import type { Network } from './network.ts'

export const animeganV1: Network = {
  name: 'animegan-v1',
  title: 'AnimeGAN',
  description: 'The first version: inverted residual blocks, instance norm, separable convolutions.',
  multiple: 4,
  parameters: 3_956_096,
  defaults: { resize: 'asymmetric', normEpsilon: 1e-5, separableNormEpsilon: 1e-6 },
  build: (x, options = animeganV1.defaults, source = parameter) => {
    const { resize: mode, normEpsilon: epsilon, separableNormEpsilon = 1e-6 } = options
    const plain = (from: Tensor, name: string, channels: number): Tensor =>
      activate(instanceNorm(source, mirroredConv(source, from, name, channels), name, epsilon))
    const separable = (from: Tensor, name: string, channels: number, stride: 1 | 2 = 1): Tensor => {
      const inputs = from.shape[1] as number
      const filtered = mirroredConv(source, from, `${name}.depthwise`, inputs, { depthwise: true, stride })
      const mixed = mirroredConv(source, filtered, `${name}.pointwise`, channels, { kernel: 1 })
      return activate(instanceNorm(source, mixed, name, separableNormEpsilon))
    }
    const down = (from: Tensor, name: string, channels: number): Tensor =>
      add(separable(from, `${name}.stride`, channels, 2), separable(halve(from, mode), `${name}.shrink`, channels))

    const a1 = plain(plain(x, 'a0', 64), 'a1', 64)
    const b2 = separable(plain(down(a1, 'b0', 128), 'b1', 128), 'b2', 128)
    let h = plain(down(b2, 'c0', 256), 'c1', 256)
    for (let block = 0; block < 8; block++) {
      const residual = { norm: instanceNorm, epsilon, middle: 512, depthwiseBias: false }
      h = invertedResidual(source, h, `r${block}`, 256, residual)
    }
    const c2 = plain(h, 'c2', 256)
    const d2 = plain(separable(separable(resize(c2, mode), 'd0', 128), 'd1', 128), 'd2', 128)
    const e2 = plain(plain(separable(resize(d2, mode), 'e0', 128), 'e1', 64), 'e2', 64)
    return tanh(mirroredConv(source, e2, 'out', 3, { kernel: 1 }))
  },
}
