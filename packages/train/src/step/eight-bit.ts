/**
 * Training for 8 bits: the generator's tensors are rounded to 256 levels during the step, as they will be when the style
 * is drawn in 8 bits, so that it learns weights whose results do not drift. The gradient of rounding is taken to be 1
 * inside the range of the levels and 0 outside ("straight-through", Bengio et al., 2013); a tensor's range is the running
 * mean of its least and largest numbers over the steps (Jacob et al., "Quantization and Training of Neural Networks",
 * 2018). Weights are not rounded: their 7 bits move flat colours by 0.2 levels, where the tensors' 8 bits move them by 3.
 */
import {
  add,
  concat,
  div,
  input,
  max,
  maximum,
  min,
  mul,
  neg,
  replaceActivations,
  reshape,
  round,
  slice,
  stopGradient,
  sub,
  type Tensor,
} from '@animegan/graph'
import { runningStatistics } from '../losses/statistics.ts'
import type { Draft } from './draft.ts'
import { prefixes } from './names.ts'

/** Steps between the 256 levels. */
const steps = 255

/** The least and the largest number of a tensor, zero among them, as [2]. */
const rangeOf = (x: Tensor): Tensor => {
  const largest = (of: Tensor): Tensor => reshape(max(maximum(of, [0, 1, 2, 3]), 0), [1])
  return concat([neg(largest(neg(x))), largest(x)], 0)
}

/** `x` rounded to the nearest of the levels from `low` to `high`, of which one is zero. */
const rounded = (x: Tensor, low: Tensor, high: Tensor): Tensor => {
  const scale = max(div(sub(high, low), steps), 1e-12)
  const zero = round(div(neg(low), scale))
  const inside = min(max(x, neg(mul(zero, scale))), mul(sub(steps, zero), scale))
  return add(inside, stopGradient(sub(mul(round(div(inside, scale)), scale), inside)))
}

/**
 * The generator's result [n, c, h, w] computed from rounded tensors. The draft's state gets the ranges.
 *
 * @throws AnimeganError `unsupported` for a network without an 8-bit form
 */
export const inEightBits = (result: Tensor, { rate, state }: Draft): Tensor =>
  replaceActivations(result, (x, place) => {
    const name = `${prefixes.running}range${place}`
    const range = runningStatistics(input(name, [2]), stopGradient(rangeOf(x)), rate('running'))
    state.set(name, range)
    const [low, high] = [0, 1].map((at) => reshape(slice(range, 0, at, at + 1), []))
    return rounded(x, low, high)
  })
