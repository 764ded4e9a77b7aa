/**
 * CartoonGAN, from its paper (Chen, Lai, Liu, CVPR 2018): two steps down, eight residual blocks, two steps up. Where
 * the paper leaves a choice, ours is: instance norm with scale and shift; mirrored borders; strides of one half as
 * resizing (nearest) and a convolution, which avoids checkerboard patterns; no bias before a norm; tanh at the end.
 * Layer names start with a letter for the size: a full, b half, c and r a quarter, d half, e full.
 */
import { add, parameter, relu, resize, type Tensor, tanh } from '@animegan/graph'
import { type ConvLayer, instanceNorm, mirroredConv } from '../layers.ts'
import type { Network } from './network.ts'

export const cartoongan: Network = {
  name: 'cartoongan',
  title: 'CartoonGAN',
  description: 'The predecessor of AnimeGAN: eight residual blocks, instance norm.',
  multiple: 4,
  parameters: 11_124_355,
  defaults: { resize: 'nearest', normEpsilon: 1e-5 },
  build: (x, options = cartoongan.defaults, source = parameter) => {
    const { resize: mode, normEpsilon: epsilon } = options
    const normed = (from: Tensor, name: string, channels: number, layer: ConvLayer = {}): Tensor =>
      instanceNorm(source, mirroredConv(source, from, name, channels, layer), name, epsilon)
    const down = (from: Tensor, letter: string, channels: number): Tensor =>
      relu(normed(mirroredConv(source, from, `${letter}0`, channels, { stride: 2 }), `${letter}1`, channels))
    const up = (from: Tensor, letter: string, channels: number): Tensor =>
      relu(normed(mirroredConv(source, resize(from, mode), `${letter}0`, channels), `${letter}1`, channels))

    let h = down(down(relu(normed(x, 'a0', 64, { kernel: 7 })), 'b', 128), 'c', 256)
    for (let block = 0; block < 8; block++) {
      h = add(h, normed(relu(normed(h, `r${block}a`, 256)), `r${block}b`, 256))
    }
    return tanh(mirroredConv(source, up(up(h, 'd', 128), 'e', 64), 'out', 3, { kernel: 7, bias: true }))
  },
}
