/**
 * Moves whole pixels of NHWC pictures: interleaves two pictures by rows or columns, and folds cells of 2x2 pixels into
 * channels and back. For channels-last graphs, such as the 8-bit ones; shape.ts has the NCHW counterparts.
 */
import { type Dim, dimsEqual, floorDivideDim, isStatic, scaleDim, shapesEqual } from '../dim.ts'
import { apply, type OnnxNode, type Operation, picturesOnly, type Tensor } from '../tensor.ts'
import { int64s, newArray, sizeOf } from '../value.ts'

/** Rows or columns of NHWC. */
type PixelAxis = 1 | 2

export const alternateOp: Operation<{ readonly axis: PixelAxis }> = {
  name: 'alternate',
  infer: ([a, b], { axis }) => {
    picturesOnly(a)
    if (a.dtype !== b.dtype || !shapesEqual(a.shape, b.shape)) throw new Error('expects two pictures of one shape')
    return { dtype: a.dtype, shape: a.shape.with(axis, scaleDim(a.shape[axis], 2)) }
  },
  evaluate: ([a, b], { axis }, shape) => {
    const data = newArray(a.dtype, sizeOf(shape))
    const run = sizeOf(shape.slice(axis + 1))
    for (let i = 0; i < data.length; i++) {
      const line = Math.floor(i / run)
      data[i] = (line % 2 === 0 ? a : b).data[Math.floor(line / 2) * run + (i % run)]
    }
    return { dtype: a.dtype, shape, data }
  },
  // Concatenated along the next axis, they already lie in memory in the right order.
  onnx: (_node, { axis }) => [
    { type: 'Shape', from: [0] },
    { type: 'Mul', extra: [int64s([1, 1, 1, 1].with(axis, 2))] },
    { type: 'Concat', from: [0, 1], attributes: { axis: axis + 1 } },
    { type: 'Reshape', from: [4, 3] },
  ],
}

/** Pixels along each side of a cell. */
const cell = 2

/** The number of channels of NHWC. */
const channelsLast = ({ shape }: Tensor): number => Number(shape[3])

/** Where element `i` of folded cells comes from in the picture [n, rows, columns, c]. */
const pixelIndex = (folded: readonly number[]) => {
  const [, rows, columns, deep] = folded
  const channels = deep / cell ** 2
  return (i: number): number => {
    const c = i % channels
    const place = Math.floor(i / channels) % cell ** 2
    const x = (Math.floor(i / deep) % columns) * cell + (place % cell)
    const line = Math.floor(i / deep / columns)
    const y = (line % rows) * cell + Math.floor(place / cell)
    return ((Math.floor(line / rows) * rows * cell + y) * columns * cell + x) * channels + c
  }
}

export const foldPixelsOp: Operation<object> = {
  name: 'foldPixels',
  infer: ([x]) => {
    picturesOnly(x)
    const [n, h, w, c] = x.shape
    if (!isStatic(c)) throw new Error('expects a known number of channels')
    const [rows, columns] = [h, w].map((size): Dim => floorDivideDim(size, cell))
    if (!dimsEqual(scaleDim(rows, cell), h) || !dimsEqual(scaleDim(columns, cell), w)) {
      throw new Error('height and width must be even')
    }
    return { dtype: x.dtype, shape: [n, rows, columns, c * cell ** 2] }
  },
  evaluate: ([x], _attributes, shape) => {
    const index = pixelIndex(shape)
    const data = newArray(x.dtype, sizeOf(shape))
    for (let i = 0; i < data.length; i++) data[i] = x.data[index(i)]
    return { dtype: x.dtype, shape, data }
  },
  // [n, 2h, 2w, c] lies in memory as [n, h, 2, w, 2c]; with the 2 and the w exchanged, as [n, h, w, 4c].
  onnx: (node): readonly OnnxNode[] => [
    { type: 'Shape', from: [0] },
    { type: 'Div', extra: [int64s([1, cell, cell, 1])] },
    { type: 'Mul', extra: [int64s([1, 1, 1, cell ** 2])] },
    { type: 'Concat', extra: [int64s([cell, cell * channelsLast(node.inputs[0])])], attributes: { axis: 0 } },
    { type: 'Gather', extra: [int64s([0, 1, 4, 2, 5])] },
    { type: 'Reshape', from: [0, 5] },
    { type: 'Transpose', attributes: { perm: [0, 1, 3, 2, 4] } },
    { type: 'Reshape', from: [7, 3] },
  ],
}

export const unfoldPixelsOp: Operation<object> = {
  name: 'unfoldPixels',
  infer: ([x]) => {
    picturesOnly(x)
    const [n, h, w, c] = x.shape
    if (!isStatic(c) || c % cell ** 2 !== 0) throw new Error(`channels must be a multiple of ${cell ** 2}`)
    return { dtype: x.dtype, shape: [n, scaleDim(h, cell), scaleDim(w, cell), c / cell ** 2] }
  },
  evaluate: ([x], _attributes, shape) => {
    const index = pixelIndex(x.shape)
    const data = newArray(x.dtype, sizeOf(shape))
    for (let i = 0; i < data.length; i++) data[index(i)] = x.data[i]
    return { dtype: x.dtype, shape, data }
  },
  onnx: (node): readonly OnnxNode[] => [
    { type: 'Shape', from: [0] },
    { type: 'Concat', extra: [int64s([cell, cell * channelsLast(node)])], attributes: { axis: 0 } },
    { type: 'Gather', extra: [int64s([0, 1, 2, 4, 5])] },
    { type: 'Mul', from: [1], extra: [int64s([1, cell, cell, 1])] },
    { type: 'Div', extra: [int64s([1, 1, 1, cell ** 2])] },
    { type: 'Reshape', from: [0, 3] },
    { type: 'Transpose', attributes: { perm: [0, 1, 3, 2, 4] } },
    { type: 'Reshape', from: [7, 5] },
  ],
}

/** Two pictures [n, h, w, c] in alternate rows (axis 1) or columns (axis 2), the first of `a`. */
export const alternate = (a: Tensor, b: Tensor, axis: PixelAxis): Tensor => apply(alternateOp, { axis }, [a, b])
/** [n, 2h, 2w, c] to [n, h, w, 4c]; channels ordered row, column, channel, as `spaceToDepth` has them. */
export const foldPixels = (x: Tensor): Tensor => apply(foldPixelsOp, {}, [x])
/** The inverse of `foldPixels`. */
export const unfoldPixels = (x: Tensor): Tensor => apply(unfoldPixelsOp, {}, [x])
