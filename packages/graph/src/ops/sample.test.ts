import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as graph from '../index.ts'
import { expectSameAsOnnx, pictures, randomValue, seeds, sizes, x } from '../testing.ts'
import { floats } from '../value.ts'

it('reads pixels, between them, and zero beyond, by hand', () => {
  const picture = floats([1, 2, 3, 4], [1, 1, 2, 2])
  const places = floats([0, 0, 1, 1, 0.5, 0.5, 0.25, 0, 1.5, 0, -1, 0], [1, 1, 6, 2])
  const [read] = graph.interpret([graph.sample(x([1, 1, 2, 2]), graph.constant(places))], { x: picture })
  expect([...read.data]).toEqual([1, 4, 2.5, 1.25, 1, 0])
})

it('agrees with ONNX Runtime, inside and beyond the border', async () => {
  await fc.assert(
    fc.asyncProperty(pictures(), sizes(1, 4), sizes(1, 4), seeds, async (shape, rows, columns, seed) => {
      const feeds = { x: randomValue(shape, seed), places: randomValue([shape[0], rows, columns, 2], seed + 1, -2, 8) }
      const places = x(feeds.places.shape, 'places')
      await expectSameAsOnnx([graph.sample(x(shape), places)], feeds, { tolerance: 2e-5 })
    }),
    { numRuns: 20 },
  )
})

it('refuses what it cannot read, and has no gradient', () => {
  expect(() => graph.sample(x([1, 1, 2, 2]), x([1, 2, 2, 3], 'p'))).toThrow('places [n, rows, columns, 2]')
  expect(() => graph.sample(graph.input('x', [1, 1, 2, graph.symbolicDim('w')]), x([1, 2, 2, 2], 'p'))).toThrow(
    'of known size',
  )
  const t = x([1, 1, 2, 2])
  const read = graph.sample(t, x([1, 1, 1, 2], 'p'))
  expect(() => graph.gradients(read, [t])).toThrow('sample is not differentiable')
})
