import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as graph from '../index.ts'
import { apply } from '../tensor.ts'
import { borders, expectSameAsOnnx, pictures, randomValue, seeds, sizes, x } from '../testing.ts'
import { convTransposeOp } from './conv.ts'

/** A valid convolution: one group with some output channels, or one group per channel. */
const convolutions = fc
  .record({
    picture: pictures(1, 8),
    out: sizes(1, 3),
    kernel: fc.tuple(sizes(1, 4), sizes(1, 4)),
    stride: sizes(1, 2),
    border: borders(2),
    depthwise: fc.boolean(),
    seed: seeds,
  })
  .filter(
    ({ picture: [, , h, w], kernel: [kh, kw], border: [top, left, bottom, right] }) =>
      h + top + bottom >= kh && w + left + right >= kw,
  )
  .map(({ depthwise, out, kernel, picture, ...rest }) => {
    const channels = picture[1]
    const weights = depthwise ? [channels, 1, ...kernel] : [out, channels, ...kernel]
    return { ...rest, picture, weights, groups: depthwise ? channels : 1 }
  })

describe('convolutions agree with ONNX Runtime', () => {
  it('conv with and without bias, weights in the model or fed', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, fc.boolean(), async ({ picture, weights, seed, ...options }, fed) => {
        const w = graph.parameter('w', weights)
        const bias = graph.parameter('b', [weights[0]])
        const parameters = { w: randomValue(weights, seed), b: randomValue([weights[0]], seed + 1) }
        const feeds = { x: randomValue(picture, seed + 2) }
        const outputs = [graph.conv(x(picture), w, options), graph.conv(x(picture), w, { ...options, bias })]
        if (fed) await expectSameAsOnnx(outputs, { ...feeds, ...parameters })
        else await expectSameAsOnnx(outputs, feeds, { parameters })
      }),
      { numRuns: 60 },
    )
  })

  it('convTranspose back to any input size of a convolution', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async ({ picture, weights, seed, border, stride, groups }) => {
        const [w, from] = [x(weights, 'w'), x(picture)]
        const shape = graph.conv(from, w, { border, stride, groups }).shape as number[]
        const size = picture.slice(2)
        const back = apply(convTransposeOp, { border, stride, groups, size }, [x(shape), w])
        expect(back.shape).toEqual(picture)
        await expectSameAsOnnx([back], { x: randomValue(shape, seed), w: randomValue(weights, seed + 1) })
      }),
      { numRuns: 60 },
    )
  })

  it('refuses what does not fit', () => {
    const w = x([2, 3, 3, 3], 'w')
    expect(() => graph.conv(x([1, 2, 5, 5]), w)).toThrow('weights expect 3 channels')
    expect(() => graph.conv(x([1, 3, 2, 5]), w)).toThrow('smaller than the kernel')
    expect(() => graph.conv(x([1, 3, 5, 5]), w, { bias: x([3], 'b') })).toThrow('bias must have 2 numbers')
    expect(() => graph.conv(x([1, 3, 5, 5]), w, { stride: 0 })).toThrow('stride 0')
    expect(() => graph.conv(x([1, 3, 5, 5]), w, { border: [-1, 0, 0, 0] })).toThrow('border')
    expect(() => graph.conv(x([3, 5, 5]), w)).toThrow('NCHW')
    const size = [9, 5]
    expect(() =>
      apply(convTransposeOp, { border: [0, 0, 0, 0], stride: 1, groups: 1, size }, [x([1, 2, 3, 3]), w]),
    ).toThrow('does not belong')
  })
})

describe('resize and pooling agree with ONNX Runtime', () => {
  it.each(['nearest', 'asymmetric', 'half_pixel', 'align_corners'] as const)('resize %s', async (mode) => {
    await fc.assert(
      fc.asyncProperty(pictures(1, 6), seeds, async (shape, seed) => {
        await expectSameAsOnnx([graph.resize(x(shape), mode)], { x: randomValue(shape, seed) })
      }),
      {
        numRuns: 20,
        examples: [
          [[1, 1, 1, 1], 1],
          [[2, 1, 1, 3], 2],
          [[1, 2, 4, 1], 3],
        ],
      },
    )
  })

  it('averagePool and maxPool, with a remainder that is dropped', async () => {
    await fc.assert(
      fc.asyncProperty(pictures(3, 8), sizes(1, 3), seeds, async (shape, block, seed) => {
        const outputs = [graph.averagePool(x(shape), block), graph.maxPool(x(shape), block)]
        await expectSameAsOnnx(outputs, { x: randomValue(shape, seed) })
      }),
      { numRuns: 20 },
    )
    expect(() => graph.maxPool(x([1, 1, 2, 1]), 2)).toThrow('smaller than a block')
    expect(() => graph.maxPool(x([1, 1, 2, 1]), 0)).toThrow()
  })
})
