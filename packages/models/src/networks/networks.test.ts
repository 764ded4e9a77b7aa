/** Every network: its number of weights, that it keeps the picture's shape, and its names. */
import {
  floats,
  formatShape,
  freezeStatistics,
  input,
  interpret,
  receptiveRadius,
  sizeOf,
  statisticsOf,
  symbolicDim,
  type Tensor,
  topologicalOrder,
  type Value,
} from '@animegan/graph'
import { describe, expect, test } from 'vitest'
import { parametersOf } from '../parameters.ts'
import { type Architecture, animeganV3Tails, networkOf, networks, weightShapes } from './index.ts'

const count = (shapes: Iterable<readonly number[]>): number =>
  [...shapes].reduce((sum, shape) => sum + sizeOf(shape), 0)

const parameters: Record<Architecture, number> = {
  'animegan-v1': 3_956_096,
  'animegan-v2': 2_143_552,
  'animegan-v2-lite': 698_240,
  'animegan-v3': 1_027_520,
  // 64·3·49 + 2 down + 8 residual + 2 up + 3·64·49 + 3, and a scale and a shift per normalised channel.
  cartoongan: 11_124_355,
  live: 865_164,
}
const withoutNorms = ['live']

describe.each(Object.entries(parameters))('%s', (name, expected) => {
  const network = networkOf(name)

  test('has its number of weights', () => {
    expect(network.parameters).toBe(expected)
    expect(count(weightShapes(network).values())).toBe(expected)
  })

  test('keeps a symbolic shape', () => {
    const x = input('x', [2, 3, symbolicDim('h', network.multiple), symbolicDim('w', network.multiple)])
    expect(formatShape(network.build(x).shape)).toBe(formatShape(x.shape))
  })

  test('is local once its statistics are given', () => {
    const y = network.build(input('x', [1, 3, 64, 64]))
    const statistics = statisticsOf([y])
    expect(Object.keys(statistics).length > 0).toBe(!withoutNorms.includes(name))
    const values = Object.entries(statistics).map(([key, { shape }]) => {
      const sizes = shape as number[]
      expect(sizes.length === 4 && sizes[2] === 1 && sizes[3] === 1, key).toBe(true)
      return [key, floats(new Float32Array(sizeOf(sizes)), sizes)] as const
    })
    const overPixels = (outputs: Tensor[]) =>
      topologicalOrder(outputs).filter(
        ({ op, attributes }) => op.name === 'reduce' && (attributes as { axis: number }).axis !== 1,
      )
    expect(overPixels([y]).length > 0).toBe(!withoutNorms.includes(name))
    expect(overPixels(freezeStatistics([y], Object.fromEntries(values)))).toEqual([])
  })
})

test('both tails of animegan-v3 have 1,557,792 weights', () => {
  const { main, support } = animeganV3Tails(input('x', [1, 3, 16, 16]))
  const shapes = [...parametersOf([main, support]).values()].map(({ shape }) => shape as number[])
  expect(count(shapes)).toBe(1_557_792)
})

test('live sees what lies within 105 pixels', () => {
  const x = input('x', [1, 3, symbolicDim('h', 8), symbolicDim('w', 8)])
  // Cells 1; by convolutions of 3x3: a0 and its strided followers 2 + 2 + 4, eight in the trunk 64, d0 8, d1 4, e0 4,
  // e1 and out 2 + 2; nearest doubling and folding add 12, which the analysis rounds up.
  expect(receptiveRadius(networks.live.build(x), x, [2, 3])).toBe(105)
})

describe('live in the interpreter', () => {
  const zeros = (): Record<string, Value> =>
    Object.fromEntries(
      [...weightShapes(networks.live)].map(([name, shape]) => [name, floats(new Float32Array(sizeOf(shape)), shape)]),
    )
  const result = (weights: Record<string, Value>): Value => {
    const x = floats(
      Float32Array.from({ length: 3 * 16 * 16 }, (_, i) => Math.sin(i)),
      [1, 3, 16, 16],
    )
    return interpret([networks.live.build(input('x', [1, 3, 16, 16]))], { ...zeros(), ...weights, x })[0]
  }

  test('zero weights make the last biases, one for each colour of each pixel of a cell', () => {
    const bias = floats(Float32Array.from({ length: 12 }, (_, i) => i / 20 - 0.3))
    const { data } = result({ 'out.bias': bias })
    for (let colour = 0; colour < 3; colour++)
      for (const [row, column] of [
        [6, 8],
        [6, 9],
        [7, 8],
        [7, 9],
      ]) {
        const place = (row % 2) * 2 + (column % 2)
        expect(data[colour * 256 + row * 16 + column]).toBeCloseTo(Math.tanh(bias.data[3 * place + colour]), 6)
      }
  })

  test('the last border is mirrored', () => {
    // The last layer sees ones through a kernel of equal weights: with mirrored borders the corner as much as the middle.
    const { data } = result({
      'e1.bias': floats(new Float32Array(32).fill(1)),
      'out.weight': floats(new Float32Array(12 * 32 * 9).fill(1e-3), [12, 32, 3, 3]),
    })
    expect(data[0]).toBeCloseTo(Math.tanh(0.288), 5)
    expect(data[8 * 16 + 8]).toBeCloseTo(Math.tanh(0.288), 5)
  })
})

test('an unknown network is an error that lists the known ones', () => {
  expect(() => networkOf('animegan-v9')).toThrow(/expected one of animegan-v1, .*, live, found "animegan-v9"/)
  expect(() => networkOf('toString')).toThrow(/expected one of/)
})

test('v2 requires a size that is a multiple, except with aligned corners', () => {
  const x = input('x', [1, 3, 50, 70])
  expect(() => networks['animegan-v2'].build(x)).toThrow(/multiple/)
  const aligned = networks['animegan-v2'].build(x, { resize: 'align_corners', normEpsilon: 1e-5 })
  expect(aligned.shape).toEqual([1, 3, 50, 70])
})
