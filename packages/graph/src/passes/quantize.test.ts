/** 8-bit networks: close to their float versions in the interpreter, and the same levels in ONNX Runtime. */
import { describe, expect, it } from 'vitest'
import { symbolicDim } from '../dim.ts'
import { interpret } from '../interpreter.ts'
import { conv } from '../ops/conv.ts'
import { add, leakyRelu, tanh } from '../ops/elementwise.ts'
import { pad } from '../ops/pad.ts'
import { maxPool, resize } from '../ops/scale.ts'
import { depthToSpace, interleave, spaceToDepth } from '../ops/shape.ts'
import { constant, input } from '../ops/source.ts'
import { type Tensor, topologicalOrder } from '../tensor.ts'
import { randomNumbers, randomValue, runOnnx } from '../testing.ts'
import { floats, type Value } from '../value.ts'
import { convolveCells } from './cells.ts'
import { fitLevels } from './level-scale.ts'
import { splitPhases } from './phase-split.ts'
import { activationsOf, quantize } from './quantize.ts'

let seed = 1
/** A convolution with a bias whose results are about as large as its inputs. */
const layer = (
  x: Tensor,
  out: number,
  kernel: number,
  options: { stride?: number; mirrored?: boolean } = {},
): Tensor => {
  const [, channels] = x.shape as [number, number]
  const spread = Math.sqrt(5 / (channels * kernel * kernel))
  const weights = constant(randomValue([out, channels, kernel, kernel], seed++, -spread, spread))
  const bias = constant(randomValue([out], seed++, -0.1, 0.1))
  const around = (kernel - 1) / 2
  const border = [around, around, around, around] as const
  if (options.mirrored) return conv(pad(x, border, 'reflect'), weights, { bias, stride: options.stride })
  return conv(x, weights, { bias, stride: options.stride, border })
}

const networks: Record<string, (x: Tensor) => Tensor> = {
  'a U-Net with a residual': (x) => {
    const a = leakyRelu(layer(x, 8, 5, { mirrored: true }))
    const b = leakyRelu(layer(a, 12, 3, { stride: 2 }))
    const r = add(b, layer(leakyRelu(layer(b, 12, 3)), 12, 3))
    const up = add(resize(leakyRelu(layer(r, 8, 3)), 'nearest'), a)
    return tanh(layer(leakyRelu(layer(up, 8, 3)), 3, 5, { mirrored: true }))
  },
  'cells in and out': (x) => {
    const a = leakyRelu(layer(spaceToDepth(x, 2), 16, 3, { mirrored: true }))
    return depthToSpace(tanh(layer(a, 12, 3, { mirrored: true })), 2)
  },
  'four phases': (x) => tanh(interleave([1, 2, 3, 4].map(() => layer(x, 3, 3, { stride: 2, mirrored: true })))),
  'phases of a doubling': (x) => {
    const a = leakyRelu(layer(x, 6, 3, { stride: 2, mirrored: true }))
    return tanh(layer(leakyRelu(layer(resize(a, 'asymmetric'), 8, 3, { mirrored: true })), 3, 1))
  },
}

const [height, width] = [24, 32]

/** Smooth colours with some noise, as levels [1, h, w, 3] and as the network's input. */
const photo = (): { picture: Value<'uint8'>; x: Value } => {
  const noise = randomNumbers(5)
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width]
    return 128 + 70 * Math.sin(row / 5 + (i % 3)) + 30 * Math.cos(column / 7) + 20 * noise()
  })
  const x = Float32Array.from(data, (_, i) => {
    const [c, at] = [Math.floor(i / height / width), i % (height * width)]
    return data[at * 3 + c] / 127.5 - 1
  })
  return { picture: { dtype: 'uint8', shape: [1, height, width, 3], data }, x: floats(x, [1, 3, height, width]) }
}

describe('quantize', () => {
  it.each(Object.entries(networks))('%s: 34 dB to its float version, in any engine', async (_name, build) => {
    const x = input('x', [1, 3, symbolicDim('h', 4), symbolicDim('w', 4)])
    const float = build(x)
    const [ready] = convolveCells(splitPhases([float]))
    const feeds = photo()
    const activations = activationsOf(ready)
    const values = interpret([float, ...activations.map(({ tensor }) => tensor)], feeds)
    const scales = activations.map(({ response }, i) => fitLevels(values[i + 1].data as Float32Array, response))
    const picture = input('picture', [1, symbolicDim('h', 4), symbolicDim('w', 4), 3], 'uint8')
    const result = quantize(ready, x, picture, scales)

    const [levels] = interpret([result], feeds)
    expect(levels.shape).toEqual([1, height, width, 3])
    const squares = Array.from(levels.data as Uint8Array, (level, i) => {
      const wanted = Number(values[0].data[(i % 3) * height * width + Math.floor(i / 3)])
      return (level - (wanted + 1) * 127.5) ** 2
    })
    const decibels = 10 * Math.log10(255 ** 2 / (squares.reduce((sum, square) => sum + square, 0) / squares.length))
    expect(decibels).toBeGreaterThan(34)

    const [ran] = await runOnnx([result], feeds, {}, 'all')
    const differences = Array.from(ran.data as Uint8Array, (level, i) => Math.abs(level - Number(levels.data[i])))
    expect(differences.filter((difference) => difference > 1).length).toBeLessThan(differences.length / 50)
    expect(Math.max(...differences)).toBeLessThan(12)
  })

  it('keeps weights within 7 bits and the sum of each kernel within half a step', () => {
    const x = input('x', [1, 3, 8, 8])
    const weights = randomValue([16, 3, 3, 3], 3)
    const y = tanh(conv(pad(x, [1, 1, 1, 1], 'reflect'), constant(weights)))
    const scales = activationsOf(y).map(() => ({ scale: 0.05, zero: 128 }))
    const result = quantize(y, x, input('picture', [1, 8, 8, 3], 'uint8'), scales)
    const [node] = topologicalOrder([result]).filter(({ op }) => op.name === 'quantizedConv')
    const [levels, kernelScales] = [3, 4].map((at) => (node.inputs[at].attributes as { value: Value }).value.data)
    expect(Math.max(...[...levels].map((level) => Math.abs(Number(level))))).toBe(63)
    weights.data.forEach((weight, i) => {
      expect(Math.abs(weight / Number(kernelScales[Math.floor(i / 27)]) - Number(levels[i]))).toBeLessThanOrEqual(1)
    })
    for (let kernel = 0; kernel < 48; kernel++) {
      const [wanted, found] = [weights.data, levels].map((data) =>
        Array.from(data.subarray(kernel * 9, kernel * 9 + 9), Number).reduce((sum, tap) => sum + tap, 0),
      )
      expect(Math.abs(wanted / Number(kernelScales[Math.floor(kernel / 3)]) - found)).toBeLessThan(0.51)
    }
  })

  it('takes the middle between two levels for zero: no shift of all colours', () => {
    const x = input('x', [1, 3, 16, 16])
    const same = floats([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3, 1, 1])
    const y = tanh(conv(x, constant(same)))
    const grey = Uint8Array.from({ length: 768 }, (_, i) => 96 + (Math.floor(i / 3) % 64))
    const result = quantize(y, x, input('picture', [1, 16, 16, 3], 'uint8'), [{ scale: 0.3 / 127.5, zero: 128 }])
    const [levels] = interpret([result], { picture: { dtype: 'uint8', shape: [1, 16, 16, 3], data: grey } })
    const shifts = Array.from(grey, (level, i) => Number(levels.data[i]) - (Math.tanh(level / 127.5 - 1) + 1) * 127.5)
    expect(Math.abs(shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length)).toBeLessThan(0.4)
  })

  it('names what 8 bits do not support', () => {
    const x = input('x', [1, 3, 8, 8])
    const picture = input('picture', [1, 8, 8, 3], 'uint8')
    const all = (y: Tensor) =>
      quantize(
        y,
        x,
        picture,
        activationsOf(y).map(() => ({ scale: 1, zero: 128 })),
      )
    expect(() => all(tanh(maxPool(layer(x, 3, 3, { mirrored: true }), 2)))).toThrow('found maxPool')
    expect(() => all(layer(x, 3, 3, { mirrored: true }))).toThrow('found no tanh at the end')
    expect(() => all(tanh(conv(x, input('w', [3, 3, 1, 1]))))).toThrow('weights that are not constant')
    expect(() => all(tanh(layer(x, 3, 3)))).toThrow('zeros around the picture')
    expect(() => quantize(tanh(layer(x, 3, 1)), x, picture, [])).toThrow('levels of 1 tensors, found 0')
  })
})

describe('convolveCells', () => {
  it.each([
    ['from a picture', 3, 8, 5],
    ['to a picture', 8, 3, 5],
    ['from a picture to a picture', 3, 3, 3],
  ])('%s: exact', (_name, from, to, kernel) => {
    const x = input('x', [1, from, symbolicDim('h', 2), symbolicDim('w', 2)])
    for (const mirrored of [true, false]) {
      const y = layer(x, to, kernel, { mirrored })
      const [cells] = convolveCells([y])
      expect(topologicalOrder([cells]).some(({ op }) => op.name === 'depthToSpace')).toBe(mirrored || to === 3)
      const [before, after] = interpret([y, cells], { x: randomValue([1, from, 8, 6], 4) })
      expect(after.shape).toEqual(before.shape)
      const worst = Math.max(
        ...Array.from(before.data as Float32Array, (value, i) => Math.abs(value - Number(after.data[i]))),
      )
      expect(worst).toBeLessThan(1e-5)
    }
  })

  it('leaves odd sizes, many channels and steps of two alone', () => {
    const odd = layer(input('x', [1, 3, 7, 8]), 8, 3, { mirrored: true })
    const many = layer(input('x', [1, 8, 8, 8]), 8, 3)
    const steps = layer(input('x', [1, 3, 8, 8]), 8, 3, { stride: 2 })
    expect(convolveCells([odd, many, steps])).toEqual([odd, many, steps])
  })
})

describe('fitLevels', () => {
  it('cuts off values that tanh saturates, and spends fewer levels on those a leaky ReLU flattens', () => {
    const next = randomNumbers(9)
    const sample = Float32Array.from({ length: 20_000 }, () => 20 * next() - 10)
    const plain = fitLevels(sample, (value) => value)
    expect(plain.scale).toBeCloseTo(20 / 255, 3)
    expect(fitLevels(sample, Math.tanh).scale).toBeLessThan(8 / 255)
    const leaky = fitLevels(sample, (value) => (value < 0 ? 0.01 * value : value))
    expect(leaky.scale).toBeLessThan(19 / 255)
    expect(leaky.scale * (255 - leaky.zero)).toBeGreaterThan(9.5)
  })

  it('takes numbers of one sign, and zeros only', () => {
    expect(fitLevels(Float32Array.of(0, 1, 2), (value) => value).zero).toBe(0)
    expect(fitLevels(Float32Array.of(-2, 0), (value) => value).zero).toBe(255)
    expect(fitLevels(new Float32Array(3), (value) => value).scale).toBeGreaterThan(0)
  })
})
