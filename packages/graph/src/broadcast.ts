/** NumPy's broadcasting rules: the shape two shapes broadcast to, and which input element each result element reads. */
import { type Dim, dimsEqual, formatShape, type Shape } from './dim.ts'
import { sizeOf } from './value.ts'

/** The shape two shapes broadcast to. Throws when they do not match. */
export const broadcastShapes = (a: Shape, b: Shape): Shape => {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis): Dim => {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (dimsEqual(left, right) || right === 1) return left
    if (left === 1) return right
    throw new Error(`shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`)
  })
}

/** For each element of a result of `shape`, the index of the input element it reads, where the input is broadcast. */
export const broadcastIndices = (from: readonly number[], shape: readonly number[]): Int32Array => {
  const indices = new Int32Array(sizeOf(shape))
  const lead = shape.length - from.length
  let inner = 1
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]
    const own = axis >= lead ? from[axis - lead] : 1
    if (own !== 1) {
      for (let i = 0; i < indices.length; i++) indices[i] += (Math.floor(i / inner) % size) * stride
      stride *= own
    }
    inner *= size
  }
  return indices
}
