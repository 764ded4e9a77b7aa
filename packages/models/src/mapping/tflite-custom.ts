/**
 * MediaPipe's own TensorFlow Lite operators as graphs: those of its face mesh, which refines lips and eyes in crops of
 * a feature map placed by the landmarks found so far, and the transposed convolution of its person mask. As defined in
 * mediapipe/util/tflite/operations; the first three are the second versions.
 */
import {
  abs,
  add,
  concat,
  constant,
  conv,
  depthToSpace,
  div,
  floats,
  gather,
  greater,
  isStatic,
  matMul,
  max,
  maximum,
  mul,
  neg,
  reshape,
  sample,
  slice,
  sqrt,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
} from '@animegan/graph'
import { FlexMap } from '../formats/flex-map.ts'
import type { TfLiteOperator } from '../formats/tflite.ts'
import { type Builder, FORMAT, given, refuse, symbolic } from './tflite-operand.ts'

/** Limit on the number of landmarks and on the size of crops. */
const MOST_LANDMARKS = 1000
const LARGEST_CROP = 256

const optionsOf = (operator: TfLiteOperator): FlexMap => new FlexMap(FORMAT, operator.type, operator.custom)

const wholeNumber = (operator: TfLiteOperator, options: FlexMap, key: string, least: number, most: number): number => {
  const value = options.number(key)
  const fits = Number.isSafeInteger(value) && value >= least && value <= most
  return fits ? value : refuse(operator, `expected ${key} from ${least} to ${most}, found ${value}`)
}

/** The affine map of a matrix [1, 4, 4] in the plane: its linear part [1, 2, 2] and its shift [1, 2, 1]. */
const affineOf = (operator: TfLiteOperator, matrix: Tensor): readonly [linear: Tensor, shift: Tensor] => {
  if (matrix.shape.join() !== '1,4,4') refuse(operator, 'expected a matrix of 4 by 4')
  const rows = slice(matrix, 1, 0, 2)
  return [slice(rows, 2, 0, 2), slice(rows, 2, 3)]
}

/** Points [1, n, 2] through an affine map. */
const moved = (points: Tensor, [linear, shift]: readonly [Tensor, Tensor]): Tensor =>
  add(matMul(points, linear, { transposeB: true }), transpose(shift, [0, 2, 1]))

/**
 * From landmarks [1, n, 3], the matrix [1, 4, 4] that maps crop pixels to the landmarks' coordinates. The crop covers
 * some of the landmarks: their box, in a frame level with the line between two of them, times `scale`.
 */
const landmarksToMatrix: Builder = (operator, [from]) => {
  const landmarks = symbolic(operator, from)
  const [, count, dimensions] = landmarks.shape
  if (landmarks.shape.length !== 3 || !isStatic(count) || dimensions !== 3)
    return refuse(operator, 'expected a list of landmarks in three dimensions')
  const options = optionsOf(operator)
  const [left, right] = ['left_rotation_idx', 'right_rotation_idx'].map((key) =>
    wholeNumber(operator, options, key, 0, count - 1),
  ) as [number, number]
  const size = ['output_width', 'output_height'].map((key) => wholeNumber(operator, options, key, 1, LARGEST_CROP))
  const scales = ['scale_x', 'scale_y'].map((key, axis) => options.number(key) / size[axis])
  const subset = options.numbers('subset_idxs', MOST_LANDMARKS)
  if (subset.length === 0 || !subset.every((index) => Number.isSafeInteger(index) && index >= 0 && index < count))
    refuse(operator, `expected a subset of ${count} landmarks`)
  if (options.number('target_rotation_radians') !== 0) refuse(operator, 'expected a level crop')

  const places = slice(landmarks, 2, 0, 2)
  const direction = sub(gather(places, 1, [right]), gather(places, 1, [left]))
  const length = sqrt(sum(mul(direction, direction), [2]))
  // Two coinciding landmarks have no direction; this gives an empty crop instead of NaN.
  const across = div(direction, max(length, 1e-12))
  const down = concat([neg(slice(across, 2, 1)), slice(across, 2, 0, 1)], 2)
  // Its columns are the crop's axes: points as rows, times this matrix, are points in the level frame.
  const axes = transpose(concat([across, down], 1), [0, 2, 1])
  const level = matMul(gather(places, 1, subset), axes)
  const [high, low] = [maximum(level, [1]), neg(maximum(neg(level), [1]))]
  const linear = mul(axes, mul(sub(high, low), constant(floats(scales, [1, 1, 2]))))
  const middle = matMul(div(add(high, low), 2), axes, { transposeB: true })
  const half = constant(
    floats(
      size.map((side) => side / 2),
      [1, 1, 2],
    ),
  )
  const shift = sub(transpose(middle, [0, 2, 1]), matMul(linear, half, { transposeB: true }))
  const rows = concat([linear, constant(floats([0, 0], [1, 2, 1])), shift], 2)
  return concat([rows, constant(floats([0, 0, 1, 0, 0, 0, 0, 1], [1, 2, 4]))], 1)
}

/**
 * Samples a crop from a picture at the places that a matrix [1, 4, 4] maps crop pixels to, bilinear; zero outside the
 * picture.
 */
const transformTensor: Builder = (operator, [from, by]) => {
  const picture = symbolic(operator, from)
  const sides = picture.shape.slice(2)
  if (picture.shape.length !== 4 || !sides.every(isStatic)) return refuse(operator, 'expected a picture of known size')
  const options = optionsOf(operator)
  const rows = wholeNumber(operator, options, 'output_height', 1, LARGEST_CROP)
  const columns = wholeNumber(operator, options, 'output_width', 1, LARGEST_CROP)
  // Places are counted from the corner of the first pixel, samples from its centre.
  const centres = Array.from({ length: rows * columns }, (_, i) => [(i % columns) + 0.5, Math.floor(i / columns) + 0.5])
  const grid = constant(floats(centres.flat(), [1, rows * columns, 2]))
  const places = sub(moved(grid, affineOf(operator, symbolic(operator, by))), 0.5)
  const middle = sides.toReversed().map((side) => (side - 1) / 2)
  const away = sub(abs(sub(places, constant(floats(middle)))), constant(floats(middle)))
  const inside = where(greater(maximum(away, [2]), 0), 0, 1)
  const read = sample(picture, reshape(places, [1, rows, columns, 2]))
  return mul(read, reshape(inside, [1, 1, rows, columns]))
}

/** Landmarks [1, n, 2] transformed by a matrix [1, 4, 4]. */
const transformLandmarks: Builder = (operator, [from, by]) => {
  const landmarks = symbolic(operator, from)
  if (landmarks.shape.length !== 3 || landmarks.shape[2] !== 2)
    refuse(operator, 'expected a list of landmarks in two dimensions')
  return moved(landmarks, affineOf(operator, symbolic(operator, by)))
}

/** A transposed convolution whose kernel size equals its stride: every pixel becomes a separate block. */
const transposedConvolution: Builder = (operator, [from, weights, bias]) => {
  const picture = symbolic(operator, from)
  const kernel = given(operator, weights, 4, 'float32')
  const [out, height, width, channels] = kernel.shape as [number, number, number, number]
  const { buffer, byteOffset, byteLength } = operator.custom
  const numbers = new DataView(buffer, byteOffset, byteLength)
  const strides = byteLength === 12 ? [numbers.getInt32(8, true), numbers.getInt32(4, true)] : []
  const even = picture.shape.slice(2).every((side) => !isStatic(side) || side % 2 === 0)
  if (strides.join() !== `${height},${width}` || height !== 2 || width !== 2 || !even)
    refuse(operator, 'expected blocks of two by two in place of pixels, of an even picture')
  // [block row, block column, out, in]: the channels of depthToSpace, in their order.
  const rows = height * width * out
  const data = new Float32Array(rows * channels)
  for (let row = 0; row < rows; row++) {
    const [block, o] = [Math.floor(row / out), row % out]
    for (let c = 0; c < channels; c++)
      data[row * channels + c] = (kernel.data as Float32Array)[(o * height * width + block) * channels + c]
  }
  const shifts = given(operator, bias, 1, 'float32').data as Float32Array
  const repeated = floats(Float32Array.from({ length: rows }, (_, row) => shifts[row % out]))
  const spread = conv(picture, constant(floats(data, [rows, channels, 1, 1])), { bias: constant(repeated) })
  return depthToSpace(spread, height)
}

/** Builders by operator type. */
export const customBuilders: Readonly<Record<string, Builder>> = {
  'CUSTOM Landmarks2TransformMatrix': landmarksToMatrix,
  'CUSTOM TransformTensorBilinear': transformTensor,
  'CUSTOM TransformLandmarks': transformLandmarks,
  'CUSTOM Convolution2DTransposeBias': transposedConvolution,
}
