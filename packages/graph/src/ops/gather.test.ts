import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as graph from '../index.ts'
import { expectSameAsOnnx, randomValue, seeds, sizes, x } from '../testing.ts'
import { floats } from '../value.ts'

it('picks by hand', () => {
  const value = floats([1, 2, 3, 4, 5, 6], [2, 3])
  const of = (axis: number, indices: readonly number[]) => [
    ...graph.interpret([graph.gather(x([2, 3]), axis, indices)], { x: value })[0].data,
  ]
  expect(of(1, [2, 0, 2])).toEqual([3, 1, 3, 6, 4, 6])
  expect(of(0, [1])).toEqual([4, 5, 6])
})

it('agrees with ONNX Runtime along any axis', async () => {
  const picks = fc
    .tuple(fc.array(sizes(1, 4), { minLength: 1, maxLength: 4 }), sizes(0, 3), fc.array(sizes(0, 11), { minLength: 1 }))
    .map(([shape, axis, indices]) => ({ shape, axis: axis % shape.length, indices }))
  await fc.assert(
    fc.asyncProperty(picks, seeds, async ({ shape, axis, indices }, seed) => {
      const picked = indices.map((index) => index % shape[axis])
      await expectSameAsOnnx([graph.gather(x(shape), axis, picked)], { x: randomValue(shape, seed) }, { tolerance: 0 })
    }),
    { numRuns: 15 },
  )
})

it('refuses indices out of range, and has no gradient', () => {
  expect(() => graph.gather(x([2, 3]), 1, [3])).toThrow('there is no element 3 of 3')
  expect(() => graph.gather(x([2, 3]), 1, [0.5])).toThrow('there is no element 0.5')
  expect(() => graph.gather(graph.input('x', [2, graph.symbolicDim('w')]), 1, [0])).toThrow('a known number')
  const t = x([2, 3])
  expect(() => graph.gradients(graph.sum(graph.gather(t, 1, [0]), [0]), [t])).toThrow('gather is not differentiable')
})
