/**
 * Our own network: a U-Net without normalisation, so tiles are exact, nothing flickers and 8-bit is easy. The picture is
 * folded into cells of 2 x 2 pixels first, all layers run on cells or coarser, and the cells are unfolded at the end.
 * Borders are zeros inside the convolutions, but mirrored in the first and the last. Layer names start with a letter
 * for the size: a half, b a quarter, c and r an eighth, d a quarter, e half.
 */
import {
  add,
  channelsOf,
  conv,
  depthToSpace,
  parameter,
  resize,
  spaceToDepth,
  type Tensor,
  tanh,
} from '@animegan/graph'
import { activate, mirroredConv } from '../layers.ts'
import type { Network } from './network.ts'

/** Side of a cell in pixels. */
const cell = 2

export const live: Network = {
  name: 'live',
  title: 'Live',
  description: 'Ours, for pictures, clips and the camera: a U-Net at half resolution and below, without normalisation.',
  multiple: 8,
  parameters: 865_164,
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

    const a0 = activate(mirroredConv(source, spaceToDepth(x, cell), 'a0', 32, { bias: true }))
    const b0 = layer(a0, 'b0', 64, 2)
    let h = layer(b0, 'c0', 96, 2)
    for (const name of ['r0', 'r1', 'r2', 'r3']) h = add(h, plain(layer(h, `${name}a`, 96), `${name}b`, 96))
    const d1 = layer(add(resize(layer(h, 'd0', 64), mode), b0), 'd1', 64)
    const e1 = layer(add(resize(layer(d1, 'e0', 32), mode), a0), 'e1', 32)
    return depthToSpace(tanh(mirroredConv(source, e1, 'out', 3 * cell ** 2, { bias: true })), cell)
  },
}
