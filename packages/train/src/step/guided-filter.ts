/**
 * The guided filter with the picture as its own guide (He, Sun and Tang, "Guided Image Filtering", 2013, equations 5, 6
 * and 8), which AnimeGANv3 puts behind its support tail: nearly flat places become flatter, edges stay. Part of the
 * graph, as the losses' gradients pass through it.
 */
import { add, constant, conv, div, floats, mul, sub, type Tensor } from '@animegan/graph'

/** Half the side of the window. */
const radius = 2
/** Variance up to which a window counts as flat, for values from 0 to 1. */
const flat = 0.01

/** Means over the part of the window that is inside the picture. */
const windowMean = (x: Tensor): Tensor => {
  const [, channels, height, width] = x.shape as readonly number[]
  const side = 2 * radius + 1
  const along = (from: Tensor, length: number, axis: 2 | 3): Tensor => {
    const ones = [channels, 1, 1, 1].with(axis, side)
    const border = axis === 2 ? ([radius, 0, radius, 0] as const) : ([0, radius, 0, radius] as const)
    const inside = Array.from(
      { length },
      (_, i) => 1 / (Math.min(length - 1, i + radius) - Math.max(0, i - radius) + 1),
    )
    const sums = conv(from, constant(floats(new Float32Array(channels * side).fill(1), ones)), {
      groups: channels,
      border,
    })
    return mul(sums, constant(floats(inside, [1, 1, 1, 1].with(axis, length))))
  }
  return along(along(x, height, 2), width, 3)
}

/** `x` [n, c, h, w], -1 to 1, filtered channel by channel. */
export const guidedFilter = (x: Tensor): Tensor => {
  const unit = mul(add(x, 1), 0.5)
  const mean = windowMean(unit)
  const variance = sub(windowMean(mul(unit, unit)), mul(mean, mean))
  const slope = div(variance, add(variance, flat))
  const offset = sub(mean, mul(slope, mean))
  const filtered = add(mul(windowMean(slope), unit), windowMean(offset))
  return sub(mul(filtered, 2), 1)
}
