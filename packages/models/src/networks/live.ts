/**
 * Our own network for live pictures: a U-Net without normalisation, so tiles are exact, nothing flickers and 8-bit is
 * easy. Borders are zeros inside the convolutions, but mirrored in the first and the last. Layer names start with a
 * letter for the size: a full, b half, c and r a quarter, d half, e full.
 */
import { add, channelsOf, conv, parameter, resize, type Tensor, tanh } from '@animegan/graph'
import { activate, mirroredConv } from '../layers.ts'
import type { Network } from './network.ts'

export const live: Network = {
  name: 'live',
  title: 'Live',
  description: 'Ours: a U-Net without normalisation, for clips and the camera.',
  multiple: 4,
  parameters: 913_827,
  defaults: { resize: 'nearest', normEpsilon: 1e-5 },
  build: (x, { resize: mode } = live.defaults, source = parameter) => {
    const plain = (from: Tensor, name: string, channels: number, stride = 1): Tensor =>
      conv(from, source(`${name}.weight`, [channels, channelsOf(from), 3, 3]), {
        bias: source(`${name}.bias`, [channels]),
        stride,
        border: [1, 1, 1, 1],
      })
    const layer = (from: Tensor, name: string, channels: number, stride = 1): Tensor =>
      activate(plain(from, name, channels, stride))

    const a0 = activate(mirroredConv(source, x, 'a0', 32, { kernel: 5, bias: true }))
    const b1 = layer(layer(a0, 'b0', 48, 2), 'b1', 48)
    let h = layer(layer(b1, 'c0', 96, 2), 'c1', 96)
    for (const name of ['r0', 'r1', 'r2', 'r3']) h = add(h, plain(layer(h, `${name}a`, 96), `${name}b`, 96))
    const d1 = layer(add(resize(layer(h, 'd0', 48), mode), b1), 'd1', 48)
    const e1 = layer(add(resize(layer(d1, 'e0', 32), mode), a0), 'e1', 32)
    return tanh(mirroredConv(source, e1, 'out', 3, { kernel: 5, bias: true }))
  },
}
