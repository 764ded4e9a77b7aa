/**
 * Foreign models: what they are made into is run by ONNX Runtime and compared with what every pixel must become; and
 * hostile files, each of which must be refused in one line, soon, and without taking memory.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { AnimeganError, encodeOnnx, input, mul, symbolicDim } from '../index.ts'
import { randomNumbers } from '../testing.ts'
import { AttributeProto_AttributeType, type GraphProtoSchema, ModelProtoSchema } from './onnx_pb.ts'
import { type Colours, encodePictureModel, pictureModelOf, readPictureModel } from './picture-model.ts'
import { readOnnx } from './read.ts'
import { type Attribute, int, ints, longs, tensorType } from './testing.ts'

type GraphInit = MessageInitShape<typeof GraphProtoSchema>
type NodeInit = NonNullable<GraphInit['node']>[number]

const value = (name: string, dims: readonly (number | string)[], elemType = 1) => ({
  name,
  type: tensorType(dims, elemType),
})

const text = (name: string, s: string): Attribute => ({
  name,
  type: AttributeProto_AttributeType.STRING,
  s: new TextEncoder().encode(s),
})
const node = (opType: string, inputs: string[], output: string, attribute: Attribute[] = []): NodeInit => ({
  opType,
  name: output,
  input: inputs,
  output: [output],
  attribute,
})
const floats = (name: string, dims: readonly number[], values: readonly number[]) => ({
  name,
  dataType: 1,
  dims: dims.map(BigInt),
  rawData: new Uint8Array(Float32Array.from(values).buffer),
})

/** A model from `x` to `y`. */
const model = (
  nodes: readonly NodeInit[],
  {
    dims = [1, 3, 'h', 'w'],
    elemType = 1,
    opset = 13,
    ...graph
  }: GraphInit & { dims?: (number | string)[]; elemType?: number; opset?: number } = {},
): Uint8Array =>
  toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: BigInt(opset) }],
      graph: { input: [value('x', dims, elemType)], output: [{ name: 'y' }], node: [...nodes], ...graph } as GraphInit,
    }),
  )

const range = (black: number, white: number) => ({ black, white })
const plain: Colours = { input: range(0, 1), output: range(0, 1), reversed: [false, false] }

/** The result of the uniform model for a picture [h, w, 3] of random bytes, and the picture. */
const ran = async (bytes: Uint8Array, colours: Colours, [height, width] = [8, 12]) => {
  const encoded = encodePictureModel(pictureModelOf(readOnnx(bytes)), colours)
  const next = randomNumbers(3)
  const picture = Uint8Array.from({ length: height * width * 3 }, () => next() * 256)
  const session = await ort.InferenceSession.create(encoded, { logSeverityLevel: 3 })
  const { result } = await session.run({ picture: new ort.Tensor('uint8', picture, [1, height, width, 3]) })
  return { picture, result: result.data as Uint8Array, needs: readPictureModel(encoded) }
}

describe('whatever a model takes, the uniform one takes 8-bit RGB', () => {
  const identity = [node('Identity', ['x'], 'y')]
  it.each<[string, Uint8Array, Colours]>([
    ['[1, 3, h, w] from 0 to 1', model(identity), plain],
    ['[1, h, w, 3]', model(identity, { dims: [1, 'h', 'w', 3] }), plain],
    ['-1 to 1', model(identity), { ...plain, input: range(-1, 1), output: range(-1, 1) }],
    ['0 to 255', model(identity), { ...plain, input: range(0, 255), output: range(0, 255) }],
    ['half precision', model(identity, { elemType: 10 }), { ...plain, input: range(-1, 1), output: range(-1, 1) }],
    ['bytes', model(identity, { elemType: 2 }), { ...plain, input: range(0, 255), output: range(0, 255) }],
    ['blue first', model(identity), { ...plain, reversed: [true, true] }],
    [
      'rows and columns swapped between them',
      model([node('Transpose', ['x'], 'y', [ints('perm', [0, 2, 3, 1])])]),
      plain,
    ],
    ['an old operator set', model(identity, { opset: 8 }), plain],
    ['a new one', model(identity, { opset: 21 }), plain],
  ])('%s', async (_name, bytes, colours) => {
    const { picture, result, needs } = await ran(bytes, colours)
    expect(result).toEqual(picture)
    expect(needs).toMatchObject({ size: undefined, multiple: 4 })
  })

  it('a colour in the order that it says', async () => {
    const bytes = model([node('Mul', ['x', 'w'], 'y')], { initializer: [floats('w', [1, 3, 1, 1], [1, 0, 0])] })
    const { picture, result } = await ran(bytes, { ...plain, reversed: [true, true] })
    expect([...result]).toEqual([...picture].map((level, i) => (i % 3 === 2 ? level : 0)))
  })

  it('our own exports, whose names are those of the uniform model', async () => {
    const x = input('picture', [1, 3, symbolicDim('h'), symbolicDim('w')])
    const { picture, result } = await ran(encodeOnnx({ result: mul(x, 0.5) }), plain)
    expect([...result]).toEqual([...picture].map((level) => Math.round(Math.fround(level / 255) * 127.5)))
  })

  it('one size only', async () => {
    const { result, picture, needs } = await ran(model(identity, { dims: [1, 3, 8, 12] }), plain)
    expect(result).toEqual(picture)
    expect(needs.size).toEqual({ width: 12, height: 8 })
  })
})

describe('the multiple that sizes must be of', () => {
  const pool = (input: string, output: string): NodeInit =>
    node('AveragePool', [input], output, [ints('kernel_shape', [2, 2]), ints('strides', [2, 2])])
  const double = (input: string, output: string): NodeInit =>
    node('Resize', [input, '', 's'], output, [text('mode', 'nearest')])
  it.each([
    [2, 4],
    [3, 8],
    [4, 16],
    [5, 32],
  ])('halved %d times: %d', (times, multiple) => {
    const down = Array.from({ length: times }, (_, i) => pool(i === 0 ? 'x' : `d${i}`, `d${i + 1}`))
    const up = Array.from({ length: times }, (_, i) => double(i === 0 ? `d${times}` : `u${i}`, `u${i + 1}`))
    const bytes = model([...down, ...up, node('Add', ['x', `u${times}`], 'y')], {
      initializer: [floats('s', [4], [1, 1, 2, 2])],
    })
    expect(pictureModelOf(readOnnx(bytes)).multiple).toBe(multiple)
  })
})

describe('refused in one line', () => {
  const refused = (bytes: Uint8Array, message: string | RegExp): void => {
    const before = process.memoryUsage().arrayBuffers
    const begun = performance.now()
    const read = (): unknown => pictureModelOf(readOnnx(bytes))
    expect(read).toThrow(AnimeganError)
    expect(read).toThrow(message)
    try {
      read()
    } catch (error) {
      expect((error as Error).message).not.toMatch(/\n/)
      expect((error as Error).message.length).toBeLessThan(400)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26)
    expect(performance.now() - begun).toBeLessThan(20_000)
  }
  const identity = node('Identity', ['x'], 'y')
  const body = { node: [identity], output: [{ name: 'y' }] }

  it.each<[string, Uint8Array, string | RegExp]>([
    [
      'a loop',
      model([{ ...node('Loop', ['x'], 'y'), attribute: [{ name: 'body', g: body }] } as NodeInit], {}),
      'no control flow',
    ],
    [
      'a condition',
      model([{ ...node('If', ['x'], 'y'), attribute: [{ name: 'then_branch', g: body }] } as NodeInit], {}),
      'no control flow',
    ],
    [
      'a scan of several graphs',
      model([{ ...node('Scan', ['x'], 'y'), attribute: [{ name: 'b', graphs: [body] }] } as NodeInit], {}),
      'no control flow',
    ],
    ['a loop without a body', model([node('Loop', ['x'], 'y')]), 'Loop): this operator is not known'],
    ['a custom operator', model([{ ...identity, domain: 'com.evil', opType: 'Run' } as NodeInit]), 'com.evil.Run'],
    [
      'a custom operator of ONNX Runtime',
      model([{ ...identity, domain: 'com.microsoft', opType: 'FusedConv' } as NodeInit]),
      'com.microsoft',
    ],
    ['an unknown operator', model([node('toString', ['x'], 'y')]), 'toString): this operator is not known'],
    [
      'an external initialiser',
      model([node('Mul', ['x', 'w'], 'y')], {
        initializer: [
          { name: 'w', dataType: 1, dims: [1n], externalData: [{ key: 'location', value: '/etc/passwd' }] },
        ],
      }),
      'another file',
    ],
    [
      'an external constant in a node',
      model([
        {
          ...node('Constant', [], 'c'),
          attribute: [{ name: 'value', t: { dataType: 1, dims: [1n], dataLocation: 1 } }],
        } as NodeInit,
        node('Mul', ['x', 'c'], 'y'),
      ]),
      'another file',
    ],
    [
      '10 GB that are not there',
      model([node('Mul', ['x', 'w'], 'y')], { initializer: [{ name: 'w', dataType: 1, dims: [2_500_000_000n] }] }),
      'claims',
    ],
    [
      '10 GB that it would make',
      model([node('ConstantOfShape', ['s'], 'c'), node('Add', ['x', 'c'], 'y')], {
        initializer: [longs('s', [1, 3, 50_000, 50_000])],
      }),
      'more than expected',
    ],
    [
      'doubling again and again',
      model(
        [
          ...Array.from({ length: 40 }, (_, i) =>
            node('Concat', [i ? `c${i}` : 'x', i ? `c${i}` : 'x'], `c${i + 1}`, [int('axis', 1)]),
          ),
          node('Slice', ['c40', 'a', 'b', 'e'], 'y'),
        ],
        { initializer: [longs('a', [0]), longs('b', [3]), longs('e', [1])] },
      ),
      'more than expected',
    ],
    [
      'a product of all pixels with all',
      model(
        [
          node('Reshape', ['x', 'r'], 'a'),
          node('Transpose', ['a'], 'b'),
          node('MatMul', ['a', 'b'], 'c'),
          node('ReduceMean', ['c'], 'y'),
        ],
        { initializer: [longs('r', [-1, 1])] },
      ),
      'more than expected',
    ],
    [
      'more work than any network',
      model(
        Array.from({ length: 64 }, (_, i) =>
          node('Conv', [i ? `c${i}` : 'x', i ? 'v' : 'w'], i === 63 ? 'y' : `c${i + 1}`, [ints('pads', [5, 5, 5, 5])]),
        ),
        {
          initializer: [
            floats('w', [64, 3, 11, 11], new Array(64 * 3 * 121).fill(0)),
            floats('v', [64, 64, 11, 11], new Array(64 * 64 * 121).fill(0)),
          ],
        },
      ),
      /products|picture/,
    ],
    [
      'a cycle',
      model([node('Relu', ['b'], 'a'), node('Relu', ['a'], 'b'), node('Add', ['a', 'x'], 'y')]),
      'a cycle or wrong order',
    ],
    ['an output that nothing makes', model([node('Relu', ['x'], 'a')]), "output 'y' is not made"],
    ['no picture', model([identity], { dims: [1, 10] }), "found 'x' [1, 10]"],
    ['four channels', model([identity], { dims: [1, 4, 'h', 'w'] }), "found 'x' [1, 4, ?, ?]"],
    ['a batch of eight', model([identity], { dims: [8, 3, 'h', 'w'] }), "found 'x' [8, 3, ?, ?]"],
    [
      'two pictures',
      model([node('Add', ['x', 'z'], 'y')], { input: [value('x', [1, 3, 'h', 'w']), value('z', [1, 3, 'h', 'w'])] }),
      "'z'",
    ],
    ['a picture of four thousand megapixels', model([identity], { dims: [1, 3, 65536, 65536] }), 'pixels'],
    [
      'a class as its result',
      model([node('GlobalAveragePool', ['x'], 'y')]),
      'expected a picture of 124x132 as output',
    ],
    [
      'a result of twice the size',
      model([node('Resize', ['x', '', 's'], 'y')], { initializer: [floats('s', [4], [1, 1, 2, 2])] }),
      'expected a picture of',
    ],
    [
      'sizes that depend on pixels',
      model([node('Cast', ['x'], 'c', [int('to', 7)]), node('Reshape', ['x', 'c'], 'y')]),
      'depends on the picture',
    ],
    ['an operator set of the future', model([identity], { opset: 99 }), 'found 99'],
    ['text', new TextEncoder().encode('not a model'), 'bytes that are not one'],
    ['nothing', new Uint8Array(), 'expected a graph'],
  ])('%s', (_name, bytes, message) => refused(bytes, message))

  it('graphs within graphs, a thousand deep', () => {
    let inner: Uint8Array = Uint8Array.of()
    const wrapped = (field: number, bytes: Uint8Array): Uint8Array => {
      const length: number[] = []
      for (let left = bytes.length; ; left >>>= 7) {
        length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0))
        if (left <= 0x7f) break
      }
      return Uint8Array.from([(field << 3) | 2, ...length, ...bytes])
    }
    // Graph 7 of the model; node 1 of a graph; attribute 5 of a node; graph 6 of an attribute.
    for (let depth = 0; depth < 1000; depth++) inner = wrapped(6, wrapped(1, wrapped(5, inner)))
    refused(wrapped(7, wrapped(1, wrapped(5, inner))), 'deep')
  })

  it('two million empty nodes, and seventeen million numbers of one byte', () => {
    const nodes = new Uint8Array(2 * 2 ** 21)
    for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a
    const framed = (tag: number, content: Uint8Array): Uint8Array => {
      const head = [
        tag,
        ...[0, 7, 14, 21].map((shift) => ((content.length >>> shift) & 0x7f) | (shift < 21 ? 0x80 : 0)),
      ]
      const bytes = new Uint8Array(head.length + content.length)
      bytes.set(head)
      bytes.set(content, head.length)
      return bytes
    }
    refused(framed(0x3a, nodes), 'fields')
    // Integers of a tensor (7 of 5), packed.
    refused(framed(0x3a, framed(0x2a, framed(0x3a, new Uint8Array(2 ** 24 + 1)))), 'raw data')
  })
})

describe('damaged files give a model or one line', () => {
  const whole = model(
    [
      node('Pad', ['x', 'p'], 'a', [text('mode', 'reflect')]),
      node('Conv', ['a', 'w'], 'b'),
      node('Shape', ['b'], 's'),
      node('Slice', ['s', 'two', 'four'], 't'),
      node('Concat', ['nc', 't'], 'u', [int('axis', 0)]),
      node('Resize', ['b', '', '', 'u'], 'c', [text('mode', 'nearest')]),
      node('Split', ['c'], 'd', [int('axis', 1)]),
      node('Add', ['c', 'x'], 'y'),
    ],
    {
      initializer: [
        longs('p', [0, 0, 1, 1, 0, 0, 1, 1]),
        longs('two', [2]),
        longs('four', [4]),
        longs('nc', [1, 3]),
        floats('w', [3, 3, 3, 3], new Array(81).fill(0.1)),
      ],
    },
  )
  const readable = (bytes: Uint8Array): void => {
    try {
      pictureModelOf(readOnnx(bytes))
    } catch (error) {
      expect(error).toBeInstanceOf(AnimeganError)
      expect((error as Error).message).not.toMatch(/\n/)
    }
  }

  it('cut off at any length', () => {
    expect(pictureModelOf(readOnnx(whole)).multiple).toBe(4)
    for (let length = 0; length < whole.length; length++) readable(whole.subarray(0, length))
  })

  it('with bytes changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (flips) => {
          const bytes = whole.slice()
          for (const [place, level] of flips) bytes[place] = level
          readable(bytes)
        },
      ),
      { numRuns: 1500 },
    )
  })
})
