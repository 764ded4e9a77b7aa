/** Style files: written and read back, and everything that is refused. */
import {
  encodeOnnx,
  encodePictureModel,
  floats,
  input,
  lookup,
  pictureModelOf,
  readOnnx,
  sizeOf,
  symbolicDim,
  tanh,
} from '@animegan/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from './formats/index.ts'
import { networks, weightShapes } from './networks/index.ts'
import { type NetworkStyle, networkStyle, readStyle, writeStyle } from './style.ts'

const style = (): NetworkStyle => ({
  architecture: 'live',
  title: 'Sora',
  licence: 'CC0-1.0',
  attribution: '',
  description: 'skies — ü',
  options: { resize: 'nearest', normEpsilon: 1e-5 },
  weights: new Map(
    [...weightShapes(networks.live)].map(([name, shape]) => [
      name,
      floats(
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i % 7) / 8),
        shape,
      ),
    ]),
  ),
  metadata: { steps: '1000' },
})

test('a style that is written is read again', () => {
  const bytes = writeStyle(style())
  const { weights, ...facts } = networkStyle(readStyle(bytes))
  const { weights: expected, ...expectedFacts } = style()
  expect(facts).toEqual(expectedFacts)
  expect([...weights.keys()]).toEqual([...expected.keys()])
  for (const [name, { shape, data }] of weights) {
    const wanted = lookup(expected, name, 'tensor')
    expect(shape).toEqual(wanted.shape)
    expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(wanted.data.buffer)), name).toBe(0)
  }
  expect(bytes.length).toBeLessThan(2 * networks.live.parameters + 10_000)
  expect(Buffer.compare(writeStyle(readStyle(bytes)), bytes)).toBe(0)
})

test('the options of every network are kept', () => {
  for (const network of Object.values(networks)) {
    const options = {
      ...network.defaults,
      resize: 'half_pixel' as const,
      normEpsilon: 1e-12,
      outputBias: network.name === 'animegan-v2' ? true : undefined,
    }
    const weights = new Map(
      [...weightShapes(network, options)].map(([name, shape]) => [
        name,
        floats(new Float32Array(sizeOf(shape)), shape),
      ]),
    )
    const architecture = network.name as NetworkStyle['architecture']
    expect(networkStyle(readStyle(writeStyle({ ...style(), architecture, options, weights }))).options).toEqual(options)
  }
})

describe('refuses in one line', () => {
  const changed = (
    metadata: Record<string, string | undefined>,
    edit = (_: ReturnType<typeof readSafetensors>['tensors']) => {},
  ) => {
    const file = readSafetensors(writeStyle(style()))
    edit(file.tensors)
    const all = Object.entries({ ...file.metadata, ...metadata }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    )
    return writeSafetensors(file.tensors, Object.fromEntries(all))
  }

  test.each<[string, Record<string, string | undefined>, string]>([
    ['no style', { format: undefined }, 'style: expected a style (format animegan-style/1), found "no format"'],
    ['a later format', { format: 'animegan-style/9' }, 'found "animegan-style/9"'],
    ['an unknown architecture', { architecture: 'toString' }, 'expected one of animegan-v1'],
    ['no title', { title: undefined }, 'expected a title and a licence, found no title'],
    ['no licence', { licence: '' }, 'expected a title and a licence, found no licence'],
    [
      'an unknown resize',
      { resize: 'cubic' },
      'expected one of nearest, asymmetric, half_pixel, align_corners as resize',
    ],
    ['an invalid epsilon', { normEpsilon: '' }, 'expected a number between 0 and 1 as normEpsilon, found ""'],
    ['a negative epsilon', { normEpsilon: '-1' }, 'found "-1"'],
    ['a wrong bias', { outputBias: 'yes' }, 'expected true or false as outputBias, found "yes"'],
    [
      'weights of another network',
      { architecture: 'animegan-v2' },
      "style: expected 'a0.weight' as [32, 3, 7, 7], found [32, 12, 3, 3]",
    ],
  ])('%s', (_what, metadata, message) => {
    expect(() => readStyle(changed(metadata))).toThrow(message)
  })

  test('weights that are missing, unknown, misshapen or not finite', () => {
    const live = (edit: Parameters<typeof changed>[1]) => () => readStyle(changed({}, edit))
    expect(live((t) => t.delete('b0.bias'))).toThrow("expected the 32 tensors of live, found none named 'b0.bias'")
    expect(live((t) => t.set('zz', floats([1])))).toThrow("expected only the 32 tensors of live, found one named 'zz'")
    expect(live((t) => t.set('b0.bias', floats([1])))).toThrow("expected 'b0.bias' as [64], found [1]")
    expect(
      live((t) => t.set('out.bias', floats(Float32Array.from({ length: 12 }, (_, i) => (i === 1 ? Number.NaN : 1))))),
    ).toThrow("expected finite numbers in 'out.bias', found NaN at 1")
  })

  test('weights of the network that was called live before', () => {
    const former = readSafetensors(writeStyle(style()))
    const tensors = new Map([['a0.weight', floats(new Float32Array(32 * 3 * 25), [32, 3, 5, 5])]])
    expect(() => readStyle(writeSafetensors(tensors, former.metadata))).toThrow(
      /^style: the network live has changed, and this file is of the former one; train the style again, or fetch it anew$/,
    )
  })

  test('to write a file it could not read', () => {
    const { weights } = style()
    weights.set('out.bias', floats(new Float32Array(12).fill(70000, 1, 2)))
    expect(() => writeStyle({ ...style(), weights })).toThrow(
      "expected 'out.bias' within the range of 16-bit floats, found 70000",
    )
    expect(() => writeStyle({ ...style(), metadata: { title: 'other' } })).toThrow(
      "expected 'title' as a field of the style",
    )
    expect(() => writeStyle({ ...style(), title: '' })).toThrow('expected a title')
  })

  test('any damage, with a one-line AnimeganError', () => {
    const whole = writeStyle(style())
    fc.assert(
      fc.property(fc.nat(4000), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = cut ? whole.slice(0, at) : whole.slice()
        if (!cut) bytes[at] = byte
        try {
          readStyle(bytes)
        } catch (error) {
          expect(error).toMatchObject({ name: 'AnimeganError', code: 'bad-weights' })
          expect((error as Error).message).not.toContain('\n')
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('a foreign model in a style file', () => {
  const file = (tensors: Parameters<typeof writeSafetensors>[0]): Uint8Array =>
    writeSafetensors(tensors, { format: 'animegan-style/1', architecture: 'onnx', title: 'theirs', licence: 'MIT' })
  const bytes = (data: Uint8Array) => ({ dtype: 'uint8' as const, shape: [data.length], data })

  test('is checked like one that is imported', () => {
    const x = input('x', [1, 3, symbolicDim('h'), symbolicDim('w')])
    const model = pictureModelOf(readOnnx(encodeOnnx({ y: tanh(x) })))
    const range = { black: -1, white: 1 }
    const uniform = encodePictureModel(model, { input: range, output: range, reversed: [false, false] })
    expect(readStyle(file(new Map([['model', bytes(uniform)]])))).toMatchObject({
      architecture: 'onnx',
      needs: { multiple: 4 },
    })
    const refused = (tensors: Parameters<typeof writeSafetensors>[0], message: string): void => {
      expect(() => readStyle(file(tensors))).toThrow(expect.objectContaining({ code: 'bad-weights' }))
      expect(() => readStyle(file(tensors))).toThrow(message)
    }
    refused(new Map([['model', bytes(encodeOnnx({ y: tanh(x) }))]]), "expected 'picture' [1, h, w, 3] in bytes")
    refused(new Map([['model', bytes(new Uint8Array(9).fill(7))]]), 'ONNX: expected')
    refused(new Map([['model', floats([1])]]), "expected a model as bytes in 'model', found other tensors")
    refused(
      new Map([
        ['model', bytes(uniform)],
        ['more', bytes(uniform)],
      ]),
      'found other tensors',
    )
  })

  test('is no network of ours', () => {
    const { weights: _, options: __, ...described } = style()
    const needs = { multiple: 4, bytesPerPixel: 1 }
    expect(() => networkStyle({ ...described, architecture: 'onnx', model: new Uint8Array(), needs })).toThrow(
      'style Sora: expected one of a network that is known here, found a foreign model',
    )
  })
})
