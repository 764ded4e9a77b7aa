/**
 * Sums, means and maxima along one axis, kept as an axis of size one. Reductions over several axes are chained, the
 * last axis first: one flat float32 sum over a picture loses 2.5e-3 of a normalised value at 720p, the chain 5e-7.
 */
import { isStatic } from '../dim.ts'
import { apply, floatsOnly, type Operation, type Tensor } from '../tensor.ts'
import { int64s, sizeOf } from '../value.ts'
import { div } from './elementwise.ts'
import { checkAxis, expand } from './shape.ts'

interface Reduction {
  readonly kind: 'sum' | 'mean' | 'max'
  readonly axis: number
}

const types = { sum: 'ReduceSum', mean: 'ReduceMean', max: 'ReduceMax' } as const

export const reduceOp: Operation<Reduction> = {
  name: 'reduce',
  infer: ([x], { axis }) => {
    floatsOnly([x])
    checkAxis(x.shape, axis)
    return { dtype: 'float32', shape: x.shape.with(axis, 1) }
  },
  evaluate: ([x], { kind, axis }, shape) => {
    const size = x.shape[axis]
    const inner = sizeOf(x.shape.slice(axis + 1))
    const from = x.data as Float32Array
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const start = Math.floor(i / inner) * size * inner + (i % inner)
      let total = kind === 'max' ? -Infinity : 0
      for (let k = 0; k < size; k++) {
        const value = from[start + k * inner]
        total = kind === 'max' ? Math.max(total, value) : total + value
      }
      return kind === 'mean' ? total / size : total
    })
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad, { kind, axis }) => {
    const x = node.inputs[0]
    const size = x.shape[axis]
    if (kind === 'max') throw new Error('max: not differentiable, put it behind stopGradient')
    if (kind === 'sum') return [expand(grad, x.shape)]
    if (!isStatic(size)) throw new Error('mean: its gradient needs a size known in advance')
    return [expand(div(grad, size), x.shape)]
  },
  onnx: (_node, { kind, axis }) => ({ type: types[kind], attributes: { keepdims: 1 }, extra: [int64s([axis])] }),
}

const reduce = (kind: Reduction['kind'], x: Tensor, axes: readonly number[]): Tensor =>
  axes.toSorted((a, b) => b - a).reduce((partial, axis) => apply(reduceOp, { kind, axis }, [partial]), x)

export const sum = (x: Tensor, axes: readonly number[]): Tensor => reduce('sum', x, axes)
export const mean = (x: Tensor, axes: readonly number[]): Tensor => reduce('mean', x, axes)
/** Along the axes. Not differentiable. */
export const maximum = (x: Tensor, axes: readonly number[]): Tensor => reduce('max', x, axes)
/** The mean of all elements, as a scalar of the same rank. */
export const meanAll = (x: Tensor): Tensor =>
  mean(
    x,
    x.shape.map((_, axis) => axis),
  )
