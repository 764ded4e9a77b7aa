/**
 * Recognising weights, and the errors for wrong ones. parity.test.ts checks that the weights go to the right layers.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { floats, lookup, sizeOf, type Value } from '@animegan/graph'
import { describe, expect, test } from 'vitest'
import { readPyTorch } from '../formats/index.ts'
import { type Architecture, networks, weightShapes } from '../networks/index.ts'
import { importWeights } from './index.ts'
import { fromHwio, permute } from './mapping.ts'

const names: Record<string, [string, number[]][]> = JSON.parse(
  readFileSync(new URL('../../fixtures/names.json', import.meta.url), 'utf8'),
)

const zeros = (source: string): Map<string, Value<'float32'>> =>
  new Map(names[source].map(([name, shape]) => [name, floats(new Float32Array(sizeOf(shape)), shape)]))

const numbered = (architecture: Architecture): Map<string, Value<'float32'>> =>
  new Map(
    [...weightShapes(networks[architecture])].map(([name, shape], at) => [
      name,
      floats(
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => at + i / 2 ** 20),
        shape,
      ),
    ]),
  )

/** Compares bytes: comparing millions of numbers one by one takes minutes. */
const expectSame = (found: ReadonlyMap<string, Value>, expected: ReadonlyMap<string, Value>): void => {
  expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted())
  for (const [name, { shape, data }] of found) {
    const wanted = lookup(expected, name, 'tensor')
    expect(shape, name).toEqual(wanted.shape)
    expect(Buffer.compare(bytesOf(data), bytesOf(wanted.data)), name).toBe(0)
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Value['data']) => Buffer.from(buffer, byteOffset, byteLength)

test.each([
  ['pytorch-v2', 'animegan-v2', 'align_corners', 77],
  ['pytorch-v2-ptran', 'animegan-v2', 'half_pixel', 78],
  ['tensorflow-v1', 'animegan-v1', 'asymmetric', 129],
  ['tensorflow-v2', 'animegan-v2', 'asymmetric', 77],
  ['tensorflow-lite', 'animegan-v2-lite', 'asymmetric', 68],
  // The batch norm's four tables become two, and the copies of the others are ignored.
  ['tensorflow-v3', 'animegan-v3', 'asymmetric', 32],
  ['tensorflow-v3-full', 'animegan-v3', 'asymmetric', 32],
])('%s is recognised by its names', (source, architecture, resize, count) => {
  const imported = importWeights(zeros(source))
  expect(imported.architecture).toBe(architecture)
  expect(imported.options.resize).toBe(resize)
  expect(imported.weights.size).toBe(count)
  expect([...imported.weights.keys()].toSorted()).toEqual(
    [...weightShapes(networks[imported.architecture], imported.options).keys()].toSorted(),
  )
})

test.each(Object.keys(networks) as Architecture[])('our own names of %s pass through', (architecture) => {
  const weights = numbered(architecture)
  const imported = importWeights(weights)
  expect(imported.architecture).toBe(architecture)
  expect(imported.options).toEqual(networks[architecture].defaults)
  expectSame(imported.weights, weights)
})

describe('errors say in one line what is wrong', () => {
  const part = (source: string, count: number) => new Map([...zeros(source)].slice(-count))

  test('a weight missing', () => {
    expect(() => importWeights(part('pytorch-v2', 12))).toThrow(
      "weights: expected the weights of AnimeGANv2 (77 tensors), found 12; first missing 'block_a.0.1.weight'",
    )
  })

  test('nothing known', () => {
    expect(() => importWeights(new Map([['fc.weight', floats([1])]]))).toThrow(
      "expected the weights of AnimeGAN, AnimeGANv2, AnimeGANv3 or a network of ours, found 1 tensors, the first 'fc.weight'",
    )
    expect(() => importWeights(new Map())).toThrow('found 0 tensors')
  })

  test('a wrong shape', () => {
    const weights = zeros('tensorflow-v2').set(
      'generator/G_MODEL/A/Conv/weights',
      floats(new Float32Array(12), [1, 1, 3, 4]),
    )
    expect(() => importWeights(weights)).toThrow(
      "expected 'generator/G_MODEL/A/Conv/weights' to give 'a0.weight' [32, 3, 7, 7], found [4, 3, 1, 1]",
    )
  })

  test('a number that is not finite, or a type that is not a float', () => {
    const at = 'out_layer.0.weight'
    const infinite = zeros('pytorch-v2').set(at, floats(new Float32Array(96).fill(Infinity), [3, 32, 1, 1]))
    expect(() => importWeights(infinite)).toThrow(`expected finite numbers in '${at}', found Infinity at 0`)
    const whole = new Map<string, Value>(zeros('pytorch-v2')).set(at, {
      dtype: 'int32',
      shape: [3, 32, 1, 1],
      data: new Int32Array(96),
    })
    expect(() => importWeights(whole)).toThrow(`expected '${at}' as floats, found int32`)
  })
})

test('names in wrappers, extra tensors and 16-bit floats are taken', () => {
  const wrapped = new Map<string, Value>([['optimizer.step', floats([1])]])
  for (const [name, { shape, data }] of zeros('pytorch-v2')) {
    wrapped.set(`module.${name}`, { dtype: 'float16', shape, data: new Uint16Array(data.length).fill(0x3c00) })
  }
  const { weights } = importWeights(wrapped)
  expect(weights.get('out.weight')).toEqual(floats(new Float32Array(96).fill(1), [3, 32, 1, 1]))
})

describe('a file of several networks', () => {
  const under = (prefix: string, value: number): [string, Value][] =>
    [...zeros('pytorch-v2')].map(([name, { shape, data }]) => [
      `${prefix}.${name}`,
      floats(new Float32Array(data.length).fill(value), shape as number[]),
    ])
  const first = (tensors: [string, Value][]): number =>
    (importWeights(new Map(tensors)).weights.get('out.weight') as Value<'float32'>).data[0]

  test('imports the generator, its averaged copy if there is one', () => {
    const judge: [string, Value] = ['netD.conv.weight', floats([9])]
    expect(first([judge, ...under('netG', 1)])).toBe(1)
    expect(first([...under('g', 1), ...under('g_ema', 2), judge])).toBe(2)
    expect(first([['d.conv.weight', floats([9])], ...under('painter', 3)])).toBe(3)
  })

  test("reads a training program's file as PyTorch writes it", () => {
    const saved = readFileSync(new URL('../../fixtures/pytorch-networks.pt.gz', import.meta.url))
    const { weights } = importWeights(readPyTorch(gunzipSync(saved)))
    const all = [...weights.values()].flatMap(({ data }) => [data[0], data.at(-1)])
    expect(new Set(all)).toEqual(new Set([1]))
  })

  test('names both networks if either could be the generator', () => {
    expect(() => first([...under('a2b', 1), ...under('b2a', 2)])).toThrow(
      "expected one network, or one that is named generator, netG or g_ema, found 'a2b', 'b2a'",
    )
  })
})

test('version 3 without its batch norm tables gets their initial values', () => {
  const tensors = new Map([...zeros('tensorflow-v3')].filter(([name]) => !name.startsWith('generator_1/')))
  const { weights } = importWeights(tensors)
  expect(weights.get('attention.scale')?.data[5]).toBeCloseTo(1 / Math.sqrt(1.001), 7)
  expect(weights.get('attention.shift')?.data[5]).toBe(0)
})

test("axes are reordered from TensorFlow's order", () => {
  const value = floats(
    Float32Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 4, 1],
  )
  const turned = fromHwio([value], [1, 4, 2, 3])
  expect(turned.shape).toEqual([1, 4, 2, 3])
  // [height 1, width 2, in 3, out 0] is element 1·12 + 2·4 + 3.
  expect(turned.data[3 * 6 + 1 * 3 + 2]).toBe(23)
  expect(turned.data[1 * 6 + 0 * 3 + 2]).toBe(9)
  expect(permute(turned, [2, 3, 1, 0])).toEqual(value)
})
