/** Picks elements along an axis by a list of indices fixed in the graph, in any order and with repeats. */
import { isStatic } from '../dim.ts'
import { apply, type Operation, type Tensor } from '../tensor.ts'
import { int64s, newArray, sizeOf } from '../value.ts'
import { checkAxis } from './shape.ts'

interface Picking {
  readonly axis: number
  readonly indices: readonly number[]
}

/** Not differentiable: no network that is trained here uses it. */
export const gatherOp: Operation<Picking> = {
  name: 'gather',
  infer: ([x], { axis, indices }) => {
    checkAxis(x.shape, axis)
    const size = x.shape[axis]
    if (!isStatic(size)) throw new Error('expects a known number of elements')
    for (const index of indices) {
      if (!(Number.isSafeInteger(index) && index >= 0 && index < size))
        throw new Error(`there is no element ${index} of ${size}`)
    }
    return { dtype: x.dtype, shape: x.shape.with(axis, indices.length) }
  },
  evaluate: ([x], { axis, indices }, shape) => {
    const inner = sizeOf(shape.slice(axis + 1))
    const data = newArray(x.dtype, sizeOf(shape))
    for (let i = 0; i < data.length; i++) {
      const outer = Math.floor(i / inner / indices.length)
      const index = indices[Math.floor(i / inner) % indices.length]
      data[i] = x.data[(outer * x.shape[axis] + index) * inner + (i % inner)]
    }
    return { dtype: x.dtype, shape, data }
  },
  onnx: (_node, { axis, indices }) => ({ type: 'Gather', attributes: { axis }, extra: [int64s(indices)] }),
}

/** Element `i` along the axis is element `indices[i]` of `x`. Not differentiable. */
export const gather = (x: Tensor, axis: number, indices: readonly number[]): Tensor =>
  apply(gatherOp, { axis, indices }, [x])
