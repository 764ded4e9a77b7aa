/**
 * 8-bit operations against ONNX Runtime. Its kernels round numbers that are halfway, within float precision, either up
 * or down: a level may differ by one, in at most one element of a hundred.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../interpreter.ts'
import type { Tensor } from '../tensor.ts'
import { type Named, randomNumbers, runOnnx, seeds, sizes } from '../testing.ts'
import { sizeOf, type Value } from '../value.ts'
import { padPixels } from './pad.ts'
import { alternate, foldPixels, unfoldPixels } from './pixels.ts'
import { quantizedAdd, quantizedConv, quantizedLeakyRelu, quantizedSigmoid } from './quantized.ts'
import { input } from './source.ts'

const levels = (shape: readonly number[], seed: number): Value<'uint8'> => {
  const next = randomNumbers(seed)
  return { dtype: 'uint8', shape, data: Uint8Array.from({ length: sizeOf(shape) }, () => Math.floor(256 * next())) }
}
const picture = (shape: readonly number[], name = 'x'): Tensor => input(name, shape, 'uint8')

const expectSameLevels = async (y: Tensor, feeds: Named, rounding = true): Promise<void> => {
  const [expected] = interpret([y], feeds)
  for (const level of ['disabled', 'all'] as const) {
    const [actual] = await runOnnx([y], feeds, {}, level)
    expect(actual.dtype).toBe('uint8')
    expect([...actual.shape]).toEqual([...expected.shape])
    const differences = Array.from(expected.data as Uint8Array, (value, i) => Math.abs(value - Number(actual.data[i])))
    expect(Math.max(...differences)).toBeLessThanOrEqual(rounding ? 1 : 0)
    expect(differences.filter((difference) => difference > 0).length).toBeLessThanOrEqual(differences.length / 100)
  }
}

describe('operations on levels agree with ONNX Runtime', () => {
  it('convolution: stride, border, bias, kernels of any size, one group or one per channel', async () => {
    const cases = fc.record({
      size: fc.tuple(sizes(4, 9), sizes(4, 9)),
      channels: fc.constantFrom(3, 4, 12, 16),
      out: fc.constantFrom(1, 16, 20),
      kernel: fc.tuple(sizes(1, 4), sizes(1, 4)),
      stride: sizes(1, 2),
      border: fc.tuple(sizes(0, 2), sizes(0, 2), sizes(0, 2), sizes(0, 2)),
      depthwise: fc.boolean(),
      zero: sizes(0, 255),
      seed: seeds,
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, channels, out: wide, kernel, stride, border, depthwise, zero, seed }) => {
        const next = randomNumbers(seed)
        const [out, cin, groups] = depthwise ? [channels, 1, channels] : [wide, channels, 1]
        const shape = [out, cin, ...kernel]
        const weights = Int8Array.from({ length: sizeOf(shape) }, () => Math.round(126 * next() - 63))
        const scales = Float32Array.from({ length: out }, () => 0.01 * (0.5 + next()))
        const bias = Int32Array.from({ length: out }, () => Math.round(2000 * (next() - 0.5)))
        const to = { scale: 0.02 * Math.sqrt(cin * kernel[0] * kernel[1]), zero: 117 }
        const y = quantizedConv(
          { levels: picture([1, ...size, channels]), scale: 0.03, zero },
          { levels: { dtype: 'int8', shape, data: weights }, scales },
          bias,
          to,
          { stride, border, groups },
        )
        await expectSameLevels(y.levels, { x: levels([1, ...size, channels], seed) })
      }),
      { numRuns: 40 },
    )
  })

  it('leaky ReLU, sigmoid and sum', async () => {
    const shape = [1, 16, 16, 1]
    const every: Value<'uint8'> = { dtype: 'uint8', shape, data: Uint8Array.from({ length: 256 }, (_, i) => i) }
    const x = { levels: picture(shape), scale: 0.031, zero: 90 }
    await expectSameLevels(quantizedLeakyRelu(x, 0.2, { scale: 0.02, zero: 31 }).levels, { x: every })
    await expectSameLevels(quantizedSigmoid(x, { scale: 1 / 255, zero: 0 }).levels, { x: every })
    const other = { levels: picture([1, 16, 16, 1], 'y'), scale: 0.017, zero: 140 }
    const sum = quantizedAdd(x, other, { scale: 0.041, zero: 113 })
    await expectSameLevels(sum.levels, { x: every, y: levels(shape, 3) })
  })

  it.each<[string, (x: Tensor) => Tensor]>([
    ['alternate rows', (x) => alternate(x, x, 1)],
    ['alternate columns', (x) => alternate(x, x, 2)],
    ['folded cells', foldPixels],
    ['unfolded cells', unfoldPixels],
    ['folded and unfolded', (x) => unfoldPixels(foldPixels(x))],
    ['a mirrored border', (x) => padPixels(x, [1, 2, 3, 0], 'reflect')],
    ['a repeated border', (x) => padPixels(x, [1, 2, 3, 0], 'edge')],
  ])('%s', async (_name, f) => {
    await expectSameLevels(f(picture([1, 4, 6, 8])), { x: levels([1, 4, 6, 8], 1) }, false)
  })

  it('two pictures interleaved', async () => {
    const feeds = { x: levels([1, 3, 2, 2], 1), y: levels([1, 3, 2, 2], 2) }
    const [rows, columns] = ([1, 2] as const).map((axis) =>
      alternate(picture([1, 3, 2, 2]), picture([1, 3, 2, 2], 'y'), axis),
    )
    await expectSameLevels(rows, feeds, false)
    await expectSameLevels(columns, feeds, false)
    const [value] = interpret([columns], feeds)
    expect(value.data.slice(0, 4)).toEqual(Uint8Array.of(...feeds.x.data.slice(0, 2), ...feeds.y.data.slice(0, 2)))
  })

  it('refuses floats, other shapes, and invalid scales', () => {
    const x = { levels: picture([1, 4, 4, 4]), scale: 0.1, zero: 0 }
    const float = { ...x, levels: input('f', [1, 4, 4, 4]) }
    const to = { scale: 0.1, zero: 0 }
    expect(() => quantizedSigmoid(float, to)).toThrow('expects uint8, got float32')
    expect(() => quantizedAdd(x, { ...x, levels: picture([1, 4, 2, 4], 'y') }, to)).toThrow('one shape')
    expect(() => quantizedLeakyRelu(x, 0.2, { scale: 0, zero: 0 })).toThrow('cannot stand for')
    expect(() => quantizedLeakyRelu(x, 0.2, { scale: 1, zero: 256 })).toThrow('cannot stand for')
    expect(() => foldPixels(picture([1, 3, 4, 1]))).toThrow('must be even')
    expect(() => unfoldPixels(picture([1, 3, 4, 3]))).toThrow('multiple of 4')
  })
})
