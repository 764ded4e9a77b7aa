/**
 * External attention as in AnimeGANv3: every position attends to a learnt memory of features, shared by all pictures.
 * Its softmax runs over positions; that sum is a statistic here, so a graph with given statistics treats each position
 * independently.
 */
import {
  add,
  channelsOf,
  conv,
  div,
  exp,
  log,
  maximum,
  mean,
  mul,
  statistic,
  stopGradient,
  sub,
  sum,
  type Tensor,
  transpose,
} from '@animegan/graph'
import { activate, mirroredConv, perChannel } from './layers.ts'
import type { ParameterSource } from './parameters.ts'

const memorySize = 128
const least = 1e-9

/**
 * `x` plus what it reads from the memory. Parameters `<name>.in.weight`, `<name>.memory` [entries, channels, 1, 1],
 * `<name>.out.weight`, and `<name>.scale` and `.shift` in place of the original's batch norm with its fixed averages.
 * One statistic, `<name>.level`: the logarithm of the mean over positions of exp(similarity), per entry of the memory.
 *
 * The original divides by the sum over positions, not the mean. As the result is then divided by its sum over entries
 * plus 1e-9, that only changes the relative weight of 1e-9 (added to about 1 here, to about 128 / positions in the
 * original); the mean does not depend on the size of the picture it was measured on.
 */
export const externalAttention = (source: ParameterSource, x: Tensor, name: string): Tensor => {
  const channels = channelsOf(x)
  const memory = source(`${name}.memory`, [memorySize, channels, 1, 1])
  const similarity = conv(mirroredConv(source, x, `${name}.in`, channels, { kernel: 1 }), memory)
  const highest = stopGradient(maximum(similarity, [2, 3]))
  const level = statistic(add(log(mean(exp(sub(similarity, highest)), [2, 3])), highest), `${name}.level`)
  const share = exp(sub(similarity, level))
  const attention = div(share, add(sum(share, [1]), least))
  const found = conv(attention, transpose(memory, [1, 0, 2, 3]))
  const mixed = mirroredConv(source, found, `${name}.out`, channels, { kernel: 1 })
  const scale = perChannel(source, `${name}.scale`, channels)
  const shift = perChannel(source, `${name}.shift`, channels)
  return activate(add(add(mul(mixed, scale), shift), x))
}
