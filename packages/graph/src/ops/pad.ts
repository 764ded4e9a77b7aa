/**
 * Padding of pictures and of their channels: zeros, mirror without repeating the border ("reflect", as TensorFlow's
 * REFLECT and PyTorch's ReflectionPad2d), or the border repeated ("edge").
 */
import { addToDim, isStatic, type Shape, staticShape } from '../dim.ts'
import { apply, type Operation, picturesOnly, type Tensor } from '../tensor.ts'
import { int64s, newArray, sizeOf } from '../value.ts'
import { add } from './elementwise.ts'
import { sum } from './reduce.ts'
import { concat, expand, slice, stridesOf } from './shape.ts'
import { constant } from './source.ts'

export type PadMode = 'zero' | 'reflect' | 'edge'
/** Rows above, columns left, rows below, columns right. */
export type Border = readonly [top: number, left: number, bottom: number, right: number]

interface Padding {
  readonly mode: PadMode
  /** Elements added before and after each axis. */
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/** Throws unless the border is four non-negative whole numbers. */
export const checkBorder = (border: Border): void => {
  if (border.length !== 4 || !border.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new Error(`border [${border}] is not four sizes`)
  }
}

/** Where padded position `i` reads from along an axis; undefined means zero. */
export const sourceIndex = (i: number, size: number, mode: PadMode): number | undefined => {
  if (i >= 0 && i < size) return i
  if (mode === 'zero') return undefined
  if (mode === 'edge') return i < 0 ? 0 : size - 1
  return i < 0 ? -i : 2 * (size - 1) - i
}

/** Throws where the axes have nothing to repeat or too little to mirror. */
const checkSizes = (shape: Shape, { mode, before, after }: Padding): void => {
  shape.forEach((size, axis) => {
    const most = Math.max(before[axis], after[axis])
    if (most === 0 || !isStatic(size)) return
    if (mode === 'edge' && size === 0) throw new Error('an empty picture has no edge')
    if (mode === 'reflect' && most >= size) throw new Error(`cannot mirror ${most} rows or columns of ${size}`)
  })
}

export const padOp: Operation<Padding> = {
  name: 'pad',
  infer: ([x], padding) => {
    if (x.dtype !== 'float32' && x.dtype !== 'uint8') throw new Error(`expects float32 or uint8, got ${x.dtype}`)
    picturesOnly(x)
    const { before, after } = padding
    for (const size of [...before, ...after]) {
      if (!Number.isSafeInteger(size) || size < 0) throw new Error(`cannot pad by ${size}`)
    }
    checkSizes(x.shape, padding)
    return { dtype: x.dtype, shape: x.shape.map((size, axis) => addToDim(size, before[axis] + after[axis])) }
  },
  evaluate: ([x], padding, shape) => {
    // For symbolic sizes, only now is it known whether the picture is large enough to mirror.
    checkSizes(x.shape, padding)
    const { mode, before } = padding
    const [from, to] = [stridesOf(x.shape), stridesOf(shape)]
    const data = newArray(x.dtype, sizeOf(shape))
    for (let i = 0; i < data.length; i++) {
      const sources = shape.map((size, axis) =>
        sourceIndex((Math.floor(i / to[axis]) % size) - before[axis], x.shape[axis], mode),
      )
      const at = sources.reduce<number | undefined>(
        (sum, source, axis) => (sum === undefined || source === undefined ? undefined : sum + source * from[axis]),
        0,
      )
      if (at !== undefined) data[i] = x.data[at]
    }
    return { dtype: x.dtype, shape, data }
  },
  gradient: (node, grad, { mode, before, after }) => {
    const sizes = staticShape(node.inputs[0].shape, 'the gradient of pad')
    return [
      sizes.reduce(
        (folded, size, axis) =>
          before[axis] + after[axis] === 0 ? folded : foldBack(folded, axis, before[axis], after[axis], size, mode),
        grad,
      ),
    ]
  },
  onnx: (_node, { mode, before, after }) => ({
    type: 'Pad',
    attributes: { mode: mode === 'zero' ? 'constant' : mode },
    extra: [int64s([...before, ...after])],
  }),
}

/** Adds the border values along one axis to the elements they were copied from: the transpose of padding. */
const foldBack = (grad: Tensor, axis: number, before: number, after: number, size: number, mode: PadMode): Tensor => {
  let folded = slice(grad, axis, before, before + size)
  if (mode === 'zero') return folded
  const fold = (border: Tensor, at: number): void => {
    folded = add(folded, placeRows(border, axis, at, size))
  }
  if (before > 0) {
    const border = slice(grad, axis, 0, before)
    if (mode === 'reflect') fold(slice(border, axis, -1, undefined, -1), 1)
    else fold(sum(border, [axis]), 0)
  }
  if (after > 0) {
    const border = slice(grad, axis, before + size, before + size + after)
    if (mode === 'reflect') fold(slice(border, axis, -1, undefined, -1), size - 1 - after)
    else fold(sum(border, [axis]), size - 1)
  }
  return folded
}

const placeRows = (x: Tensor, axis: number, at: number, size: number): Tensor => {
  const length = x.shape[axis] as number
  const zero = constant({ dtype: 'float32', shape: [1, 1, 1, 1], data: new Float32Array(1) })
  const parts = [at, size - at - length].map((count) =>
    count > 0 ? expand(zero, x.shape.with(axis, count)) : undefined,
  )
  return concat(
    [parts[0], x, parts[1]].filter((part) => part !== undefined),
    axis,
  )
}

const padded = (x: Tensor, mode: PadMode, before: readonly number[], after: readonly number[]): Tensor =>
  [...before, ...after].every((size) => size === 0) ? x : apply(padOp, { mode, before, after }, [x])

/** Pads the last two axes of NCHW. The same tensor when the border is all zero. */
export const pad = (x: Tensor, border: Border, mode: PadMode): Tensor => {
  checkBorder(border)
  const [top, left, bottom, right] = border
  return padded(x, mode, [0, 0, top, left], [0, 0, bottom, right])
}

/** Pads the middle axes of NHWC. */
export const padPixels = (x: Tensor, [top, left, bottom, right]: Border, mode: PadMode): Tensor =>
  padded(x, mode, [0, top, left, 0], [0, bottom, right, 0])

/** Appends channels of zeros to NCHW. */
export const padChannels = (x: Tensor, after: number): Tensor => padded(x, 'zero', [0, 0, 0, 0], [0, after, 0, 0])
