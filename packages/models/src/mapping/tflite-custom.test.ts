import { constant, floats, interpret, type Tensor, type Value } from '@animegan/graph'
import { encode } from 'flatbuffers/js/flexbuffers.js'
import { describe, expect, test } from 'vitest'
import { customBuilders } from './tflite-custom.ts'
import type { Operand } from './tflite-operand.ts'

/** An operator's result. Inputs given as tensors are computed; those given as values are constants of the file. */
const run = (type: string, custom: Uint8Array, inputs: readonly Operand[]): number[] => {
  const operator = { type: `CUSTOM ${type}`, inputs: [], outputs: [], options: {}, custom }
  const made = customBuilders[operator.type](operator, inputs, [])
  return [...interpret([made as Tensor], {})[0].data].map(Number)
}

const computed = (numbers: readonly number[], shape: readonly number[]): Tensor => constant(floats(numbers, shape))

const close = (actual: readonly number[], wanted: readonly number[]): void => {
  expect(actual).toHaveLength(wanted.length)
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i], 4)
  })
}

const nothing = new Uint8Array()
/** A quarter turn to the right, scaled by two and shifted: (x, y) to (10 - 2y, 20 + 2x). */
const turned = computed([0, -2, 0, 10, 2, 0, 0, 20, 0, 0, 1, 0, 0, 0, 0, 1], [1, 4, 4])

describe('Landmarks2TransformMatrix', () => {
  const options = {
    left_rotation_idx: 0,
    right_rotation_idx: 1,
    output_width: 4,
    output_height: 2,
    scale_x: 1.5,
    scale_y: 1,
    subset_idxs: [0, 1, 2],
    target_rotation_radians: 0,
  }
  const of = (points: readonly number[], change: object = {}): number[] =>
    run('Landmarks2TransformMatrix', encode({ ...options, ...change }), [computed(points, [1, points.length / 3, 3])])

  test('a level crop: the box of the landmarks, scaled about its centre', () => {
    // From (10, 20) to (18, 24): 12 wide when scaled, so one crop pixel is 3 across and 2 down.
    close(of([10, 20, 0, 18, 20, 0, 12, 24, 5]), [3, 0, 0, 8, 0, 2, 0, 20, 0, 0, 1, 0, 0, 0, 0, 1])
  })

  test('landmarks turned a quarter to the right give a crop turned the same way', () => {
    // From (6, 20) to (10, 28), centre (8, 24): the crop's x runs down the picture, its y to the left.
    close(of([10, 20, 0, 10, 28, 0, 6, 22, 5]), [0, -2, 0, 10, 3, 0, 0, 18, 0, 0, 1, 0, 0, 0, 0, 1])
  })

  test('landmarks that coincide still give finite numbers', () => {
    expect(of([1, 1, 0, 1, 1, 0, 1, 1, 0]).every(Number.isFinite)).toBe(true)
  })

  test.each<[string, object]>([
    ['expected left_rotation_idx from 0 to 2', { left_rotation_idx: 3 }],
    ['expected output_width from 1 to 256', { output_width: 1e6 }],
    ['expected a subset of 3 landmarks', { subset_idxs: [0, 9, 1] }],
    ['expected a level crop', { target_rotation_radians: 0.5 }],
  ])('%s', (message, change) => {
    expect(() => of([1, 2, 0, 3, 4, 0, 5, 6, 0], change)).toThrow(message)
    expect(() => of([1, 2, 0, 3, 4, 0, 5, 6, 0], change)).toThrow(expect.objectContaining({ code: 'bad-weights' }))
  })
})

test('TransformLandmarks', () => {
  close(run('TransformLandmarks', nothing, [computed([0, 0, 3, 4], [1, 2, 2]), turned]), [10, 20, 2, 26])
  const three = computed([1, 2, 3], [1, 1, 3])
  expect(() => run('TransformLandmarks', nothing, [three, turned])).toThrow('in two dimensions')
  const flat = computed([1, 0, 0, 1], [1, 2, 2])
  expect(() => run('TransformLandmarks', nothing, [flat, flat])).toThrow('a matrix of 4 by 4')
})

test('TransformTensorBilinear: places count from corners, and beyond the centres of the border pixels it is zero', () => {
  const picture = computed([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3])
  const crop = (numbers: readonly number[], width: number, height: number): number[] =>
    run('TransformTensorBilinear', encode({ output_width: width, output_height: height }), [
      picture,
      computed([...numbers, 0, 0, 1, 0, 0, 0, 0, 1], [1, 4, 4]),
    ])
  close(crop([1, 0, 0, 0, 0, 1, 0, 0], 3, 3), [1, 2, 3, 4, 5, 6, 7, 8, 9])
  close(crop([1, 0, 0, 0.5, 0, 1, 0, 1], 3, 1), [4.5, 5.5, 0])
  close(crop([0.5, 0, 0, 0, 0, 0.5, 0, 0], 3, 1), [0, 0, 0])
  expect(() => crop([1, 0, 0, 0, 0, 1, 0, 0], 3, 0)).toThrow('expected output_height from 1 to 256')
})

test('Convolution2DTransposeBias: every pixel becomes a block', () => {
  const options = new Uint8Array(Int32Array.of(1, 2, 2).buffer)
  const picture = computed([1, 2, 0, 0, 0, 0, 0, 10], [1, 2, 2, 2])
  const weights: Value = floats([1, 100, 2, 200, 3, 300, 4, 400], [1, 2, 2, 2])
  const made = run('Convolution2DTransposeBias', options, [picture, weights, floats([0.5])])
  // The first channel's pixels 1 and 2, the second's 10 at the lower right.
  close(made, [1.5, 2.5, 2.5, 4.5, 3.5, 4.5, 6.5, 8.5, 0.5, 0.5, 1000.5, 2000.5, 0.5, 0.5, 3000.5, 4000.5])
  const other = new Uint8Array(Int32Array.of(1, 1, 1).buffer)
  expect(() => run('Convolution2DTransposeBias', other, [picture, weights, floats([0.5])])).toThrow('blocks of two')
  expect(() => run('Convolution2DTransposeBias', nothing, [picture, weights, floats([0.5])])).toThrow('blocks of two')
  expect(() => run('Convolution2DTransposeBias', options, [weights, weights, floats([0.5])])).toThrow('a constant')
})
