/** The variation loss: how much neighbouring pixels of the result differ; reduces grain. */
import { add, meanAll, mul, slice, sub, type Tensor } from '@animegan/graph'
import type { Loss } from './loss.ts'

/**
 * Half the mean squared difference of neighbours, vertical plus horizontal: AnimeGANv2's total_variation_loss
 * (TensorFlow's l2_loss is half a sum of squares).
 */
export const variationLoss = (x: Tensor): Tensor => {
  const along = (axis: number): Tensor => {
    const size = x.shape[axis] as number
    const difference = sub(slice(x, axis, 1, size), slice(x, axis, 0, size - 1))
    return mul(meanAll(mul(difference, difference)), 0.5)
  }
  return add(along(2), along(3))
}

export const variation: Loss<'variation'> = {
  name: 'variation',
  parse: () => ({}),
  build: (_, { result }) => variationLoss(result),
}
