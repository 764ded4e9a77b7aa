/**
 * Operations that move elements without changing them: reshape, transpose, slice, concatenate, repeat, depth to space
 * and back. Padding (pad.ts) and resizing (scale.ts) create new elements.
 */
import { broadcastIndices } from '../broadcast.ts'
import {
  addDims,
  addToDim,
  type Dim,
  dimsEqual,
  floorDivideDim,
  formatDim,
  isStatic,
  type Shape,
  scaleDim,
  shapesEqual,
  staticShape,
} from '../dim.ts'
import { apply, type Operation, picturesOnly, type Tensor } from '../tensor.ts'
import { int64s, newArray, sizeOf, type Value } from '../value.ts'
import { constant } from './source.ts'

/** Row-major strides of a shape. */
export const stridesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))

/** Throws unless the shape has the axis. */
export const checkAxis = (shape: Shape, axis: number): void => {
  if (!(axis >= 0 && axis < shape.length)) throw new Error(`axis ${axis} is outside the shape`)
}

/** A value whose element `i` is the input's element `index(i)`. */
const gather = (x: Value, shape: readonly number[], index: (i: number) => number): Value => {
  const data = newArray(x.dtype, sizeOf(shape))
  for (let i = 0; i < data.length; i++) data[i] = x.data[index(i)]
  return { dtype: x.dtype, shape, data }
}

export const reshapeOp: Operation<{ readonly shape: readonly number[] }> = {
  name: 'reshape',
  infer: ([x], { shape }) => {
    const from = sizeOf(staticShape(x.shape, 'input'))
    if (from !== sizeOf(shape)) throw new Error(`cannot make [${shape}] of ${from} elements`)
    return { dtype: x.dtype, shape }
  },
  evaluate: ([x], _attributes, shape) => ({ ...x, shape }),
  gradient: (node, grad) => [reshape(grad, node.inputs[0].shape as readonly number[])],
  onnx: (_node, { shape }) => ({ type: 'Reshape', extra: [int64s(shape)] }),
}

export const transposeOp: Operation<{ readonly order: readonly number[] }> = {
  name: 'transpose',
  infer: ([x], { order }) => {
    if (order.length !== x.shape.length || order.toSorted((a, b) => a - b).some((axis, i) => axis !== i)) {
      throw new Error(`order [${order}] is not a permutation of the axes`)
    }
    return { dtype: x.dtype, shape: order.map((axis) => x.shape[axis]) }
  },
  evaluate: ([x], { order }, shape) => {
    const from = stridesOf(x.shape)
    const to = stridesOf(shape)
    return gather(x, shape, (i) =>
      order.reduce((index, axis, position) => index + (Math.floor(i / to[position]) % shape[position]) * from[axis], 0),
    )
  },
  gradient: (_node, grad, { order }) => [
    transpose(
      grad,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
  onnx: (_node, { order }) => ({ type: 'Transpose', attributes: { perm: order } }),
}

interface SliceRange {
  readonly axis: number
  /** First element; counted from the end when negative. */
  readonly start: number
  /** One past the last; counted from the end when negative; absent: to the end (or, backwards, to the beginning). */
  readonly end?: number
  /** Not zero; negative walks backwards. */
  readonly step: number
}

const sliceLength = (dim: Dim, { start, end, step }: SliceRange): Dim => {
  if (!Number.isSafeInteger(step) || step === 0) throw new Error(`cannot walk in steps of ${step}`)
  const at = (index: number): Dim => (index < 0 ? addToDim(dim, index) : index)
  const [from, to] = [at(start), end === undefined ? (step > 0 ? dim : -1) : at(end)]
  const [low, high] = step > 0 ? [from, to] : [to, from]
  if (!isStatic(high) && isStatic(low)) {
    return floorDivideDim(addToDim(high, Math.abs(step) - 1 - low), Math.abs(step))
  }
  if (isStatic(high) && isStatic(low)) {
    const length = Math.floor((high - low + Math.abs(step) - 1) / Math.abs(step))
    // Backwards the range is (low, high], forwards [low, high).
    const shift = step > 0 ? 0 : 1
    if (length <= 0 || low + shift < 0 || (isStatic(dim) && high + shift > dim)) {
      throw new Error(`elements ${start} to ${end ?? 'the end'} by ${step} of ${formatDim(dim)} are none or outside`)
    }
    return length
  }
  if (!isStatic(high) && !isStatic(low) && high.scale === low.scale) {
    return Math.floor((high.offset - low.offset + Math.abs(step) - 1) / Math.abs(step))
  }
  throw new Error('slice of a symbolic size must be from a fixed start or end')
}

export const sliceOp: Operation<SliceRange> = {
  name: 'slice',
  infer: ([x], range) => {
    checkAxis(x.shape, range.axis)
    return { dtype: x.dtype, shape: x.shape.with(range.axis, sliceLength(x.shape[range.axis], range)) }
  },
  evaluate: ([x], { axis, start, step }, shape) => {
    const inner = sizeOf(shape.slice(axis + 1))
    const size = x.shape[axis]
    const first = start < 0 ? start + size : start
    return gather(x, shape, (i) => {
      const outer = Math.floor(i / inner / shape[axis])
      const k = Math.floor(i / inner) % shape[axis]
      return (outer * size + first + k * step) * inner + (i % inner)
    })
  },
  gradient: (node, grad, { axis, start, step }) => {
    const size = staticShape(node.inputs[0].shape, 'the gradient of slice')[axis]
    const length = node.shape[axis] as number
    const first = start < 0 ? start + size : start
    if (step < 0) {
      const forwards = slice(grad, axis, -1, undefined, -1)
      return [place(forwards, axis, first + (length - 1) * step, -step, size)]
    }
    return [place(grad, axis, first, step, size)]
  },
  onnx: (_node, { axis, start, end, step }) => ({
    type: 'Slice',
    extra: [
      int64s([start]),
      int64s([end ?? (step > 0 ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER)]),
      int64s([axis]),
      int64s([step]),
    ],
  }),
}

const zeros = (shape: readonly number[]): Tensor =>
  expand(constant({ dtype: 'float32', shape: shape.map(() => 1), data: new Float32Array(1) }), shape)

/** Writes the elements into zeros of `size` along the axis, `step` apart, from `first` on: the transpose of slice. */
const place = (x: Tensor, axis: number, first: number, step: number, size: number): Tensor => {
  const shape = staticShape(x.shape, 'place')
  let spread = x
  if (step > 1) {
    const inserted = shape.toSpliced(axis + 1, 0, 1)
    const gaps = zeros(shape.toSpliced(axis + 1, 0, step - 1))
    const spaced = concat([reshape(x, inserted), gaps], axis + 1)
    spread = slice(reshape(spaced, shape.with(axis, shape[axis] * step)), axis, 0, shape[axis] * step - step + 1)
  }
  const length = spread.shape[axis] as number
  const parts = [first, size - first - length].map((count) => (count > 0 ? zeros(shape.with(axis, count)) : undefined))
  return concat(
    [parts[0], spread, parts[1]].filter((part) => part !== undefined),
    axis,
  )
}

export const concatOp: Operation<{ readonly axis: number }> = {
  name: 'concat',
  infer: (inputs, { axis }) => {
    const first = inputs[0]
    checkAxis(first.shape, axis)
    for (const { shape, dtype } of inputs) {
      if (dtype !== first.dtype || shape.length !== first.shape.length) throw new Error('types or ranks differ')
      shape.forEach((dim, i) => {
        if (i !== axis && !dimsEqual(dim, first.shape[i])) throw new Error(`sizes differ on axis ${i}`)
      })
    }
    const total = inputs.slice(1).reduce<Dim>((size, { shape }) => addDims(size, shape[axis]), first.shape[axis])
    return { dtype: first.dtype, shape: first.shape.with(axis, total) }
  },
  evaluate: (inputs, { axis }, shape) => {
    const data = newArray(inputs[0].dtype, sizeOf(shape))
    const outer = sizeOf(shape.slice(0, axis))
    const rows = inputs.map((value) => sizeOf(value.shape.slice(axis)))
    let at = 0
    for (let i = 0; i < outer; i++) {
      inputs.forEach((value, k) => {
        for (let j = 0; j < rows[k]; j++) data[at++] = value.data[i * rows[k] + j]
      })
    }
    return { dtype: inputs[0].dtype, shape, data }
  },
  gradient: (node, grad, { axis }) => {
    let at = 0
    return node.inputs.map(({ shape }) => {
      const size = staticShape(shape, 'the gradient of concat')[axis]
      at += size
      return slice(grad, axis, at - size, at)
    })
  },
  onnx: (_node, { axis }) => ({ type: 'Concat', attributes: { axis } }),
}

export const interleaveOp: Operation<object> = {
  name: 'interleave',
  infer: (inputs) => {
    const [first] = inputs
    picturesOnly(first)
    if (
      inputs.length !== 4 ||
      !inputs.every(({ dtype, shape }) => dtype === first.dtype && shapesEqual(shape, first.shape))
    )
      throw new Error('expects four pictures of one shape')
    return { dtype: first.dtype, shape: first.shape.map((dim, axis) => (axis < 2 ? dim : scaleDim(dim, 2))) }
  },
  evaluate: (inputs, _attributes, shape) => {
    const [height, width] = shape.slice(2) as [number, number]
    const data = newArray(inputs[0].dtype, sizeOf(shape))
    for (let i = 0; i < data.length; i++) {
      const [row, column] = [Math.floor(i / width) % height, i % width]
      const plane = Math.floor(i / width / height)
      const at = (plane * (height / 2) + (row >> 1)) * (width / 2) + (column >> 1)
      data[i] = inputs[2 * (row & 1) + (column & 1)].data[at]
    }
    return { dtype: inputs[0].dtype, shape, data }
  },
  // Whole rows are interleaved; only columns go element by element. Twice as fast as ONNX Runtime's DepthToSpace.
  onnx: () => [
    { type: 'Concat', from: [0, 2], attributes: { axis: 3 } },
    { type: 'Concat', from: [1, 3], attributes: { axis: 3 } },
    { type: 'Unsqueeze', from: [4], extra: [int64s([4])] },
    { type: 'Unsqueeze', from: [5], extra: [int64s([4])] },
    { type: 'Concat', from: [6, 7], attributes: { axis: 4 } },
    { type: 'Shape', from: [0] },
    { type: 'Mul', extra: [int64s([1, 1, 2, 2])] },
    { type: 'Reshape', from: [8, 10] },
  ],
}

export const expandOp: Operation<{ readonly shape: Shape }> = {
  name: 'expand',
  infer: ([x], { shape }) => {
    const fits = x.shape.length === shape.length && x.shape.every((dim, i) => dim === 1 || dimsEqual(dim, shape[i]))
    if (!fits) throw new Error('only axes of size one can be repeated')
    return { dtype: x.dtype, shape }
  },
  evaluate: ([x], _attributes, shape) => {
    const indices = broadcastIndices(x.shape, shape)
    return gather(x, shape, (i) => indices[i])
  },
  gradient: (_node, grad) => [grad],
  onnx: (node) => ({ type: 'Expand', extra: [int64s(staticShape(node.shape, 'expand'))] }),
}

interface Blocks {
  readonly block: number
}

/**
 * Where element `i` of depth-to-space's result comes from; channels ordered block row, block column, channel (ONNX
 * "DCR").
 */
const depthToSpaceIndex = (block: number, deep: readonly number[], wide: readonly number[]) => {
  const [, channels, height, width] = deep as [number, number, number, number]
  const [, kept, rows, columns] = wide as [number, number, number, number]
  return (i: number): number => {
    const x = i % columns
    const y = Math.floor(i / columns) % rows
    const c = Math.floor(i / columns / rows) % kept
    const n = Math.floor(i / columns / rows / kept)
    const channel = ((y % block) * block + (x % block)) * kept + c
    return ((n * channels + channel) * height + Math.floor(y / block)) * width + Math.floor(x / block)
  }
}

export const depthToSpaceOp: Operation<Blocks> = {
  name: 'depthToSpace',
  infer: ([x], { block }) => {
    picturesOnly(x)
    const [n, c, h, w] = x.shape as [Dim, Dim, Dim, Dim]
    if (!isStatic(c) || c % block ** 2 !== 0) throw new Error(`channels must be a multiple of ${block ** 2}`)
    return { dtype: x.dtype, shape: [n, c / block ** 2, scaleDim(h, block), scaleDim(w, block)] }
  },
  evaluate: ([x], { block }, shape) => gather(x, shape, depthToSpaceIndex(block, x.shape, shape)),
  gradient: (_node, grad, { block }) => [apply(spaceToDepthOp, { block }, [grad])],
  onnx: (_node, { block }) => ({ type: 'DepthToSpace', attributes: { blocksize: block, mode: 'DCR' } }),
}

export const spaceToDepthOp: Operation<Blocks> = {
  name: 'spaceToDepth',
  infer: ([x], { block }) => {
    picturesOnly(x)
    const [n, c, h, w] = x.shape as [Dim, Dim, Dim, Dim]
    if (!isStatic(c)) throw new Error('expects a known number of channels')
    const [rows, columns] = [floorDivideDim(h, block), floorDivideDim(w, block)]
    if (!dimsEqual(scaleDim(rows, block), h) || !dimsEqual(scaleDim(columns, block), w)) {
      throw new Error(`height and width must be multiples of ${block}`)
    }
    return { dtype: x.dtype, shape: [n, c * block ** 2, rows, columns] }
  },
  evaluate: ([x], { block }, shape) => {
    const index = depthToSpaceIndex(block, shape, x.shape)
    const data = newArray(x.dtype, sizeOf(shape))
    for (let i = 0; i < data.length; i++) data[index(i)] = x.data[i]
    return { dtype: x.dtype, shape, data }
  },
  gradient: (_node, grad, { block }) => [depthToSpace(grad, block)],
  onnx: (_node, { block }) => ({ type: 'SpaceToDepth', attributes: { blocksize: block } }),
}

export const reshape = (x: Tensor, shape: readonly number[]): Tensor => apply(reshapeOp, { shape }, [x])
/** Axis `i` of the result is axis `order[i]` of the input. */
export const transpose = (x: Tensor, order: readonly number[]): Tensor => apply(transposeOp, { order }, [x])
/** Elements `start` to `end` (exclusive) by `step` along one axis, Python's rules for negative numbers. */
export const slice = (x: Tensor, axis: number, start: number, end?: number, step = 1): Tensor =>
  apply(sliceOp, { axis, start, end, step }, [x])
export const concat = (parts: readonly Tensor[], axis: number): Tensor =>
  parts.length === 1 ? parts[0] : apply(concatOp, { axis }, parts)
/**
 * Four pictures [n, c, h, w] as one [n, c, 2h, 2w], in the order: even rows and even columns, even rows and odd
 * columns, odd rows and even columns, odd rows and odd columns.
 */
export const interleave = (phases: readonly Tensor[]): Tensor => apply(interleaveOp, {}, phases)
/** Repeats axes of size one to the shape. */
export const expand = (x: Tensor, shape: Shape): Tensor => apply(expandOp, { shape }, [x])
/** [n, block²·c, h, w] to [n, c, block·h, block·w]; channels ordered block row, block column, channel. */
export const depthToSpace = (x: Tensor, block: number): Tensor => apply(depthToSpaceOp, { block }, [x])
/** The inverse of `depthToSpace`. */
export const spaceToDepth = (x: Tensor, block: number): Tensor => apply(spaceToDepthOp, { block }, [x])
