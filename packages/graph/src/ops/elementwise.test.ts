import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as graph from '../index.ts'
import { apply, type Tensor } from '../tensor.ts'
import { expectSameAsOnnx, randomValue, seeds, sizes, x } from '../testing.ts'
import { floats, type Value } from '../value.ts'
import { signOp } from './elementwise.ts'

const shapes = fc.array(sizes(1, 4), { maxLength: 4 })

/** Shapes that broadcast to a common one: some leading axes missing, some others of size one. */
const broadcasting = (count: number) =>
  fc
    .tuple(
      shapes,
      fc.array(fc.tuple(sizes(0, 4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })), {
        minLength: count,
        maxLength: count,
      }),
    )
    .map(([shape, cuts]) =>
      cuts.map(([cut, ones]) => shape.slice(Math.min(cut, shape.length)).map((size, axis) => (ones[axis] ? 1 : size))),
    )

const unary: [string, (t: Tensor) => Tensor, number?][] = [
  ['neg', graph.neg],
  ['abs', graph.abs],
  ['sign', (t) => apply(signOp, {}, [t])],
  ['exp', graph.exp],
  ['tanh', graph.tanh],
  ['relu', graph.relu],
  ['leakyRelu', (t) => graph.leakyRelu(t, 0.1)],
  ['round', graph.round],
  ['sqrt', graph.sqrt, 0],
  ['log', graph.log, 0.1],
]
const binary = {
  add: graph.add,
  sub: graph.sub,
  mul: graph.mul,
  div: graph.div,
  max: graph.max,
  min: graph.min,
  greater: graph.greater,
}

describe('elementwise operations agree with ONNX Runtime', () => {
  it.each(unary)('%s', async (_name, f, low = -3) => {
    await fc.assert(
      fc.asyncProperty(shapes, seeds, async (shape, seed) => {
        await expectSameAsOnnx([f(x(shape))], { x: randomValue(shape, seed, low, 3) })
      }),
      { numRuns: 10 },
    )
  })

  it.each(Object.entries(binary))('%s, with broadcasting', async (_name, f) => {
    await fc.assert(
      fc.asyncProperty(broadcasting(2), seeds, async ([left, right], seed) => {
        const feeds = { x: randomValue(left, seed), y: randomValue(right, seed + 1, 0.5, 2) }
        await expectSameAsOnnx([f(x(left), x(right, 'y')), f(0.75, x(right, 'y')), f(x(left), 0.75)], feeds)
      }),
      { numRuns: 15 },
    )
  })

  it('where, with broadcasting', async () => {
    await fc.assert(
      fc.asyncProperty(broadcasting(3), seeds, async ([c, a, b], seed) => {
        const feeds = { c: randomValue(c, seed), a: randomValue(a, seed + 1), b: randomValue(b, seed + 2) }
        await expectSameAsOnnx([graph.where(graph.greater(x(c, 'c'), 0), x(a, 'a'), x(b, 'b'))], feeds)
      }),
      { numRuns: 15 },
    )
  })

  it('round takes halves to the even neighbour', async () => {
    const halves = Array.from({ length: 25 }, (_, i) => (i - 12) / 2)
    const value = floats([...halves, 0.49999997, -0.49999997, 8388607.5, 1e20])
    await expectSameAsOnnx([graph.round(x(value.shape))], { x: value }, { tolerance: 0 })
  })

  it('cast to float32 and back', async () => {
    const bytes: Value = { dtype: 'uint8', shape: [256], data: Uint8Array.from({ length: 256 }, (_, i) => i) }
    const ints: Value = { dtype: 'int32', shape: [3], data: Int32Array.of(-5, 0, 1 << 20) }
    const longs: Value = { dtype: 'int64', shape: [2], data: BigInt64Array.of(-5n, 1n << 20n) }
    const asFloat = graph.cast(graph.input('bytes', [256], 'uint8'), 'float32')
    const outputs = [
      asFloat,
      graph.cast(asFloat, 'uint8'),
      graph.cast(graph.input('ints', [3], 'int32'), 'float32'),
      graph.cast(graph.input('longs', [2], 'int64'), 'float32'),
      graph.cast(graph.greater(asFloat, 128), 'float32'),
    ]
    await expectSameAsOnnx(outputs, { bytes, ints, longs }, { tolerance: 0 })
    expect(() => graph.cast(graph.input('halves', [1], 'float16'), 'float32')).toThrow('float16')
  })

  it('refuses shapes that do not broadcast, and types that do not compute', () => {
    expect(() => graph.add(x([2, 3]), x([4]))).toThrow('add([2, 3], [4]): shapes [2, 3] and [4] do not broadcast')
    expect(() => graph.add(graph.input('a', [1], 'uint8'), 1)).toThrow('expects float32, got uint8')
    expect(() => graph.where(x([1]), 1, 2)).toThrow('expects a bool condition')
  })
})

describe('reductions and matrix products agree with ONNX Runtime', () => {
  it('sum, mean and maximum along any axes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sizes(1, 5), { minLength: 1, maxLength: 4 }),
        fc.array(fc.boolean()),
        seeds,
        async (shape, mask, seed) => {
          const axes = shape.flatMap((_, axis) => (mask[axis] ? [axis] : []))
          const t = x(shape)
          const outputs = [graph.sum(t, axes), graph.mean(t, axes), graph.maximum(t, axes), graph.meanAll(t)]
          await expectSameAsOnnx(outputs, { x: randomValue(shape, seed) })
        },
      ),
      { numRuns: 20 },
    )
    expect(() => graph.sum(x([2]), [1])).toThrow('axis 1 is outside the shape')
  })

  it('matMul with every transposition, with and without a batch', async () => {
    const options = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(sizes(1, 5), sizes(1, 5), sizes(1, 5)),
        fc.array(sizes(1, 3), { maxLength: 2 }),
        options,
        seeds,
        async ([m, k, n], batch, { transposeA, transposeB }, seed) => {
          const a = [...batch, ...(transposeA ? [k, m] : [m, k])]
          const b = [...batch, ...(transposeB ? [n, k] : [k, n])]
          const product = graph.matMul(x(a), x(b, 'y'), { transposeA, transposeB })
          expect(product.shape).toEqual([...batch, m, n])
          await expectSameAsOnnx([product], { x: randomValue(a, seed), y: randomValue(b, seed + 1) })
        },
      ),
      { numRuns: 30 },
    )
    expect(() => graph.matMul(x([2, 3]), x([2, 3], 'y'))).toThrow('inner sizes differ')
    expect(() => graph.matMul(x([3]), x([3], 'y'))).toThrow('same batch')
  })
})
