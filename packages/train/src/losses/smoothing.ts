/**
 * Region smoothing in the graph: makes a picture's flat regions flatter and keeps its edges, by the guided filter with
 * the picture as its own guide (He, Sun and Tang, "Guided Image Filtering", 2013, equations 5, 6 and 8). It replaces
 * AnimeGANv3's segmentation (Felzenszwalb) and smoothing (non-local means, then L0), which run on the CPU between
 * steps; a single graph has no such gap and runs on any engine.
 */
import { add, constant, conv, div, floats, mul, pad, sub, type Tensor } from '@animegan/graph'

/** Half the side of the window. */
const radius = 3
/** Variance up to which a window counts as flat, for values from -1 to 1: a deviation of 13 levels of 255. */
const flat = 0.01
/** Number of passes of the filter. */
const passes = 3

/** Means over the window, borders mirrored. */
const windowMean = (x: Tensor): Tensor => {
  const side = 2 * radius + 1
  const channels = x.shape[1] as number
  const line = (shape: readonly number[]): Tensor =>
    constant(floats(new Float32Array(channels * side).fill(1 / side), [channels, 1, ...shape]))
  const padded = pad(x, [radius, radius, radius, radius], 'reflect')
  return conv(conv(padded, line([side, 1]), { groups: channels }), line([1, side]), { groups: channels })
}

/** `x` [n, c, h, w], -1 to 1, with its regions smoothed, channel by channel. */
export const regionSmoothed = (x: Tensor): Tensor => {
  let y = x
  for (let pass = 0; pass < passes; pass++) {
    const mean = windowMean(y)
    const variance = sub(windowMean(mul(y, y)), mul(mean, mean))
    const slope = div(variance, add(variance, flat))
    const offset = sub(mean, mul(slope, mean))
    y = add(mul(windowMean(slope), y), windowMean(offset))
  }
  return y
}
