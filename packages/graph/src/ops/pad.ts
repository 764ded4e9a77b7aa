/**
 * Padding of pictures (the last two axes of NCHW): zeros, mirror without repeating the border ("reflect", as TensorFlow's
 * REFLECT and PyTorch's ReflectionPad2d), or the border repeated ("edge"). And of their channels, with zeros.
 */
import { addToDim, type Dim, isStatic, staticShape } from '../dim.ts'
import { apply, channelsOf, floatsOnly, type Operation, picturesOnly, type Tensor } from '../tensor.ts'
import { int64s, sizeOf } from '../value.ts'
import { add } from './elementwise.ts'
import { sum } from './reduce.ts'
import { concat, expand, slice } from './shape.ts'
import { constant } from './source.ts'

export type PadMode = 'zero' | 'reflect' | 'edge'
/** Rows above, columns left, rows below, columns right. */
export type Border = readonly [top: number, left: number, bottom: number, right: number]

interface Padding {
  readonly mode: PadMode
  readonly border: Border
}

/** Throws unless the border is four whole numbers, none negative. */
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

export const padOp: Operation<Padding> = {
  name: 'pad',
  infer: ([x], { mode, border }) => {
    floatsOnly([x])
    picturesOnly(x)
    checkBorder(border)
    const [top, left, bottom, right] = border
    const [n, c, h, w] = x.shape as [Dim, Dim, Dim, Dim]
    const most = Math.max(top, bottom)
    if (mode === 'edge' && (h === 0 || w === 0)) throw new Error('an empty picture has no edge')
    if (mode === 'reflect' && ((isStatic(h) && most >= h) || (isStatic(w) && Math.max(left, right) >= w))) {
      throw new Error(`cannot mirror ${most} rows or ${Math.max(left, right)} columns of a picture this small`)
    }
    return { dtype: x.dtype, shape: [n, c, addToDim(h, top + bottom), addToDim(w, left + right)] }
  },
  evaluate: ([x], { mode, border }, shape) => {
    // Where the sizes were symbols, whether the picture is large enough to mirror is only known now.
    padOp.infer([x], { mode, border })
    const [top, left] = border
    const [, , height, width] = x.shape as [number, number, number, number]
    const [, , rows, columns] = shape as [number, number, number, number]
    const data = new Float32Array(sizeOf(shape))
    for (let i = 0; i < data.length; i++) {
      const plane = Math.floor(i / columns / rows)
      const sy = sourceIndex((Math.floor(i / columns) % rows) - top, height, mode)
      const sx = sourceIndex((i % columns) - left, width, mode)
      if (sy !== undefined && sx !== undefined) data[i] = (x.data as Float32Array)[(plane * height + sy) * width + sx]
    }
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad, { mode, border: [top, left, bottom, right] }) => {
    const [, , h, w] = staticShape(node.inputs[0].shape, 'the gradient of pad') as [number, number, number, number]
    return [foldBack(foldBack(grad, 2, top, bottom, h, mode), 3, left, right, w, mode)]
  },
  onnx: (_node, { mode, border: [top, left, bottom, right] }) => ({
    type: 'Pad',
    attributes: { mode: mode === 'zero' ? 'constant' : mode },
    extra: [int64s([0, 0, top, left, 0, 0, bottom, right])],
  }),
}

export const padChannelsOp: Operation<{ readonly after: number }> = {
  name: 'padChannels',
  infer: ([x], { after }) => {
    floatsOnly([x])
    picturesOnly(x)
    if (!Number.isSafeInteger(after) || after < 0) throw new Error(`${after} is not a number of channels`)
    return { dtype: x.dtype, shape: x.shape.with(1, addToDim(x.shape[1], after)) }
  },
  evaluate: ([x], _attributes, shape) => {
    const data = new Float32Array(sizeOf(shape))
    const [from, to] = [sizeOf(x.shape.slice(1)), sizeOf(shape.slice(1))]
    for (let image = 0; image < shape[0]; image++) {
      data.set((x.data as Float32Array).subarray(image * from, (image + 1) * from), image * to)
    }
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad) => [slice(grad, 1, 0, channelsOf(node.inputs[0]))],
  onnx: (_node, { after }) => ({
    type: 'Pad',
    attributes: { mode: 'constant' },
    extra: [int64s([0, 0, 0, 0, 0, after, 0, 0])],
  }),
}

/** Adds what lies in the border along one axis to the elements it was copied from: the transpose of padding. */
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

/** Pads the last two axes. The same tensor when the border is all zero. */
export const pad = (x: Tensor, border: Border, mode: PadMode): Tensor =>
  border.every((size) => size === 0) ? x : apply(padOp, { mode, border }, [x])
/** Adds channels of zeros after those that there are. */
export const padChannels = (x: Tensor, after: number): Tensor => apply(padChannelsOp, { after }, [x])
