import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskedCrc32c } from './crc32c.ts'
import { readNpy, readNpyDict, readPyTorch, readTensorFlowCheckpoint } from './index.ts'

const load = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(name, new URL('./fixtures/', import.meta.url))))

const join = (...parts: (string | readonly number[] | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)]))

/** A legacy PyTorch file around a pickle, with an optional storage `0` of one float. */
const legacy = (pickle: Uint8Array, storage = false): Uint8Array => {
  const file = load('legacy.pth')
  const start = file.indexOf(0x80, file.indexOf(0x80, file.indexOf(0x80, 1) + 1) + 1)
  const keys = storage ? join([0x80, 2], ']X\x01\0\0\0', '0', 'a.') : join([0x80, 2], '].')
  const data = storage ? join([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63]) : []
  return join(file.subarray(0, start), pickle, keys, data)
}

const long = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(10)
  bytes.set([0x8a, 8])
  new DataView(bytes.buffer).setBigInt64(2, value, true)
  return bytes
}

/** A dict `{a: tensor}` of one dimension, over storage `0` which claims `length` elements. */
const tensor = (length: bigint, offset: bigint, size: bigint, stride: bigint): Uint8Array =>
  join(
    '\x80\x02}X\x01\0\0\0ac',
    'torch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu',
    long(length),
    'NtQ',
    long(offset),
    long(size),
    '\x85',
    long(stride),
    '\x85\x89NtRs.',
  )

describe('pickles', () => {
  test('the builders above make readable files', () => {
    expect(readPyTorch(legacy(tensor(1n, 0n, 1n, 1n), true))).toEqual(
      new Map([['a', { dtype: 'float32', shape: [1], data: Float32Array.of(1) }]]),
    )
    expect(readPyTorch(legacy(tensor(1n, 0n, 3n, 0n), true)).get('a')?.data).toEqual(new Float32Array([1, 1, 1]))
  })

  test.each<[string, Uint8Array, string]>([
    ['2^60 elements claimed', tensor(2n ** 60n, 0n, 2n ** 60n, 1n), 'expected a length of storage 0'],
    [
      '2^50 elements claimed',
      tensor(2n ** 50n, 0n, 2n ** 50n, 1n),
      `expected ${2 ** 50} elements in storage 0, found 1`,
    ],
    ['size beyond the storage', tensor(1n, 0n, 2n, 1n), 'expected at least 2 elements in storage 0, found 1'],
    ['offset beyond the storage', tensor(1n, 1n, 1n, 1n), 'expected at least 2 elements in storage 0, found 1'],
    ['negative offset', tensor(1n, -1n, 1n, 1n), 'expected an offset and strides'],
    ['negative stride', tensor(1n, 0n, 2n, -1n), 'expected an offset and strides'],
    ['negative size', tensor(1n, 0n, -1n, 1n), 'expected whole sizes'],
    ['an element repeated 2^40 times', tensor(1n, 0n, 2n ** 40n, 0n), 'refuses to copy'],
  ])('%s', (_, pickle, message) => {
    expect(() => readPyTorch(legacy(pickle, true))).toThrow(expect.objectContaining({ code: 'bad-weights' }))
    expect(() => readPyTorch(legacy(pickle, true))).toThrow(message)
  })

  test.each<[string, string, string]>([
    ['a dict within itself', '\x80\x02}q\0X\x01\0\0\0ah\0s.', 'containers at most 32 deep'],
    ['dicts that double thirty times', `\x80\x02}${'q\0}(K\0h\0K\x01h\0u'.repeat(30)}.`, 'at most 2000000 values'],
    ['calling a value', '\x80\x02K\x01)R.', 'refuses to call number'],
    ['calling a storage type', '\x80\x02ctorch\nFloatStorage\n)R.', 'refuses to call torch.FloatStorage'],
    ['a global by the stack', '\x80\x04\x8c\x02os\x8c\x06system\x93.', 'refuses global os.system'],
    [
      'a dotted global',
      '\x80\x04\x8c\x05torch\x8c\x14serialization.os.sys\x93.',
      'refuses global torch.serialization.os',
    ],
    ['INST', '\x80\x02(ios\nsystem\n.', 'refuses global os.system'],
    ['extension registry', '\x80\x02\x82\x01.', 'refuses pickle opcode 0x82'],
    ['a persistent id before its storage', '\x80\x02K\x01Q.', 'expected a persistent id'],
    ['state for a list', '\x80\x02]}b.', 'expected an object to build'],
    ['missing memo', '\x80\x02h\x07.', 'expected memo 7'],
    ['text of 2^60 bytes', '\x80\x04\x8d\0\0\0\0\0\0\0\x10.', 'bytes of text'],
    ['no STOP', '\x80\x02N', 'in the pickle'],
    ['a number', '\x80\x02K\x01.', 'expected a dict of tensors'],
  ])('%s', (_, pickle, message) => {
    expect(() => readPyTorch(legacy(join(pickle)))).toThrow(expect.objectContaining({ code: 'bad-weights' }))
    if (pickle.endsWith('.')) expect(() => readPyTorch(legacy(join(pickle)))).toThrow(message)
  })

  test('bytes that a pickle encodes again and again', () => {
    const header = load('dict.npy').subarray(0, 128)
    const once = join('c_codecs\nencode\nh\0X\x06\0\0\0latin1\x86R0')
    const pickle = join('\x80\x02X\0\x10\0\0', 'x'.repeat(4096), 'q\0', ...Array(5000).fill(once), '.')
    expect(() => readNpyDict(join(header, pickle))).toThrow('refuses to copy the same bytes again and again')
  })
})

describe('NumPy headers', () => {
  const npy = (text: string): Uint8Array => join('\x93NUMPY\x01\0', [text.length & 255, text.length >> 8], text)
  test.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976,), }", 'expected whole sizes'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }", 'expected 4000000000 bytes'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (94906267, 94906267), }", 'expected a possible shape'],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 'expected descr'],
    ["{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 'found <c8'],
    ['', 'expected descr'],
  ])('%s', (text, message) => expect(() => readNpy(npy(text))).toThrow(message))
})

describe('TensorFlow indices with correct checksums', () => {
  const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
  const entry = (key: string, value: Uint8Array) => join([0], varint(key.length), varint(value.length), key, value)
  const withTrailer = (content: Uint8Array, type = 0) => {
    const typed = join(content, [type])
    return join(typed, u32(maskedCrc32c(typed)))
  }
  const seal = (entries: Uint8Array, type = 0): Uint8Array => withTrailer(join(entries, u32(0), u32(1)), type)
  const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]
  /** An index file around the raw entries of one block. */
  const table = (entries: Uint8Array, type = 0): Uint8Array => {
    const block = seal(entries, type)
    const index = seal(entry('z', join([0], varint(block.length - 5))))
    const handles = join([0, 0], varint(block.length), varint(index.length - 5))
    return join(block, index, handles, new Uint8Array(40 - handles.length), magic)
  }
  const header = entry('', join([8, 1]))
  const data = Uint8Array.of(0, 0, 128, 63)
  /** dtype float, shape [size], then `more` fields. */
  const variable = (size: number, ...more: number[]) => {
    const dimension = join([8], varint(size))
    const shape = join([0x12, dimension.length], dimension)
    return join([8, 1, 0x12, shape.length], shape, more)
  }
  const crc = [0x35, ...u32(maskedCrc32c(data))]

  test('the builder makes a readable index', () => {
    const index = table(join(header, entry('a', variable(1, 0x28, 4, ...crc))))
    expect(readTensorFlowCheckpoint(index, data)).toEqual(
      new Map([['a', { dtype: 'float32', shape: [1], data: Float32Array.of(1) }]]),
    )
  })

  const refused: [string, Uint8Array, string][] = [
    ['no header', table(entry('a', variable(1))), 'expected a bundle header'],
    ['two shards', table(entry('', join([8, 2]))), 'expected a checkpoint in one shard, found 2 shards'],
    ['big-endian', table(entry('', join([8, 1, 16, 1]))), 'expected little-endian numbers'],
    ['snappy', table(header, 1), 'found snappy compression'],
    ['2^60 elements', table(join(header, entry('a', variable(2 ** 60, 0x28, 4)))), 'expected whole sizes'],
    ['size unlike shape', table(join(header, entry('a', variable(2, 0x28, 4)))), 'expected 8 bytes for variable a'],
    ['too much', table(join(header, entry('a', variable(2, 0x28, 8)))), 'expected at least 8 bytes of data, found 4'],
    ['offset out of bounds', table(join(header, entry('a', variable(1, 0x20, 1, 0x28, 4)))), 'found 3'],
    ['wrong checksum', table(join(header, entry('a', variable(1, 0x28, 4)))), 'checksum of variable a'],
    ['slices', table(join(header, entry('a', variable(1, 0x28, 4, 0x3a, 0)))), 'refuses sliced variable a'],
    ['out of order', table(join(header, entry('b', data), entry('a', data))), 'keys are not in order at a'],
    ['type unknown', table(join(header, entry('a', join([8, 6])))), 'found type 6'],
  ]
  test.each(refused)('%s', (_, index, message) => {
    expect(() => readTensorFlowCheckpoint(index, data)).toThrow(expect.objectContaining({ code: 'bad-weights' }))
    expect(() => readTensorFlowCheckpoint(index, data)).toThrow(message)
  })

  test('random entries with correct checksums', () => {
    const good = join(header, entry('a', variable(1, 0x28, 4, ...crc)))
    const damage = fc.tuple(fc.nat(good.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (changes) => {
        const entries = good.slice()
        for (const [at, byte] of changes) entries[at] = byte
        try {
          readTensorFlowCheckpoint(table(entries), data)
        } catch (error) {
          expect(error).toMatchObject({ name: 'AnimeganError', code: 'bad-weights' })
        }
      }),
      { numRuns: 3000 },
    )
  })
})
