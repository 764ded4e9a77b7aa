import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as graph from '../index.ts'
import { expectGradient, expectSameAsOnnx, pictures, randomValue, seeds, x } from '../testing.ts'
import { floats } from '../value.ts'

describe('activations agree with ONNX Runtime', () => {
  it('prelu, a slope for each channel', async () => {
    await fc.assert(
      fc.asyncProperty(pictures(), seeds, async (shape, seed) => {
        const slope = randomValue([shape[1], 1, 1], seed + 1, -0.5, 1.5)
        const outputs = [graph.prelu(x(shape), graph.constant(slope))]
        await expectSameAsOnnx(outputs, { x: randomValue(shape, seed) })
      }),
      { numRuns: 10 },
    )
    expect(() => graph.prelu(x([1, 3, 2, 2]), x([2, 1, 1], 'y'))).toThrow('a slope for each channel')
  })

  it.each([
    ['sigmoid', graph.sigmoid, [0, Math.log(3), -Math.log(3)], [0.5, 0.75, 0.25]],
    ['hardSwish', graph.hardSwish, [-4, 1.5, 5], [0, 1.125, 5]],
  ])('%s, also compared with hand-computed values', async (_name, f, from, to) => {
    const [values] = await expectSameAsOnnx([f(x([3]))], { x: floats(from) })
    to.forEach((is, i) => {
      expect(Number(values.data[i])).toBeCloseTo(is, 6)
    })
    await expectSameAsOnnx([f(x([2, 3, 4]))], { x: randomValue([2, 3, 4], 3, -6, 6) })
  })
})

describe('gradients', () => {
  it('of prelu, for the picture and for the slopes', async () => {
    const slope = randomValue([2, 1, 1], 4, 0.1, 0.6)
    // Away from zero, where there is a corner.
    const point = randomValue([2, 2, 3, 3], 8)
    point.data.forEach((value, i) => {
      point.data[i] = value + 0.1 * Math.sign(value)
    })
    await expectGradient((t, s) => graph.prelu(t, s), [point, slope])
  })

  it.each([
    ['sigmoid', graph.sigmoid],
    ['hardSwish', graph.hardSwish],
  ])('of %s', async (_name, f) => {
    await expectGradient(f, [randomValue([2, 2, 3, 3], 9, -5, 5)], { tolerance: 3e-3 })
  })
})
