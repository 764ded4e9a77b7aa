/**
 * Every gradient against central differences of the interpreter, to 1e-3 of one plus its size (float32 differences with
 * a step of 1e-2 are no more exact), and against ONNX Runtime, to 1e-4.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as graph from './index.ts'
import { expand } from './ops/shape.ts'
import { borders, expectGradient, expectSameAsOnnx, pictures, randomValue, seeds, sizes, x } from './testing.ts'
import { floats } from './value.ts'

/** Points at least 0.1 from zero and from each other: no kink of abs, relu or max is within a step. */
const apart = (shape: readonly number[], seed: number) => {
  const value = randomValue(shape, seed)
  const order = [...value.data.keys()].sort((a, b) => value.data[a] - value.data[b])
  order.forEach((at, rank) => {
    value.data[at] = (rank - order.length / 2 + 0.25) * Math.min(0.4, 4 / order.length)
  })
  return value
}
const linear = { step: 0.5, tolerance: 1e-4 }

describe('elementwise', () => {
  it.each<[string, (t: graph.Tensor) => graph.Tensor]>([
    ['neg', graph.neg],
    ['abs', graph.abs],
    ['exp', graph.exp],
    ['tanh', graph.tanh],
    ['relu', graph.relu],
    ['leakyRelu', (t) => graph.leakyRelu(t, 0.3)],
    ['sqrt', (t) => graph.sqrt(graph.add(graph.mul(t, t), 1))],
    ['log', (t) => graph.log(graph.add(graph.mul(t, t), 1))],
    ['stopGradient next to a path', (t) => graph.add(graph.mul(t, t), graph.stopGradient(graph.constant(2)))],
    ['statistic', (t) => graph.statistic(graph.mul(t, t), 's')],
    ['used three times', (t) => graph.mul(graph.add(t, t), t)],
  ])('%s', async (_name, f) => {
    await expectGradient(f, [apart([2, 3, 4], 1)])
    await expectGradient(f, [apart([], 2)])
  })

  const binary = { add: graph.add, sub: graph.sub, mul: graph.mul, div: graph.div, max: graph.max, min: graph.min }
  it.each(Object.entries(binary))('%s sums over broadcast axes', async (_name, f) => {
    const pairs = [
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 1, 4],
        [3, 1],
      ],
      [[], [2, 2]],
      [[1, 1, 3], [3]],
      [[4], [2, 1, 1]],
      [[1, 1], [1]],
    ]
    for (const [left, right] of pairs) {
      const second = randomValue(right, 8, 1.03, 2)
      await expectGradient(f, [apart(left, 7), second])
      await expectGradient(
        (a, b) => f(b, a),
        [second, apart(left, 7)].reverse().map((v) =>
          floats(
            v.data.map((e) => Math.abs(e) + 0.5),
            v.shape,
          ),
        ),
      )
    }
  })

  it('where', async () => {
    const choose = (c: graph.Tensor, a: graph.Tensor, b: graph.Tensor) => graph.where(graph.greater(c, 0), a, b)
    await expectGradient(choose, [apart([3, 1], 1), randomValue([1, 4], 2), randomValue([2, 1, 1], 3)])
  })
})

describe('reductions, matrix products and moved elements', () => {
  it.each<[string, readonly number[], (t: graph.Tensor) => graph.Tensor]>([
    ['sum', [2, 3, 4], (t) => graph.sum(t, [0, 2])],
    ['sum over one axis', [2, 3, 4], (t) => graph.sum(t, [1])],
    ['mean', [2, 3, 4], (t) => graph.mean(t, [1, 2])],
    // Over two axes, a wrong sign would cancel.
    ['mean over one axis', [2, 3, 4], (t) => graph.mean(t, [1])],
    ['meanAll', [2, 3], graph.meanAll],
    ['reshape', [2, 6], (t) => graph.reshape(t, [3, 4])],
    ['transpose', [2, 3, 4], (t) => graph.transpose(t, [1, 2, 0])],
    ['concat', [2, 3], (t) => graph.concat([t, graph.mul(t, 2), graph.constant(randomValue([2, 1], 1))], 1)],
    ['expand', [2, 1, 3, 1], (t) => expand(t, [2, 4, 3, 2])],
    ['expand of an axis that stays one', [1, 1], (t) => expand(t, [1, 3])],
    ['depthToSpace', [1, 8, 2, 3], (t) => graph.depthToSpace(t, 2)],
    ['spaceToDepth', [1, 2, 6, 3], (t) => graph.spaceToDepth(t, 3)],
    ['cast', [3], (t) => graph.cast(t, 'float32')],
  ])('%s', async (_name, shape, f) => {
    await expectGradient(f, [randomValue(shape, 1)], linear)
  })

  it.each([
    [1, undefined, 1],
    [1, 5, 2],
    [0, -1, 3],
    [-2, undefined, -1],
    [-1, undefined, -2],
    [5, 1, -3],
    [-3, 6, 1],
  ] as const)('slice from %s to %s by %s', async (start, end, step) => {
    await expectGradient((t) => graph.slice(t, 1, start, end, step), [randomValue([2, 7, 2], 1)], linear)
  })

  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('matMul, transposed %s and %s', async (transposeA, transposeB) => {
    for (const batch of [[], [2]]) {
      const a = randomValue([...batch, ...(transposeA ? [3, 2] : [2, 3])], 1)
      const b = randomValue([...batch, ...(transposeB ? [4, 3] : [3, 4])], 2)
      await expectGradient((p, q) => graph.matMul(p, q, { transposeA, transposeB }), [a, b], linear)
    }
  })
})

describe('pictures', () => {
  it.each(['zero', 'reflect', 'edge'] as const)('pad %s folds the border back', async (mode) => {
    for (const border of [
      [1, 2, 3, 0],
      [0, 3, 0, 3],
      [3, 0, 2, 1],
    ] as const) {
      await expectGradient((t) => graph.pad(t, border, mode), [randomValue([1, 2, 4, 4], 1)], linear)
    }
  })

  it('more channels take no gradient', async () => {
    await expectGradient((t) => graph.padChannels(t, 2), [randomValue([2, 3, 2, 2], 1)], linear)
  })

  it.each(['nearest', 'asymmetric', 'half_pixel', 'align_corners'] as const)('resize %s', async (mode) => {
    for (const shape of [
      [1, 2, 3, 4],
      [2, 1, 1, 3],
      [1, 1, 1, 1],
      [1, 1, 2, 2],
    ]) {
      await expectGradient((t) => graph.resize(t, mode), [randomValue(shape, 1)], linear)
    }
  })

  it('averagePool and maxPool', async () => {
    await expectGradient((t) => graph.averagePool(t, 2), [randomValue([1, 2, 4, 6], 1)], linear)
    await expectGradient((t) => graph.maxPool(t, 2), [apart([1, 2, 4, 6], 1)])
    expect(() => graph.gradients(graph.meanAll(graph.maxPool(x([1, 1, 3, 4]), 2)), [])).not.toThrow()
    const t = x([1, 1, 3, 4])
    expect(() => graph.gradients(graph.meanAll(graph.maxPool(t, 2)), [t])).toThrow('even height and width')
  })

  it('maxPool shares the gradient equally where elements tie', async () => {
    const t = x([1, 1, 2, 6])
    const loss = graph.sum(graph.maxPool(t, 2), [0, 1, 2, 3])
    const value = floats([1, 1, 2, 0, 3, 3, 0, 1, 2, 1, 3, 3], [1, 1, 2, 6])
    const [gradient] = await expectSameAsOnnx(graph.gradients(loss, [t]), { x: value })
    const third = Math.fround(1 / 3)
    expect([...gradient.data]).toEqual([third, third, 0.5, 0, 0.25, 0.25, 0, third, 0.5, 0, 0.25, 0.25])
  })

  it('conv: any stride, border and size, one group or one per channel', async () => {
    const cases = fc.record({
      picture: pictures(4, 7),
      out: sizes(1, 2),
      kernel: fc.tuple(sizes(1, 4), sizes(1, 4)),
      stride: sizes(1, 3),
      border: borders(2),
      depthwise: fc.boolean(),
      seed: seeds,
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ picture, out, kernel, stride, border, depthwise, seed }) => {
        const channels = picture[1]
        const groups = depthwise ? channels : 1
        const weights = depthwise ? [channels, 1, ...kernel] : [out, channels, ...kernel]
        await expectGradient(
          (t, w, bias) => graph.conv(t, w, { stride, border, groups, bias: bias }),
          [randomValue(picture, seed), randomValue(weights, seed + 1), randomValue([weights[0]], seed + 2)],
          linear,
        )
      }),
      { numRuns: 40 },
    )
  })

  // With more than eight channels, or few on one side and many on the other, the weight gradient is computed
  // differently.
  it.each([
    [9, 10],
    [9, 2],
    [2, 9],
  ])('conv: %i channels to %i', async (from, to) => {
    await expectGradient(
      (t, w, bias) => graph.conv(t, w, { border: [1, 0, 1, 1], bias: bias }),
      [randomValue([2, from, 4, 3], 1), randomValue([to, from, 3, 2], 2), randomValue([to], 3)],
      linear,
    )
  })

  // For even sizes and a stride of two, the input gradient is split by parity of rows and columns.
  it.each([
    [3, [1, 1, 1, 1]],
    [3, [0, 0, 1, 1]],
    [3, [1, 1, 0, 0]],
    [4, [1, 2, 1, 0]],
    [2, [0, 0, 0, 0]],
  ] as const)('conv: a kernel of %i with a stride of two and border [%s]', async (kernel, border) => {
    const [t, w] = [randomValue([1, 2, 6, 8], 1), randomValue([3, 2, kernel, kernel], 2)]
    const strided = graph.conv(x(t.shape), x(w.shape, 'w'), { stride: 2, border })
    const [gradient] = graph.gradients(graph.meanAll(strided), [strided.inputs[0]])
    expect(graph.topologicalOrder([gradient]).some(({ op }) => op.name === 'interleave')).toBe(true)
    await expectGradient((a, b) => graph.conv(a, b, { stride: 2, border }), [t, w], linear)
  })

  it('conv: no gradient with groups of several channels', () => {
    const t = x([1, 2, 4, 4])
    const multiplied = graph.conv(t, x([4, 1, 3, 3], 'w'), { groups: 2 })
    expect(() => graph.gradients(graph.meanAll(multiplied), [t])).toThrow('one group or one per channel')
  })
})

describe('which gradients flow', () => {
  it('none flows back through stopGradient, even if its result meets a gradient again', async () => {
    const t = x([2])
    const held = graph.stopGradient(graph.mul(t, 3))
    const loss = graph.sum(graph.mul(graph.maximum(held, [0]), t), [0])
    const [gradient] = await expectSameAsOnnx(graph.gradients(loss, [t]), { x: floats([1, 2]) })
    expect([...gradient.data]).toEqual([6, 6])
  })

  it('zeros where the loss does not depend on a tensor, nothing through stopGradient', async () => {
    const [t, other] = [x([2, 2]), x([3], 'y')]
    const stopped = graph.meanAll(graph.mul(graph.stopGradient(graph.maximum(t, [1])), t))
    const feeds = { x: floats([1, 2, 4, 3], [2, 2]), y: floats([1, 2, 3]) }
    const [toT, toOther] = await expectSameAsOnnx(graph.gradients(stopped, [t, other]), feeds)
    expect([...toT.data]).toEqual([0.5, 0.5, 1, 1])
    expect([...toOther.data]).toEqual([0, 0, 0])
  })

  it('the loss itself, intermediate tensors, and losses of several axes', () => {
    const t = x([2])
    const square = graph.mul(t, t)
    const loss = graph.sum(square, [0])
    const values = graph.interpret(graph.gradients(loss, [loss, square, t]), { x: floats([3, 4]) })
    expect(values.map((value) => [...value.data])).toEqual([[1], [1, 1], [6, 8]])
  })

  it('refuses what has no gradient', () => {
    const t = x([2])
    expect(() => graph.gradients(graph.round(graph.meanAll(t)), [t])).toThrow('round is not differentiable')
    expect(() => graph.gradients(graph.maximum(t, [0]), [t])).toThrow('not differentiable')
    expect(() => graph.gradients(t, [t])).toThrow('must be one number')
  })
})
