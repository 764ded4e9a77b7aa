/** Losses, the guided filter, their gradients and Adam against PyTorch's values: see fixtures/losses/make.py. */
import { readFileSync } from 'node:fs'
import {
  constant,
  floats,
  gradients,
  input,
  interpret,
  meanAll,
  mul,
  reshape,
  sizeOf,
  type Tensor,
  type Value,
} from '@animegan/graph'
import { describe, expect, it } from 'vitest'
import { adam, clipped, stepSize } from '../step/adam.ts'
import { guidedFilter } from '../step/guided-filter.ts'
import { grayOf } from './channels.ts'
import { labLoss, yuvLoss } from './colour.ts'
import { contentLoss } from './content.ts'
import { discriminatorLoss, generatorLoss } from './gan.ts'
import { pixelLoss } from './pixel.ts'
import { batchStatistics, featureStatistics, runningStatistics, statisticsLoss } from './statistics.ts'
import { centred, styleLoss } from './style.ts'
import { variationLoss } from './variation.ts'

interface Case {
  readonly value: number
  readonly gradient?: readonly number[]
}

const cases = JSON.parse(readFileSync(new URL('../../fixtures/losses/losses.json', import.meta.url), 'utf8')) as Record<
  string,
  Case
> & { readonly adam: { readonly weights: readonly number[] } }

const sines = (shape: readonly number[], seed: number, scale = 0.9) =>
  floats(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => scale * Math.sin(i * 1.7 + seed * 0.9) ** 3),
    shape,
  )

const near = (found: ArrayLike<number>, expected: readonly number[], tolerance: number): void => {
  expect(found.length).toBe(expected.length)
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - found[i])))
  expect(worst).toBeLessThan(tolerance)
}

const colours = [sines([2, 3, 6, 5], 1), sines([2, 3, 6, 5], 2)] as const
const features = [sines([2, 4, 5, 3], 3, 2), sines([2, 4, 5, 3], 4, 2)] as const

/** Running statistics without history, then with only the batch. */
const nothing = constant(floats(new Float32Array(8), [1, 8]))
const all = constant(floats([1], []))

it.each<[string, (a: Tensor, b: Tensor) => Tensor, typeof colours]>([
  ['content', contentLoss, features],
  ['style', styleLoss, features],
  ['centred style', (a, b) => styleLoss(centred(a), centred(b)), features],
  [
    'statistics',
    (a, b) => {
      const [first, second] = [batchStatistics(a), batchStatistics(b)]
      return statisticsLoss(first, runningStatistics(nothing, first, all), runningStatistics(nothing, second, all))
    },
    features,
  ],
  ['yuv', yuvLoss, colours],
  ['lab', labLoss, colours],
  ['variation', (a) => variationLoss(a), colours],
  ['pixel', pixelLoss, colours],
  ['guided filter', (a, b) => meanAll(mul(guidedFilter(a), b)), colours],
  ['lsgan', (a) => discriminatorLoss('lsgan', a, 0.9), features],
  ['hinge real', (a) => discriminatorLoss('hinge', a, 1), features],
  ['hinge fake', (a) => discriminatorLoss('hinge', a, 0), features],
  ['cross-entropy real', (a) => discriminatorLoss('cross-entropy', a, 1), features],
  ['cross-entropy fake', (a) => discriminatorLoss('cross-entropy', a, 0), features],
])("%s and its gradient equal PyTorch's", (name, loss, [first, second]) => {
  const [a, b] = [input('a', first.shape), input('b', second.shape)]
  const result = reshape(loss(a, b), [])
  const [value, gradient] = interpret([result, gradients(result, [a])[0]], { a: first, b: second })
  const expected = cases[name]
  expect(value.data[0]).toBeCloseTo(expected.value, 5)
  if (expected.gradient) near(gradient.data as Float32Array, expected.gradient, 1e-6)
})

it('running statistics move towards each batch, with a gradient as if the batch were everything', () => {
  const [first, second] = features
  const [a, b] = [input('a', first.shape), input('b', [1, 8])]
  const rate = constant(floats([0.25], []))
  const running = runningStatistics(b, batchStatistics(a), rate)
  const half = { a: first, b: floats(new Float32Array(8).fill(0.5), [1, 8]) }
  const [own, moved] = interpret([featureStatistics(a), running], half)
  const batch = Array.from({ length: 8 }, (_, i) => (Number(own.data[i]) + Number(own.data[i + 8])) / 2)
  near(
    moved.data as Float32Array,
    batch.map((x) => 0.5 + 0.25 * (x - 0.5)),
    1e-6,
  )
  // The slope is the same, however slowly the mean moved there.
  const style = runningStatistics(nothing, batchStatistics(constant(second)), all)
  const slope = (results: Tensor, before: Value): number[] => {
    const loss = reshape(statisticsLoss(batchStatistics(a), results, style), [])
    return [...(interpret([gradients(loss, [a])[0]], { a: first, b: before })[0].data as Float32Array)]
  }
  near(slope(running, half.b), slope(b, moved), 1e-9)
  expect(Math.max(...slope(b, moved).map(Math.abs))).toBeGreaterThan(1e-4)
})

it("the generator's loss is least squares, or minus the mean for a hinge", () => {
  const [first] = features
  const logits = input('a', first.shape)
  const mean = first.data.reduce((sum, x) => sum + x, 0) / first.data.length
  const [hinge, squares, judged] = interpret(
    [generatorLoss('hinge', logits, 1), generatorLoss('lsgan', logits, 0.9), discriminatorLoss('lsgan', logits, 0.9)],
    { a: first },
  )
  expect(hinge.data[0]).toBeCloseTo(-mean, 5)
  expect(squares).toEqual(judged)
})

it('gray is luma, three times', () => {
  const [gray] = interpret([grayOf(input('x', [1, 3, 1, 1]))], { x: floats([0.5, -0.25, 1], [1, 3, 1, 1]) })
  near(gray.data as Float32Array, [0.11675, 0.11675, 0.11675], 1e-6)
})

describe('the optimiser', () => {
  it("is PyTorch's Adam after three steps", () => {
    const betas = { beta1: 0.5, beta2: 0.99 }
    const shape = [3, 4]
    const place = (name: string) => input(name, shape)
    const next = adam(
      { weight: place('weight'), first: place('first'), second: place('second') },
      place('gradient'),
      input('rate', []),
      betas,
    )
    let state = [sines(shape, 5), floats(new Float32Array(12), shape), floats(new Float32Array(12), shape)]
    for (const step of [0, 1, 2]) {
      const slope = sines(shape, 6 + step).data
      const gradient = floats(
        Float32Array.from(slope, (s, i) => 2 * Number(state[0].data[i]) * s),
        shape,
      )
      state = interpret([next.weight, next.first, next.second], {
        weight: state[0],
        first: state[1],
        second: state[2],
        gradient,
        rate: floats([stepSize(0.01, step + 1, betas)], []),
      }) as typeof state
    }
    near(state[0].data, cases.adam.weights, 5e-6)
  })

  it('scales gradients down together, only if they are too large', () => {
    const gradientsOf = (most: number) =>
      interpret(clipped([input('a', [2]), input('b', [1])], most), { a: floats([3, 0], [2]), b: floats([4], [1]) })
    expect(gradientsOf(1).map(({ data }) => Array.from(data as Float32Array, (x) => Number(x.toFixed(5))))).toEqual([
      [0.6, 0],
      [0.8],
    ])
    expect(gradientsOf(6).map(({ data }) => [...data])).toEqual([[3, 0], [4]])
  })
})
