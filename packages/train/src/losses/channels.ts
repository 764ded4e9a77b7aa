/** Fixed matrices on the channels of each pixel, and the gray that the style losses use. Pictures are [n, 3, h, w]. */
import { constant, conv, floats, type Tensor } from '@animegan/graph'

/** Applies a matrix, given row by row, to the three channels of each pixel. */
export const onChannels = (x: Tensor, rows: readonly (readonly number[])[]): Tensor =>
  conv(x, constant(floats(rows.flat(), [rows.length, 3, 1, 1])))

/** ITU-R BT.601 luma of RGB, as OpenCV's and TensorFlow's gray. */
export const luma = [0.299, 0.587, 0.114] as const

/** The gray picture, its luma in all three channels. */
export const grayOf = (x: Tensor): Tensor => onChannels(x, [luma, luma, luma])
