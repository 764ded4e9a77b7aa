import { describe, expect, it } from 'vitest'
import * as graph from '../index.ts'
import { convTransposeOp } from '../ops/conv.ts'
import { signOp } from '../ops/elementwise.ts'
import { expand } from '../ops/shape.ts'
import { apply } from '../tensor.ts'
import { expectClose, type Named, randomValue, runModel, runOnnx } from '../testing.ts'
import { decodeOnnx } from './decode.ts'

/** One graph with every operation that the encoder can write. */
const everything = (): Record<string, graph.Tensor> => {
  const x = graph.input('x', [1, 4, 6, 8])
  const w = graph.parameter('t0', [4, 4, 3, 3])
  const bias = graph.parameter('bias', [4])
  const conv = graph.conv(x, w, { bias, border: [1, 1, 1, 1] })
  const depthwise = graph.conv(conv, graph.parameter('t2', [4, 1, 3, 3]), {
    groups: 4,
    stride: 2,
    border: [0, 1, 2, 1],
  })
  const attributes = { stride: 2, border: [0, 1, 2, 1], groups: 4, size: [6, 8] } as const
  const transposed = apply(convTransposeOp, attributes, [depthwise, graph.parameter('t2', [4, 1, 3, 3])])
  const resized = (['nearest', 'asymmetric', 'half_pixel', 'align_corners'] as const).map((mode) =>
    graph.resize(depthwise, mode),
  )
  const padded = (['zero', 'reflect', 'edge'] as const).map((mode) => graph.pad(x, [1, 0, 2, 3], mode))
  const flat = graph.reshape(x, [8, 24])
  const batched = graph.reshape(x, [2, 4, 24])
  const scale = graph.statistic(graph.sqrt(graph.mean(graph.mul(x, x), [2, 3])), 'scale')
  return {
    conv: graph.leakyRelu(conv, 0.2),
    transposed,
    resized: graph.concat(resized, 1),
    padded: graph.concat(padded, 0),
    widened: graph.padChannels(x, 3),
    gemm: graph.matMul(flat, flat, { transposeB: true }),
    batched: graph.matMul(batched, batched, { transposeA: true }),
    normalised: graph.div(graph.sub(x, graph.mean(x, [2, 3])), graph.max(scale, 0.1)),
    reduced: graph.sub(graph.sum(x, [1, 3]), graph.maximum(x, [2])),
    unary: graph.tanh(graph.neg(graph.abs(graph.round(graph.relu(x))))),
    logs: graph.log(graph.add(graph.exp(graph.min(x, 1)), 1)),
    sign: apply(signOp, {}, [graph.transpose(x, [3, 1, 0, 2])]),
    where: graph.where(graph.greater(x, 0), x, expand(graph.slice(scale, 1, -1), [1, 4, 6, 8])),
    slices: graph.slice(graph.slice(x, 3, -1, undefined, -2), 2, 1, -1),
    blocks: graph.depthToSpace(graph.spaceToDepth(graph.stopGradient(x), 2), 2),
    pools: graph.add(graph.averagePool(x, 2), graph.maxPool(x, 2)),
    bytes: graph.cast(graph.round(graph.mul(graph.abs(x), 10)), 'uint8'),
    input: x,
    same: conv,
    fixed: graph.constant(randomValue([2, 2], 3)),
  }
}

const parameters: Named = {
  t0: randomValue([4, 4, 3, 3], 1),
  t2: randomValue([4, 1, 3, 3], 2),
  bias: randomValue([4], 3),
}
const feeds: Named = { x: randomValue([1, 4, 6, 8], 4) }

describe('encoding', () => {
  const outputs = everything()
  const model = graph.encodeOnnx(outputs, { parameters: new Map(Object.entries(parameters)) })

  it('writes the same bytes for the same graph', () => {
    expect(graph.encodeOnnx(everything(), { parameters: new Map(Object.entries(parameters)) })).toEqual(model)
  })

  it('gives ONNX Runtime every operation, and comes back as the same graph', async () => {
    const decoded = decodeOnnx(model)
    expect(Object.keys(decoded.outputs)).toEqual(Object.keys(outputs))
    for (const [name, value] of Object.entries(parameters)) expect(decoded.parameters.get(name)).toEqual(value)
    const again = graph.encodeOnnx(decoded.outputs, { parameters: decoded.parameters })
    const twice = decodeOnnx(again)
    const expected = graph.interpret(Object.values(outputs), { ...feeds, ...parameters })
    const all: graph.Value[][] = [
      await runModel(model, feeds, 'disabled'),
      await runModel(again, feeds, 'all'),
      await runModel(graph.encodeOnnx(twice.outputs, { parameters: twice.parameters }), feeds, 'disabled'),
      graph.interpret(Object.values(decoded.outputs), { ...feeds, ...Object.fromEntries(decoded.parameters) }),
    ]
    for (const values of all) {
      values.forEach((value, index) => {
        expectClose(value, expected[index], 2e-5)
      })
    }
  })

  it('keeps names of inputs, parameters, outputs and generated tensors apart', async () => {
    const t1 = graph.input('t1', [2])
    const t0 = graph.parameter('t0', [2])
    const y = graph.add(graph.mul(t1, t0), graph.add(graph.constant(2), t1))
    const values = { t1: randomValue([2], 1), t0: randomValue([2], 2) }
    const named = graph.encodeOnnx({ t2: y, t3: graph.neg(y) })
    const [first] = await runModel(named, values, 'disabled')
    expectClose(first, graph.interpret([y], values)[0], 1e-6)
    expect(() => graph.encodeOnnx({ t1: y })).toThrow("'t1' names two different things")
    expect(() => graph.encodeOnnx({ y: graph.add(y, graph.input('t0', [2])) })).toThrow(
      "'t0' names two different things",
    )
    expect(() => graph.encodeOnnx({ y: graph.add(y, graph.input('t1', [1])) })).toThrow(
      "'t1' names two different things",
    )
    const wrong = new Map([['t0', randomValue([3], 1)]])
    expect(() => graph.encodeOnnx({ y }, { parameters: wrong })).toThrow("'t0' expects float32 [2], got float32 [3]")
  })

  it('shares equal constants, but tells zero from minus zero', async () => {
    const x = graph.input('x', [1])
    const over = (zero: number) =>
      graph.div(x, graph.constant({ dtype: 'float32', shape: [1], data: Float32Array.of(zero) }))
    const [up, down] = await runOnnx([over(0), over(-0)], {
      x: { dtype: 'float32', shape: [1], data: Float32Array.of(1) },
    })
    expect([up.data[0], down.data[0]]).toEqual([Infinity, -Infinity])
    const twice = graph.encodeOnnx({ y: graph.add(graph.add(x, 0.5), 0.5) })
    const initialisers = graph.readOnnx(twice).constants
    expect(initialisers.size).toBe(1)
  })
})
