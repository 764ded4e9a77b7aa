/** Pooling of NCHW pictures by blocks that do not overlap: the average, and the maximum. */
import { type Dim, floorDivideDim } from '../dim.ts'
import { apply, floatsOnly, type Operation, picturesOnly, type Tensor } from '../tensor.ts'
import { sizeOf } from '../value.ts'
import { div, greater, mul, where } from './elementwise.ts'
import { resize } from './resize.ts'

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

/** The mean of each block; a rest at the right or bottom is dropped. */
export const averagePool = (x: Tensor, block: number): Tensor => apply(averagePoolOp, { block }, [x])
/** The maximum of each block; a rest at the right or bottom is dropped. */
export const maxPool = (x: Tensor, block: number): Tensor => apply(maxPoolOp, { block }, [x])
