/**
 * Halving and doubling inside the networks, in the conventions that trained weights expect. Sizes that are not a
 * multiple of the network's occur only with PyTorch's `align_corners`, which can produce any size; they must then be
 * known in advance. @animegan/core resizes pictures.
 */
import {
  averagePool,
  constant,
  dimsEqual,
  floats,
  formatShape,
  isStatic,
  matMul,
  type ResizeMode,
  reshape,
  resize,
  scaleDim,
  slice,
  type Tensor,
  transpose,
} from '@animegan/graph'

/** `x` resized to the height and width of `like`, which are twice its own (or nearly, with `align_corners`). */
export const resizeLike = (x: Tensor, like: Tensor, mode: ResizeMode): Tensor => {
  if ([2, 3].every((axis) => dimsEqual(scaleDim(x.shape[axis], 2), like.shape[axis]))) return resize(x, mode)
  const sizes = [...x.shape, ...like.shape.slice(2)]
  if (mode !== 'align_corners' || !sizes.every(isStatic)) {
    throw new Error(
      `resize: expected twice the size of ${formatShape(x.shape)}, found ${formatShape(like.shape)}; give the picture a multiple of the network's size`,
    )
  }
  const [n, c, h, w, height, width] = sizes as [number, number, number, number, number, number]
  const wide = matMul(reshape(x, [n * c * h, w]), constant(cornerMatrix(w, width)))
  const columns = transpose(reshape(wide, [n * c, h, width]), [0, 2, 1])
  const tall = matMul(reshape(columns, [n * c * width, h]), constant(cornerMatrix(h, height)))
  return reshape(transpose(reshape(tall, [n * c, width, height]), [0, 2, 1]), [n, c, height, width])
}

/** The [from, to] matrix of bilinear interpolation with aligned corners. */
const cornerMatrix = (from: number, to: number) => {
  const data = new Float32Array(from * to)
  for (let i = 0; i < to; i++) {
    const position = to > 1 ? (i * (from - 1)) / (to - 1) : 0
    const low = Math.floor(position)
    data[low * to + i] += 1 - (position - low)
    if (low + 1 < from) data[(low + 1) * to + i] += position - low
  }
  return floats(data, [from, to])
}

/** Half the height and width. TensorFlow 1's bilinear halving is every second pixel. */
export const halve = (x: Tensor, mode: ResizeMode): Tensor => {
  if (mode === 'half_pixel') return averagePool(x, 2)
  if (mode === 'align_corners') throw new Error('resize: halving with align_corners is unknown; expected asymmetric')
  return slice(slice(x, 2, 0, undefined, 2), 3, 0, undefined, 2)
}
