/** Rewrite passes leave outputs unchanged: the reference interpreter runs the graph before and after. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dimsEqual } from '../dim.ts'
import { interpret } from '../interpreter.ts'
import { conv, convOp } from '../ops/conv.ts'
import { add, div, leakyRelu, mul, sqrt, sub } from '../ops/elementwise.ts'
import { type PadMode, pad } from '../ops/pad.ts'
import { mean } from '../ops/reduce.ts'
import { type ResizeMode, resize, resizeOp } from '../ops/scale.ts'
import { reshape } from '../ops/shape.ts'
import { constant, input, parameter, statistic } from '../ops/source.ts'
import { attributesOf, type Tensor, topologicalOrder } from '../tensor.ts'
import { floats, sizeOf, type Value } from '../value.ts'
import { bindParameters, fold } from './fold.ts'
import { splitPhases } from './phase-split.ts'
import { freezeStatistics, statisticsOf } from './statistics.ts'

const random = (shape: readonly number[], seed: number): Value => {
  let state = seed * 2654435761 + 1
  return floats(
    Float32Array.from({ length: sizeOf(shape) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return (state / 2 ** 32) * 2 - 1
    }),
    shape,
  )
}

const maxDifference = (a: Value, b: Value): number => {
  expect(a.shape).toEqual(b.shape)
  return Math.max(...Array.from(a.data as Float32Array, (value, i) => Math.abs(value - (b.data as Float32Array)[i])))
}

const count = (output: Tensor, op: Parameters<typeof attributesOf>[1]): number =>
  topologicalOrder([output]).filter((node) => attributesOf(node, op) !== undefined).length

describe('splitPhases', () => {
  const cases: [ResizeMode, PadMode][] = [
    ['asymmetric', 'reflect'],
    ['nearest', 'reflect'],
    ['nearest', 'zero'],
  ]
  it.each(cases)('is exact for %s resize and %s padding (max difference 1e-5)', (mode, padding) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 1e6 }),
        (height, width, channels, biased, seed) => {
          const x = input('x', [1, channels, height, width])
          const weights = constant(random([2, channels, 3, 3], seed))
          const bias = biased ? constant(random([2], seed + 1)) : undefined
          const y = conv(pad(resize(x, mode), [1, 1, 1, 1], padding), weights, { bias })
          const [split] = splitPhases([y])
          expect(count(split, resizeOp)).toBe(0)
          expect(count(split, convOp)).toBe(4)
          const feeds = { x: random([1, channels, height, width], seed + 2) }
          const [before, after] = interpret([y, split], feeds)
          expect(maxDifference(before, after)).toBeLessThan(1e-5)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('also takes the zero border of the convolution itself', () => {
    const x = input('x', [1, 2, 4, 5])
    const y = conv(resize(x, 'nearest'), constant(random([3, 2, 3, 3], 1)), { border: [1, 1, 1, 1] })
    const [split] = splitPhases([y])
    expect(count(split, resizeOp)).toBe(0)
    const [before, after] = interpret([y, split], { x: random([1, 2, 4, 5], 2) })
    expect(maxDifference(before, after)).toBeLessThan(1e-5)
  })

  it.each(['half_pixel', 'align_corners'] as const)('leaves %s alone', (mode) => {
    const y = conv(
      pad(resize(input('x', [1, 2, 4, 4]), mode), [1, 1, 1, 1], 'reflect'),
      constant(random([2, 2, 3, 3], 1)),
    )
    expect(splitPhases([y])[0]).toBe(y)
  })

  it('leaves a large picture alone when something else uses it too', () => {
    const large = resize(input('x', [1, 2, 4, 4]), 'nearest')
    const y = conv(pad(large, [1, 1, 1, 1], 'reflect'), constant(random([2, 2, 3, 3], 1)))
    expect(count(splitPhases([add(y, large)])[0], resizeOp)).toBe(1)
  })
})

/** A convolution, layer normalisation by marked statistics, an activation, and another convolution. */
const normalisedNetwork = () => {
  const x = input('x', [1, 2, 6, 5])
  const h = conv(x, parameter('a', [3, 2, 3, 3]), { border: [1, 1, 1, 1] })
  const m = statistic(mean(h, [1, 2, 3]), 'mean')
  const centred = sub(h, m)
  const v = statistic(mean(mul(centred, centred), [1, 2, 3]), 'variance')
  const scale = div(reshape(parameter('scale', [3]), [1, 3, 1, 1]), sqrt(add(v, 1e-5)))
  const shift = sub(reshape(parameter('shift', [3]), [1, 3, 1, 1]), mul(m, scale))
  return conv(leakyRelu(add(mul(h, scale), shift)), parameter('b', [1, 3, 1, 1]))
}

const weights = new Map([
  ['a', random([3, 2, 3, 3], 1)],
  ['scale', random([3], 2)],
  ['shift', random([3], 3)],
  ['b', random([1, 3, 1, 1], 4)],
])
const feeds = { x: random([1, 2, 6, 5], 5) }

describe('fold and freezeStatistics', () => {
  it('frozen at its own statistics, a network gives the same result (1e-5) with convolutions and activations only', () => {
    const y = normalisedNetwork()
    const named = { ...feeds, ...Object.fromEntries(weights) }
    const statistics = statisticsOf([y])
    const values = interpret(Object.values(statistics), named)
    const measured = Object.fromEntries(Object.keys(statistics).map((name, i) => [name, values[i]]))
    const [folded] = fold(bindParameters(freezeStatistics([y], measured), weights))
    const names = topologicalOrder([folded]).map((node) => node.op.name)
    expect(names.filter((name) => name !== 'constant')).toEqual(['input', 'conv', 'leakyRelu', 'conv'])
    const [before] = interpret([y], named)
    const [after] = interpret([folded], feeds)
    expect(maxDifference(before, after)).toBeLessThan(1e-5)
  })

  it('without frozen statistics, folds only what is constant and changes nothing', () => {
    const y = normalisedNetwork()
    const [folded] = fold(bindParameters([y], weights))
    const [before] = interpret([y], { ...feeds, ...Object.fromEntries(weights) })
    expect(maxDifference(before, interpret([folded], feeds)[0])).toBeLessThan(1e-6)
  })

  it('does not fold a scale into a convolution that something else uses too', () => {
    const x = input('x', [1, 1, 3, 3])
    const h = conv(x, constant(random([2, 1, 3, 3], 1)), { border: [1, 1, 1, 1] })
    const y = add(mul(h, 2), h)
    const given = { x: random([1, 1, 3, 3], 2) }
    const [before, after] = interpret([y, fold([y])[0]], given)
    expect(maxDifference(before, after)).toBeLessThan(1e-6)
  })

  it('subtracts from the bias, not the bias from the operand', () => {
    const h = conv(input('x', [1, 1, 3, 3]), constant(random([2, 1, 1, 1], 1)))
    const operand = constant(random([1, 2, 1, 1], 3))
    for (const y of [sub(h, operand), sub(operand, h)]) {
      const [before, after] = interpret([y, fold([y])[0]], { x: random([1, 1, 3, 3], 2) })
      expect(maxDifference(before, after)).toBeLessThan(1e-6)
    }
  })

  it('names what is missing', () => {
    expect(() => bindParameters([parameter('w', [2])], new Map())).toThrow("'w' expects [2], got nothing")
    expect(() => freezeStatistics([normalisedNetwork()], {})).toThrow("no value for 'mean'")
    const twice = add(statistic(input('x', [1]), 'm'), statistic(input('y', [1]), 'm'))
    expect(() => statisticsOf([twice])).toThrow("'m' stands twice")
  })

  it('keeps symbolic sizes', () => {
    const h = { symbol: 'h', scale: 4, offset: 0 }
    const y = conv(input('x', [1, 1, h, 4]), constant(random([1, 1, 3, 3], 1)), { border: [1, 1, 1, 1] })
    expect(dimsEqual(fold([mul(y, 2)])[0].shape[2], h)).toBe(true)
  })
})
