/** A bilinear warp: reads pictures at computed places, which may lie between pixels. */
import { isStatic, staticShape } from '../dim.ts'
import { apply, floatsOnly, type Operation, picturesOnly, type Tensor } from '../tensor.ts'
import { floats, sizeOf } from '../value.ts'

/** Not differentiable: no network that is trained here uses it. */
export const sampleOp: Operation<object> = {
  name: 'sample',
  infer: (inputs) => {
    floatsOnly(inputs)
    const [x, places] = inputs
    picturesOnly(x)
    if (places.shape.length !== 4 || places.shape[0] !== x.shape[0] || places.shape[3] !== 2)
      throw new Error('expects places [n, rows, columns, 2]')
    if (!x.shape.slice(2).every(isStatic)) throw new Error('expects pictures of known size')
    return { dtype: 'float32', shape: [x.shape[0], x.shape[1], places.shape[1], places.shape[2]] }
  },
  evaluate: ([x, places], _attributes, shape) => {
    const [, channels, height, width] = x.shape as [number, number, number, number]
    const area = shape[2] * shape[3]
    const from = x.data as Float32Array
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const plane = Math.floor(i / area)
      const place = 2 * (Math.floor(plane / channels) * area + (i % area))
      const [px, py] = [places.data[place] as number, places.data[place + 1] as number]
      const [left, top] = [Math.floor(px), Math.floor(py)]
      const [u, v] = [px - left, py - top]
      const pixel = (column: number, row: number): number =>
        column < 0 || row < 0 || column >= width || row >= height ? 0 : from[(plane * height + row) * width + column]
      const above = pixel(left, top) * (1 - u) + pixel(left + 1, top) * u
      const below = pixel(left, top + 1) * (1 - u) + pixel(left + 1, top + 1) * u
      return above * (1 - v) + below * v
    })
    return { dtype: 'float32', shape, data }
  },
  // ONNX counts places from -1 to 1, from border to border.
  onnx: (node) => {
    const [height, width] = staticShape(node.inputs[0].shape.slice(2), 'sample') as [number, number]
    return [
      { type: 'Mul', from: [1], extra: [floats([2 / width, 2 / height])] },
      { type: 'Add', extra: [floats([1 / width - 1, 1 / height - 1])] },
      { type: 'GridSample', from: [0, 3], attributes: { mode: 'bilinear', padding_mode: 'zeros', align_corners: 0 } },
    ]
  },
}

/**
 * `x` [n, c, h, w] read at `places` [n, rows, columns, 2], x before y, in pixels; the middle of the first pixel is (0,
 * 0). Bilinear; beyond the border there is zero. Gives [n, c, rows, columns]. Not differentiable.
 */
export const sample = (x: Tensor, places: Tensor): Tensor => apply(sampleOp, {}, [x, places])
