/** Losses on pixels themselves: total variation, and the distance from a wanted picture. */
import { abs, add, meanAll, mul, slice, sub, type Tensor } from '@animegan/graph'

/**
 * Half the mean squared difference of neighbours, vertical plus horizontal: AnimeGANv2's total_variation_loss (TensorFlow's
 * l2_loss is half a sum of squares).
 */
export const variationLoss = (x: Tensor): Tensor => {
  const along = (axis: number): Tensor => {
    const size = x.shape[axis] as number
    const difference = sub(slice(x, axis, 1, size), slice(x, axis, 0, size - 1))
    return mul(meanAll(mul(difference, difference)), 0.5)
  }
  return add(along(2), along(3))
}

/** Mean absolute difference of pictures. */
export const pixelLoss = (x: Tensor, wanted: Tensor): Tensor => meanAll(abs(sub(x, wanted)))
