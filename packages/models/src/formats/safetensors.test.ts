import { floats, type Value } from '@animegan/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from './index.ts'

const header = (file: Uint8Array): string =>
  new TextDecoder().decode(file.subarray(8, 8 + Number(new DataView(file.buffer).getBigUint64(0, true))))

/** A file with the given header and data, and the header's claimed length if not its own. */
const file = (json: unknown, data: readonly number[] = [], length?: bigint): Uint8Array => {
  const text = new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json))
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

describe('writing', () => {
  const tensors = new Map<string, Value>([
    ['bytes', { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
    ['flags', { dtype: 'bool', shape: [1, 2], data: Uint8Array.of(1, 0) }],
    ['halves', { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0x7e01) }],
    ['b', floats([1.5, -2], [2, 1])],
    ['a', floats([3], [])],
    ['ints', { dtype: 'int32', shape: [1], data: Int32Array.of(-5) }],
    ['longs', { dtype: 'int64', shape: [1], data: BigInt64Array.of(-(2n ** 60n)) }],
    ['empty', floats([], [0, 4])],
    ['é "\n', floats([0])],
  ])
  const metadata = { title: 'Sōra', format: 'animegan-style/1' }

  test('written files are read back', () => {
    const read = readSafetensors(writeSafetensors(tensors, metadata))
    expect(read.metadata).toEqual(metadata)
    expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()))
  })

  test('the order of the maps does not matter, the header is aligned and so is each tensor', () => {
    const written = writeSafetensors(tensors, metadata)
    const other = writeSafetensors(new Map([...tensors].reverse()), { format: metadata.format, title: metadata.title })
    expect(other).toEqual(written)
    expect(header(written).length % 8 === 0 || new TextEncoder().encode(header(written)).length % 8 === 0).toBe(true)
    for (const { data } of readSafetensors(written).tensors.values()) expect(data.buffer).toBe(written.buffer)
    expect(header(written)).toMatch(/^\{"__metadata__":\{"format":"animegan-style\/1","title":"Sōra"\},"longs":/)
  })

  test('nothing at all', () => {
    expect(readSafetensors(writeSafetensors(new Map()))).toEqual({ tensors: new Map(), metadata: {} })
  })

  test('any names and sizes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.array(fc.float({ noNaN: true }))), (entries) => {
        const map = new Map(Object.entries(entries).map(([name, list]) => [name, floats(list)] as const))
        const read = readSafetensors(writeSafetensors(map)).tensors
        expect(read.size).toBe(map.size)
        for (const [name, value] of map) expect(read.get(name)).toEqual(value)
      }),
    )
  })

  test('mistakes of the caller', () => {
    expect(() => writeSafetensors(new Map([['__metadata__', floats([1])]]))).toThrow('cannot name a tensor')
    expect(() => writeSafetensors(new Map([['a', { ...floats([1]), shape: [2] }]]))).toThrow('has 1 elements')
  })
})

describe('refusing', () => {
  const u8 = (begin: number, end: number) => ({ dtype: 'U8', shape: [end - begin], data_offsets: [begin, end] })

  test.each<[string, Uint8Array, string]>([
    ['header longer than the file', file({}, [], 1000n), 'expected 1000 bytes of header at byte 8, found 2'],
    ['header of 2^60 bytes', file({}, [], 2n ** 60n), 'a header of at most'],
    ['no JSON', file('{"a"'), 'expected a JSON header'],
    ['not an object', file('[1,2,3]'), "starts with '{'"],
    ['overlap', file({ a: u8(0, 3), b: u8(2, 4) }, [1, 2, 3, 4]), 'expected tensor b to begin at byte 3, found 2'],
    ['gap', file({ a: u8(0, 1), b: u8(2, 4) }, [1, 2, 3, 4]), 'expected tensor b to begin at byte 1, found 2'],
    ['left over', file({ a: u8(0, 1) }, [1, 2]), 'expected 1 bytes of data, found 2'],
    ['out of bounds', file({ a: u8(0, 5) }, [1, 2]), 'expected at least 5 bytes of data for tensor a, found 2'],
    ['wrong size', file({ a: { ...u8(0, 1), dtype: 'F32' } }, [1]), 'expected 4 bytes for tensor a, found 1'],
    ['2^60 elements', file({ a: { ...u8(0, 1), shape: [2 ** 30, 2 ** 30] } }, [1]), 'expected a possible shape'],
    ['negative size', file({ a: { ...u8(0, 1), shape: [-1, -1] } }, [1]), 'expected whole sizes'],
    ['unknown dtype', file({ a: { ...u8(0, 1), dtype: 'F8_E4M3' } }, [1]), 'found F8_E4M3'],
    ['offsets missing', file({ a: { dtype: 'U8', shape: [1] } }, [1]), 'expected two data_offsets'],
    ['metadata of numbers', file({ __metadata__: { a: 1 } }), 'expected text for __metadata__.a, found number'],
  ])('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'bad-weights' }))
    expect(() => readSafetensors(bytes)).toThrow(message)
  })

  test('a tensor named __proto__ is a tensor', () => {
    const read = readSafetensors(file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [7]))
    expect([...read.tensors.keys()]).toEqual(['__proto__'])
  })
})
