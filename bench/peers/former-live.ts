/**
 * A peer for timing: the network that was called `live` before, a U-Net at full resolution. It is entered in this
 * process's table of networks, so that whatever finds networks by name runs and trains it. Not part of the product.
 */
import { add, channelsOf, conv, leakyRelu, pad, parameter, resize, type Tensor, tanh } from '@animegan/graph'
import { type Architecture, type Network, networks } from '@animegan/models'

const network: Network = {
  name: 'live-former',
  title: 'The former live',
  description: 'A U-Net at full resolution, without normalisation.',
  multiple: 4,
  parameters: 913_827,
  defaults: { resize: 'nearest', normEpsilon: 1e-5 },
  build: (x, { resize: mode } = network.defaults, source = parameter) => {
    const plain = (from: Tensor, name: string, channels: number, stride = 1): Tensor =>
      conv(from, source(`${name}.weight`, [channels, channelsOf(from), 3, 3]), {
        bias: source(`${name}.bias`, [channels]),
        stride,
        border: [1, 1, 1, 1],
      })
    const wide = (from: Tensor, name: string, channels: number): Tensor =>
      conv(pad(from, [2, 2, 2, 2], 'reflect'), source(`${name}.weight`, [channels, channelsOf(from), 5, 5]), {
        bias: source(`${name}.bias`, [channels]),
      })
    const activate = (t: Tensor): Tensor => leakyRelu(t, 0.2)
    const layer = (from: Tensor, name: string, channels: number, stride = 1): Tensor =>
      activate(plain(from, name, channels, stride))

    const a0 = activate(wide(x, 'a0', 32))
    const b1 = layer(layer(a0, 'b0', 48, 2), 'b1', 48)
    let h = layer(layer(b1, 'c0', 96, 2), 'c1', 96)
    for (const name of ['r0', 'r1', 'r2', 'r3']) h = add(h, plain(layer(h, `${name}a`, 96), `${name}b`, 96))
    const d1 = layer(add(resize(layer(h, 'd0', 48), mode), b1), 'd1', 48)
    const e1 = layer(add(resize(layer(d1, 'e0', 32), mode), a0), 'e1', 32)
    return tanh(wide(e1, 'out', 3))
  },
}

/** Its name in the table. */
export const formerLive = network.name as Architecture
Object.assign(networks, { [formerLive]: network })
