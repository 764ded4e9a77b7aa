/** Graphs of unknown height and width: shapes, and models that run at any size. */
import { describe, expect, it } from 'vitest'
import { evaluateDim } from './dim.ts'
import * as graph from './index.ts'
import { decodeOnnx } from './onnx/decode.ts'
import { expand } from './ops/shape.ts'
import { createSession, expectClose, randomValue, runSession } from './testing.ts'

const w = graph.constant(randomValue([4, 3, 3, 3], 5, -1, 1))
const depthwise = graph.constant(randomValue([3, 1, 3, 3], 6, -1, 1))

const cases: Record<string, (t: graph.Tensor) => graph.Tensor> = {
  'strided convolution': (t) => graph.conv(t, w, { stride: 2, border: [1, 1, 1, 1] }),
  'strided convolution, one-sided border': (t) => graph.conv(t, w, { stride: 2, border: [0, 0, 1, 1] }),
  'valid convolution': (t) => graph.conv(t, w),
  'depthwise convolution': (t) => graph.conv(t, depthwise, { groups: 3, border: [1, 1, 1, 1] }),
  'reflect padding': (t) => graph.pad(t, [1, 2, 3, 0], 'reflect'),
  'edge padding': (t) => graph.pad(t, [1, 2, 3, 0], 'edge'),
  'more channels': (t) => graph.padChannels(t, 2),
  resize: (t) => graph.resize(t, 'align_corners'),
  pooling: (t) => graph.add(graph.averagePool(t, 4), graph.maxPool(t, 4)),
  'space to depth': (t) => graph.spaceToDepth(t, 2),
  'depth to space': (t) => graph.depthToSpace(graph.concat([t, t, t, t], 1), 2),
  'slice from the start': (t) => graph.slice(t, 2, 3),
  'slice to the end': (t) => graph.slice(t, 3, 1, -2),
  'slice of the last rows': (t) => graph.slice(t, 2, -2),
  'slice by two': (t) => graph.slice(t, 2, 1, undefined, 2),
  'slice backwards': (t) => graph.slice(t, 3, -1, undefined, -1),
  'slice backwards by two, partly': (t) => graph.slice(t, 3, -2, 1, -2),
  'mirrored halves side by side': (t) => graph.concat([t, graph.slice(t, 2, -1, undefined, -1)], 2),
  transpose: (t) => graph.transpose(t, [0, 2, 3, 1]),
  normalisation: (t) => graph.div(graph.sub(t, graph.mean(t, [2, 3])), graph.sqrt(graph.mean(graph.mul(t, t), [1]))),
  'skip connection': (t) => {
    const down = graph.conv(t, w, { stride: 2, border: [1, 1, 1, 1] })
    return graph.concat([t, graph.resize(graph.relu(down), 'nearest')], 1)
  },
}

describe('symbolic height and width', () => {
  it.each(Object.entries(cases))('%s', async (_name, f) => {
    const [h, wide] = [graph.symbolicDim('h', 4), graph.symbolicDim('w', 4)]
    const y = f(graph.input('x', [1, 3, h, wide]))
    const session = await createSession(graph.encodeOnnx({ y }), 'all')
    for (const [rows, columns] of [
      [4, 4],
      [8, 12],
      [20, 16],
    ] as const) {
      const shape = [1, 3, rows, columns]
      const feeds = { x: randomValue(shape, rows) }
      const [expected] = graph.interpret([y], feeds) as [graph.Value]
      const symbols = new Map([
        ['h', rows / 4],
        ['w', columns / 4],
      ])
      expect(y.shape.map((dim) => evaluateDim(dim, symbols))).toEqual(expected.shape)
      expect(f(graph.input('x', shape)).shape).toEqual(expected.shape)
      expectClose((await runSession(session, feeds))[0], expected, 1e-5)
      const decoded = decodeOnnx(graph.encodeOnnx({ y })).outputs.y
      expect(decoded.shape).toEqual(y.shape)
    }
    await session.release()
  })

  it('refuses pictures that are not a multiple, and shapes that cannot be affine', () => {
    const t = graph.input('x', [1, 3, graph.symbolicDim('h', 4), 8])
    expect(() => graph.interpret([graph.relu(t)], { x: randomValue([1, 3, 6, 8], 1) })).toThrow(
      "'x' expects float32 [1, 3, 4h, 8]",
    )
    expect(() => graph.maxPool(t, 8)).toThrow("make 'h' a multiple of more")
    expect(() => graph.add(t, graph.slice(t, 2, 1))).toThrow('do not broadcast')
    expect(() => graph.slice(t, 2, -3, 2)).toThrow('fixed start or end')
    expect(() =>
      graph.interpret([graph.add(t, graph.input('y', [1, 3, graph.symbolicDim('h', 4), 8]))], {
        x: randomValue([1, 3, 4, 8], 1),
        y: randomValue([1, 3, 8, 8], 1),
      }),
    ).toThrow("'y' expects")
  })

  it('binds symbols before they are used, whatever the order of the graph', () => {
    const repeated = expand(graph.constant(randomValue([1], 1)), [graph.symbolicDim('n')])
    const sum = graph.add(repeated, graph.input('x', [graph.symbolicDim('n')]))
    expect(graph.interpret([sum], { x: randomValue([3], 1) })[0].shape).toEqual([3])
  })

  it('says what is missing', () => {
    expect(() => graph.interpret([graph.input('toString', [1])], {})).toThrow("no value for 'toString'")
  })
})
