import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as graph from '../index.ts'
import { borders, expectSameAsOnnx, pictures, randomValue, seeds, sizes, x } from '../testing.ts'
import { expand, interleave } from './shape.ts'

const shapes = fc.array(sizes(1, 5), { minLength: 1, maxLength: 4 })
const exact = { tolerance: 0 }

/** The same slice by JavaScript's own indexing. */
const sliced = (size: number, start: number, end: number | undefined, step: number): number[] => {
  const at = (index: number) => (index < 0 ? index + size : index)
  const stop = end === undefined ? (step > 0 ? size : -1) : at(end)
  const picked: number[] = []
  for (let i = at(start); step > 0 ? i < stop : i > stop; i += step) picked.push(i)
  return picked
}

describe('operations that move elements agree with ONNX Runtime', () => {
  it('reshape and transpose', async () => {
    const permuted = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
    )
    await fc.assert(
      fc.asyncProperty(permuted, seeds, async ([shape, order], seed) => {
        const turned = graph.transpose(x(shape), order)
        expect(turned.shape).toEqual(order.map((axis) => shape[axis]))
        const outputs = [turned, graph.reshape(turned, [...shape, 1].reverse()), graph.reshape(turned, shape)]
        await expectSameAsOnnx(outputs, { x: randomValue(shape, seed) }, exact)
      }),
      { numRuns: 20 },
    )
    expect(() => graph.reshape(x([2, 3]), [5])).toThrow('cannot make [5] of 6 elements')
    expect(() => graph.transpose(x([2, 3]), [0, 0])).toThrow('not a permutation')
  })

  it('slice with any start, end and step, or a refusal when it is empty or outside', async () => {
    const ranges = fc.tuple(
      sizes(-7, 7),
      fc.option(sizes(-7, 7), { nil: undefined }),
      fc.constantFrom(-3, -2, -1, 1, 2, 3),
    )
    await fc.assert(
      fc.asyncProperty(sizes(1, 6), ranges, seeds, async (size, [start, end, step], seed) => {
        const inside = start >= -size && start < size && (end === undefined || (end >= -size && end <= size))
        const picked = sliced(size, start, end, step)
        const make = () => graph.slice(x([2, size, 3]), 1, start, end, step)
        if (!inside || picked.length === 0) {
          // An end past the other side may be allowed where it means "to the beginning".
          if (start < -size || start >= size || picked.length === 0) expect(make).toThrow('none or outside')
          return
        }
        expect(make().shape).toEqual([2, picked.length, 3])
        await expectSameAsOnnx([make()], { x: randomValue([2, size, 3], seed) }, exact)
      }),
      { numRuns: 150 },
    )
    expect(() => graph.slice(x([3]), 0, 0, 2, 0)).toThrow('steps of 0')
    expect(() => graph.slice(x([3]), 0, 0, 4)).toThrow('outside')
    expect(() => graph.slice(x([3]), -1, 0, 2)).toThrow('axis -1')
    expect(() => graph.slice(x([3]), 1, 0, 2)).toThrow('axis 1')
  })

  it('concat', async () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), sizes(0, shape.length - 1), fc.array(sizes(1, 4), { minLength: 1, maxLength: 4 })),
    )
    await fc.assert(
      fc.asyncProperty(cases, seeds, async ([shape, axis, counts], seed) => {
        const parts = counts.map((count, i) => randomValue(shape.with(axis, count), seed + i))
        const feeds = Object.fromEntries(parts.map((part, i) => [`x${i}`, part]))
        const joined = graph.concat(
          parts.map((part, i) => x(part.shape, `x${i}`)),
          axis,
        )
        await expectSameAsOnnx([joined], feeds, exact)
      }),
      { numRuns: 20 },
    )
    expect(() => graph.concat([x([2, 3]), x([3, 3], 'y')], 1)).toThrow('sizes differ on axis 0')
    expect(() => graph.concat([x([2]), x([2], 'y')], 1)).toThrow('axis 1')
  })

  it('expand', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.array(fc.boolean(), { minLength: 4 }), seeds, async (shape, ones, seed) => {
        const from = shape.map((size, axis) => (ones[axis] ? 1 : size))
        await expectSameAsOnnx([expand(x(from), shape)], { x: randomValue(from, seed) }, exact)
      }),
      { numRuns: 15 },
    )
    expect(() => expand(x([2]), [4])).toThrow('only axes of size one')
    expect(() => expand(x([1]), [-4])).toThrow('no array has the shape [-4]')
  })

  it('interleave, which is depthToSpace of the channels side by side', async () => {
    await fc.assert(
      fc.asyncProperty(pictures(), seeds, async (shape, seed) => {
        const phases = [0, 1, 2, 3].map((i) => x(shape, `x${i}`))
        const feeds = Object.fromEntries(phases.map((_, i) => [`x${i}`, randomValue(shape, seed + i)]))
        const deep = graph.depthToSpace(graph.concat(phases, 1), 2)
        const [woven, wanted] = await expectSameAsOnnx([interleave(phases), deep], feeds)
        expect(woven).toEqual(wanted)
      }),
      { numRuns: 20 },
    )
    expect(() => interleave([x([1, 1, 2, 2])])).toThrow('four pictures of one shape')
  })

  it('depthToSpace, and spaceToDepth which undoes it', async () => {
    await fc.assert(
      fc.asyncProperty(pictures(1, 4), sizes(1, 3), seeds, async ([n, c, h, w], block, seed) => {
        const shape = [n, c * block ** 2, h, w]
        const value = randomValue(shape, seed)
        const wide = graph.depthToSpace(x(shape), block)
        expect(wide.shape).toEqual([n, c, h * block, w * block])
        const [, back] = await expectSameAsOnnx([wide, graph.spaceToDepth(wide, block)], { x: value }, exact)
        expect(back).toEqual(value)
      }),
      { numRuns: 15 },
    )
    expect(() => graph.depthToSpace(x([1, 3, 2, 2]), 2)).toThrow('multiple of 4')
    expect(() => graph.spaceToDepth(x([1, 3, 3, 2]), 2)).toThrow('multiples of 2')
    expect(() => graph.spaceToDepth(x([3, 2, 2]), 2)).toThrow('NCHW')
  })
})

describe('pad agrees with ONNX Runtime', () => {
  it.each(['zero', 'reflect', 'edge'] as const)('%s', async (mode) => {
    await fc.assert(
      fc.asyncProperty(pictures(1, 5), borders(6), seeds, async (shape, around, seed) => {
        const [, , h, w] = shape
        const most = mode === 'reflect' ? [h - 1, w - 1, h - 1, w - 1] : [6, 6, 6, 6]
        const border = around.map((size, side) => Math.min(size, most[side])) as unknown as graph.Border
        const padded = graph.pad(x(shape), border, mode)
        await expectSameAsOnnx([padded], { x: randomValue(shape, seed) }, exact)
      }),
      { numRuns: 25 },
    )
  })

  it('mirrors without the border, repeats with it', () => {
    const row = { x: { dtype: 'float32', shape: [1, 1, 1, 3], data: Float32Array.of(1, 2, 3) } } as const
    const padded = (mode: graph.PadMode) => [
      ...graph.interpret([graph.pad(x([1, 1, 1, 3]), [0, 2, 0, 1], mode)], row)[0].data,
    ]
    expect(padded('reflect')).toEqual([3, 2, 1, 2, 3, 2])
    expect(padded('edge')).toEqual([1, 1, 1, 2, 3, 3])
    expect(padded('zero')).toEqual([0, 0, 1, 2, 3, 0])
  })

  it('refuses to mirror more than there is, also when that is only known at run time', () => {
    expect(() => graph.pad(x([1, 1, 2, 5]), [2, 0, 0, 0], 'reflect')).toThrow('cannot mirror 2 rows')
    expect(() => graph.pad(x([1, 1, 2, 5]), [-1, 0, 0, 0], 'zero')).toThrow('not four sizes')
    const symbolic = graph.pad(graph.input('x', [1, 1, graph.symbolicDim('h'), 5]), [2, 0, 0, 0], 'reflect')
    expect(() => graph.interpret([symbolic], { x: randomValue([1, 1, 2, 5], 1) })).toThrow('cannot mirror')
  })
})
