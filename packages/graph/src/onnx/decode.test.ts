/**
 * Model files are untrusted: whatever they contain, decoding gives a valid graph or an AnimeganError, and allocates
 * little.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToDim } from '../dim.ts'
import * as graph from '../index.ts'
import { expand } from '../ops/shape.ts'
import { constantOp } from '../ops/source.ts'
import { attributesOf } from '../tensor.ts'
import { randomValue } from '../testing.ts'
import { type DecodedModel, decodeOnnx } from './decode.ts'
import { type GraphProtoSchema, ModelProtoSchema } from './onnx_pb.ts'
import { type Attribute, int, ints, longs, tensorType } from './testing.ts'

type GraphInit = MessageInitShape<typeof GraphProtoSchema>

const modelOf = (init: GraphInit): Uint8Array =>
  toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { irVersion: 9n, opsetImport: [{ domain: '', version: 18n }], graph: init }),
  )
/** A model with one node, inputs picture x and weights w, and the given initialisers. */
const single = (
  opType: string,
  input: string[],
  attribute: Attribute[] = [],
  initializer: GraphInit['initializer'] = [],
  dims: (number | string)[] = [1, 4, 6, 8],
) =>
  modelOf({
    input: [
      { name: 'x', type: tensorType(dims) },
      { name: 'w', type: tensorType([4, 4, 3, 3]) },
      { name: 'b', type: tensorType([4]) },
    ],
    output: [{ name: 'y' }],
    initializer: initializer,
    node: [{ opType, input, output: ['y'], attribute }],
  })

const model = graph.encodeOnnx(
  (() => {
    const x = graph.input('x', [1, 4, graph.symbolicDim('h', 4), graph.symbolicDim('w', 4)])
    const down = graph.conv(graph.pad(x, [1, 1, 1, 1], 'reflect'), graph.parameter('k', [4, 4, 3, 3]), { stride: 2 })
    const up = graph.resize(graph.leakyRelu(graph.div(down, graph.mean(down, [2, 3])), 0.2), 'half_pixel')
    const flat = expand(
      graph.reshape(graph.slice(graph.parameter('k', [4, 4, 3, 3]), 2, -1, undefined, -2), [4, 4, 2, 3]),
      [4, 4, 2, 3],
    )
    return {
      y: graph.concat([up, x], 1),
      z: graph.maxPool(graph.depthToSpace(x, 2), 2),
      f: graph.transpose(flat, [1, 0, 2, 3]),
    }
  })(),
  { parameters: new Map([['k', randomValue([4, 4, 3, 3], 1)]]) },
)

/** Decodes, and checks that the result is a graph or the error an AnimeganError. */
const decodeSoundly = (bytes: Uint8Array): boolean => {
  let decoded: DecodedModel
  try {
    decoded = decodeOnnx(bytes)
  } catch (error) {
    if (!(error instanceof graph.AnimeganError)) throw error
    expect(error.code).toBe('bad-weights')
    expect(error.message).toMatch(/^ONNX: /)
    return false
  }
  let held = 0
  for (const node of graph.topologicalOrder(Object.values(decoded.outputs))) {
    held += attributesOf(node, constantOp)?.value.data.byteLength ?? 0
    for (const dim of node.shape) {
      const numbers = typeof dim === 'number' ? [dim] : [dim.scale - 1, dim.offset ** 2]
      expect(numbers.every((size) => Number.isSafeInteger(size) && size >= 0)).toBe(true)
    }
  }
  expect(held).toBeLessThanOrEqual(bytes.length)
  return true
}

describe('damaged files', () => {
  it('decodes the undamaged one', () => {
    expect(decodeSoundly(model)).toBe(true)
    expect(decodeOnnx(model).outputs.y.shape).toEqual([1, 8, graph.symbolicDim('h', 4), graph.symbolicDim('w', 4)])
  })

  it('cut off at any length', () => {
    for (let length = 0; length < model.length; length += length < 64 ? 1 : 3) decodeSoundly(model.subarray(0, length))
    expect(() => decodeOnnx(new Uint8Array())).toThrow(graph.AnimeganError)
    expect(() => decodeOnnx(new Uint8Array([255, 255]))).toThrow(graph.AnimeganError)
  })

  it('with flipped bytes', () => {
    const flips = fc.array(fc.tuple(fc.nat(model.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = model.slice()
        for (const [at, mask] of changes) bytes[at] ^= mask
        decodeSoundly(bytes)
      }),
      { numRuns: 3000 },
    )
  })

  it('of random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeSoundly(bytes)),
      { numRuns: 500 },
    )
  })
})

describe('refused graphs', () => {
  const refused = (bytes: Uint8Array, message: string | RegExp): void => {
    expect(() => decodeOnnx(bytes)).toThrow(graph.AnimeganError)
    expect(() => decodeOnnx(bytes)).toThrow(message)
  }

  it('cycles, names defined twice or never', () => {
    const node = (input: string[], output: string[], opType = 'Relu') => ({ opType, input, output })
    const input = [{ name: 'x', type: tensorType([1]) }]
    const output = [{ name: 'y' }]
    refused(modelOf({ input, output, node: [node(['a'], ['y']), node(['y'], ['a'])] }), 'a cycle or wrong order')
    refused(modelOf({ input, output, node: [node(['y'], ['y'])] }), "uses 'y' before it is made")
    refused(modelOf({ input, output, node: [node(['x'], ['y']), node(['x'], ['y'])] }), "'y' is made twice")
    refused(modelOf({ input, output, node: [node(['x'], ['x'])] }), "'x' is made twice")
    refused(modelOf({ input, output }), "output 'y' is not made")
    refused(modelOf({ input, output, node: [node(['x'], ['y'], 'toString')] }), 'uses toString, which is unknown here')
    refused(modelOf({ input, output, node: [{ ...node(['x'], ['y']), domain: 'com.example' }] }), 'unknown here')
  })

  it('external tensors, unknown types, and sizes larger than the data', () => {
    const tensor = (proto: NonNullable<GraphInit['initializer']>[number]) =>
      single('Relu', ['x'], [], [{ name: 'i', dataType: 1, ...proto }] as never)
    refused(
      tensor({ dims: [1n], rawData: new Uint8Array(4), dataLocation: 1 } as never),
      'keeps its numbers in another file',
    )
    refused(tensor({ dims: [1n], externalData: [{ key: 'location', value: '/etc/passwd' }] } as never), 'another file')
    refused(tensor({ dims: [1n], dataType: 8, stringData: [new Uint8Array(1)] } as never), 'element type 8')
    for (const dims of [[2n ** 40n], [2n ** 40n, 2n ** 40n], [-1n, -1n], [0n, 2n ** 62n], [1n, 1n, 2n], [-4n]]) {
      refused(tensor({ dims, rawData: new Uint8Array(4) } as never), 'claims')
      refused(tensor({ dims } as never), 'claims')
    }
    refused(tensor({ dims: [1n], rawData: new Uint8Array(5) } as never), 'claims [1], found 1.25 elements')
  })

  it.each<[string, Uint8Array]>([
    [
      'a pooling border',
      single('MaxPool', ['x'], [ints('kernel_shape', [2, 2]), ints('strides', [2, 2]), ints('pads', [1, 1, 1, 1])]),
    ],
    [
      'pooling that rounds up',
      single('MaxPool', ['x'], [ints('kernel_shape', [2, 2]), ints('strides', [2, 2]), int('ceil_mode', 1)]),
    ],
    ['pooling with overlap', single('MaxPool', ['x'], [ints('kernel_shape', [2, 2])])],
    ['pooling of oblong blocks', single('MaxPool', ['x'], [ints('kernel_shape', [2, 3]), ints('strides', [2, 2])])],
    ['pooling of nothing', single('MaxPool', ['x'])],
    ['dilation', single('Conv', ['x', 'w'], [ints('dilations', [2, 2])])],
    ['strides of nothing', single('Conv', ['x', 'w'], [ints('strides', [])])],
    ['strides of zero', single('Conv', ['x', 'w'], [ints('strides', [0, 0])])],
    ['a border of two', single('Conv', ['x', 'w'], [ints('pads', [1, 1])])],
    ['convolution without weights', single('Conv', ['x'])],
    ['a bias of a transposed convolution', single('ConvTranspose', ['x', 'w', 'b'])],
    ['transposed convolution of unknown size', single('ConvTranspose', ['x', 'w'], [], [], [1, 4, 'h', 'w'])],
    ['three addends', single('Add', ['x', 'x', 'x'])],
    ['Gemm with an addend', single('Gemm', ['b', 'b', 'b'])],
    ['reduction along no axis', single('ReduceSum', ['x', 'a'], [], [longs('a', [])])],
    ['reduction that drops axes', single('ReduceSum', ['x', 'a'], [int('keepdims', 0)], [longs('a', [2])])],
    [
      'padding with ones',
      single(
        'Pad',
        ['x', 'p', 'one'],
        [],
        [longs('p', [0, 0, 1, 1, 0, 0, 1, 1]), { name: 'one', dataType: 1, floatData: [1] }],
      ),
    ],
    ['cropping by padding', single('Pad', ['x', 'p'], [], [longs('p', [0, 0, -1, 0, 0, 0, 0, 0])])],
    ['two negative sizes', single('Reshape', ['b', 's'], [], [longs('s', [-2, -2])])],
    [
      'steps of zero',
      single(
        'Slice',
        ['x', 's', 'e', 'a', 't'],
        [],
        [longs('s', [0]), longs('e', [1]), longs('a', [2]), longs('t', [0])],
      ),
    ],
    ['a negative input', single('Relu', ['x'], [], [], [1, -4])],
    ['a dimension of zero symbols', single('Relu', ['x'], [], [], [1, '0h'])],
    ['a left out operand', single('Relu', [''])],
    ['computed shapes', single('Reshape', ['x', 'b'])],
  ])('%s', (_name, bytes) => {
    expect(() => decodeOnnx(bytes)).toThrow(graph.AnimeganError)
  })

  it('claims of huge results cost nothing to decode', () => {
    const huge = 2 ** 40
    const models = [
      single('Expand', ['x', 's'], [], [longs('s', [1, 1, huge, 1])], [1, 1, 1, 1]),
      single('Pad', ['x', 'p'], [], [longs('p', [0, 0, huge, 0, 0, 0, 0, 0])], [1, 1, 1, 1]),
      single('Relu', ['x'], [], [], [1, 1, huge]),
      single('DepthToSpace', ['x'], [int('blocksize', 2 ** 20)], [], [1, huge, 1, 1]),
      single(
        'Slice',
        ['x', 's', 'e', 'a', 't'],
        [],
        [longs('s', [0]), longs('e', [huge]), longs('a', [2]), longs('t', [1])],
        [1, 1, huge, 1],
      ),
      single('ConvTranspose', ['x', 'w'], [ints('strides', [huge, huge])], [], [1, 4, 2, 2]),
      single('Expand', ['x', 's'], [], [longs('s', [huge, huge, huge, huge])], [1, 1, 1, 1]),
      single('Conv', ['x', 'w'], [ints('pads', [huge, huge, huge, huge])]),
    ]
    const before = process.memoryUsage().arrayBuffers
    const sound = models.map(decodeSoundly)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20)
    expect(sound).toEqual([true, true, true, true, true, false, false, false])
  })
})

describe('what other exporters write', () => {
  const shapeOf = (bytes: Uint8Array) => decodeOnnx(bytes).outputs.y.shape

  it('axes counted from the end, and default orders', () => {
    expect(shapeOf(single('ReduceMean', ['x', 'a'], [], [longs('a', [-1, -2])]))).toEqual([1, 4, 1, 1])
    expect(shapeOf(single('Concat', ['x', 'x'], [int('axis', -3)]))).toEqual([1, 8, 6, 8])
    expect(shapeOf(single('Transpose', ['x']))).toEqual([8, 6, 4, 1])
    const slice = [longs('s', [1]), longs('e', [2 ** 53 - 1]), longs('a', [-1]), longs('t', [1])]
    expect(shapeOf(single('Slice', ['x', 's', 'e', 'a', 't'], [], slice))).toEqual([1, 4, 6, 7])
  })

  it('sizes by any name: equal names are equal sizes, no name is a separate size', () => {
    const decoded = decodeOnnx(single('Relu', ['x'], [], [], ['batch size', 3, '', '']))
    expect(decoded.outputs.y.shape).toEqual([
      graph.symbolicDim('batch size'),
      3,
      graph.symbolicDim('x_2'),
      graph.symbolicDim('x_3'),
    ])
    expect(shapeOf(single('Relu', ['x'], [], [], ['4h-1', 'h']))).toEqual([
      addToDim(graph.symbolicDim('h', 4), -1),
      graph.symbolicDim('h'),
    ])
  })

  it('an output named like a built-in object property', () => {
    const bytes = modelOf({
      input: [{ name: 'x', type: tensorType([1]) }],
      output: [{ name: '__proto__' }],
      node: [{ opType: 'Relu', input: ['x'], output: ['__proto__'] }],
    })
    expect(Object.keys(decodeOnnx(bytes).outputs)).toEqual(['__proto__'])
  })
})
