/**
 * Pooling and doubling: averages and maxima of non-overlapping blocks, and doubling by nearest or by bilinear in the
 * three conventions that trained networks use. In one file because they are each other's gradients. `asymmetric` is
 * TensorFlow 1's resize_images (source = target / 2), `half_pixel` PyTorch's align_corners=False, `align_corners`
 * PyTorch's align_corners=True.
 */
import { type Dim, floorDivideDim, scaleDim, staticShape } from '../dim.ts'
import { apply, floatsOnly, type OnnxNode, type Operation, picturesOnly, type Tensor } from '../tensor.ts'
import { floats, sizeOf, type Value } from '../value.ts'
import { div, greater, mul, where } from './elementwise.ts'
import { matMul } from './matmul.ts'
import { reshape, transpose } from './shape.ts'
import { constant } from './source.ts'

interface Pooling {
  readonly block: number
}

const pooling = (
  name: string,
  type: string,
  start: number,
  step: (total: number, value: number, count: number) => number,
  gradient: (node: Tensor, grad: Tensor) => Tensor,
): Operation<Pooling> => ({
  name,
  infer: ([x], { block }) => {
    floatsOnly([x])
    picturesOnly(x)
    const shape = x.shape.map((dim, axis): Dim => (axis < 2 ? dim : floorDivideDim(dim, block)))
    if (shape[2] === 0 || shape[3] === 0) throw new Error('the picture is smaller than a block')
    return { dtype: 'float32', shape }
  },
  evaluate: ([x], { block }, shape) => {
    const [, , height, width] = x.shape as [number, number, number, number]
    const [, , rows, columns] = shape as [number, number, number, number]
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const plane = Math.floor(i / columns / rows) * height
      const top = plane + (Math.floor(i / columns) % rows) * block
      const left = (i % columns) * block
      let total = start
      for (let y = 0; y < block; y++) {
        for (let k = 0; k < block; k++) {
          total = step(total, (x.data as Float32Array)[(top + y) * width + left + k], block * block)
        }
      }
      return total
    })
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad, { block }) => {
    const [h, w] = node.inputs[0].shape.slice(2)
    if (block !== 2 || (h as number) % 2 !== 0 || (w as number) % 2 !== 0) {
      throw new Error(`${name}: its gradient needs blocks of two and an even height and width`)
    }
    return [gradient(node, grad)]
  },
  onnx: (_node, { block }) => ({ type, attributes: { kernel_shape: [block, block], strides: [block, block] } }),
})

export const averagePoolOp = pooling(
  'averagePool',
  'AveragePool',
  0,
  (total, value, count) => total + value / count,
  (_node, grad) => mul(resize(grad, 'nearest'), 0.25),
)

export const maxPoolOp = pooling(
  'maxPool',
  'MaxPool',
  -Infinity,
  (total, value) => Math.max(total, value),
  (node, grad) => {
    // Where several elements of a block are the maximum, they share the gradient equally: a valid subgradient, the same
    // on every engine. (The elements equal to the maximum are those that are not smaller.)
    const x = node.inputs[0]
    const smaller = greater(resize(node, 'nearest'), x)
    const share = where(smaller, 0, 1)
    const count = mul(averagePool(share, 2), 4)
    return mul(share, resize(div(grad, count), 'nearest'))
  },
)

export type ResizeMode = 'nearest' | 'asymmetric' | 'half_pixel' | 'align_corners'

/** The two source elements of target element `i` along an axis of `size`, and the weight of the second. */
const taps = (i: number, size: number, mode: ResizeMode): [number, number, number] => {
  if (mode === 'nearest') return [i >> 1, i >> 1, 0]
  const position =
    mode === 'asymmetric' ? i / 2 : mode === 'half_pixel' ? (i + 0.5) / 2 - 0.5 : (i * (size - 1)) / (2 * size - 1)
  const clamped = Math.min(Math.max(position, 0), size - 1)
  const low = Math.floor(clamped)
  return [low, Math.min(low + 1, size - 1), clamped - low]
}

export const resizeOp: Operation<{ readonly mode: ResizeMode }> = {
  name: 'resize',
  infer: ([x]) => {
    floatsOnly([x])
    picturesOnly(x)
    return { dtype: 'float32', shape: x.shape.map((dim, axis) => (axis < 2 ? dim : scaleDim(dim, 2))) }
  },
  evaluate: ([x], { mode }, shape) => {
    const [, , height, width] = x.shape as [number, number, number, number]
    const from = x.data as Float32Array
    const rows = Array.from({ length: 2 * height }, (_, i) => taps(i, height, mode))
    const columns = Array.from({ length: 2 * width }, (_, i) => taps(i, width, mode))
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const [x0, x1, fx] = columns[i % (2 * width)]
      const [y0, y1, fy] = rows[Math.floor(i / 2 / width) % (2 * height)]
      const plane = Math.floor(i / 4 / width / height) * height
      const row = (y: number) => from[(plane + y) * width + x0] * (1 - fx) + from[(plane + y) * width + x1] * fx
      return row(y0) * (1 - fy) + row(y1) * fy
    })
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad, { mode }) => {
    if (mode === 'nearest') return [mul(averagePool(grad, 2), 4)]
    const [n, c, h, w] = staticShape(node.inputs[0].shape, 'the gradient of resize') as [number, number, number, number]
    // Bilinear resizing is R·x·Cᵀ with fixed matrices, so its gradient is Rᵀ·g·C.
    const alongWidth = matMul(reshape(grad, [n * c * 2 * h, 2 * w]), constant(interpolationMatrix(w, mode)))
    const rows = transpose(reshape(alongWidth, [n * c, 2 * h, w]), [0, 2, 1])
    const alongHeight = matMul(reshape(rows, [n * c * w, 2 * h]), constant(interpolationMatrix(h, mode)))
    return [reshape(transpose(reshape(alongHeight, [n * c, w, h]), [0, 2, 1]), [n, c, h, w])]
  },
  onnx: (_node, { mode }) => {
    const attributes: OnnxNode['attributes'] =
      mode === 'nearest'
        ? { mode, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
        : { mode: 'linear', coordinate_transformation_mode: mode }
    return { type: 'Resize', attributes, extra: [undefined, floats([1, 1, 2, 2])] }
  },
}

/** The [2·size, size] matrix of doubling along an axis. */
const interpolationMatrix = (size: number, mode: ResizeMode): Value => {
  const data = new Float32Array(2 * size * size)
  for (let i = 0; i < 2 * size; i++) {
    const [low, high, weight] = taps(i, size, mode)
    data[i * size + low] += 1 - weight
    data[i * size + high] += weight
  }
  return floats(data, [2 * size, size])
}

/** The mean of each block; a remainder at the right or bottom is dropped. */
export const averagePool = (x: Tensor, block: number): Tensor => apply(averagePoolOp, { block }, [x])
/** The maximum of each block; a remainder at the right or bottom is dropped. */
export const maxPool = (x: Tensor, block: number): Tensor => apply(maxPoolOp, { block }, [x])
/** [n, c, h, w] to [n, c, 2h, 2w]. */
export const resize = (x: Tensor, mode: ResizeMode): Tensor => apply(resizeOp, { mode }, [x])
