/**
 * Reads the variables of a TensorFlow V2 checkpoint: an `.index` file with their positions, and one data file. Includes
 * optimizer slots, but not text such as the object graph. Does not read graphs or checkpoints in several shards.
 */

import { badWeights, mismatch } from './bad-weights.ts'
import { ByteReader, plainBytes } from './byte-reader.ts'
import { maskedCrc32c } from './crc32c.ts'
import { readLevelDbTable } from './leveldb-table.ts'
import { countElements, decode, type Encoding, encodedSize, type TensorMap } from './tensors.ts'

const format = 'TensorFlow'
const textType = 7

/** Keyed by the numbers of tensorflow.DataType. */
const encodings = new Map<number, Encoding>([
  [1, 'F32'],
  [2, 'F64'],
  [3, 'I32'],
  [4, 'U8'],
  [9, 'I64'],
  [10, 'BOOL'],
  [14, 'BF16'],
  [19, 'F16'],
])

type Field = number | Uint8Array

/** The fields of a protocol buffer message by number, in order. Groups are refused. */
const readMessage = (bytes: Uint8Array, what: string): Map<number, Field[]> => {
  const reader = new ByteReader(format, bytes)
  const fields = new Map<number, Field[]>()
  while (reader.left > 0) {
    const tag = reader.varint(what)
    const kind = tag % 8
    let value: Field
    if (kind === 0) value = reader.varint(what)
    else if (kind === 1) value = reader.u64(what)
    else if (kind === 2) value = reader.take(reader.varint(what), what)
    else if (kind === 5) value = reader.u32(what)
    else return mismatch(format, `a known field in ${what}`, `wire type ${kind}`)
    const number = Math.floor(tag / 8)
    const values = fields.get(number)
    if (values === undefined) fields.set(number, [value])
    else values.push(value)
  }
  return fields
}

const integer = (fields: ReadonlyMap<number, Field[]>, number: number, what: string): number => {
  const value = fields.get(number)?.at(-1) ?? 0
  return typeof value === 'number' ? value : mismatch(format, `a number for ${what}`, 'bytes')
}

const message = (value: Field, what: string): Map<number, Field[]> =>
  value instanceof Uint8Array ? readMessage(value, what) : mismatch(format, `a message for ${what}`, 'a number')

const readShape = (field: Field | undefined, what: string): number[] => {
  if (field === undefined) return []
  const dimensions = message(field, what).get(2) ?? []
  return dimensions.map((dimension) => integer(message(dimension, what), 1, what))
}

const checkHeader = (header: Uint8Array): void => {
  const fields = readMessage(header, 'the bundle header')
  const shards = integer(fields, 1, 'shards')
  if (shards !== 1) mismatch(format, 'a checkpoint in one shard', `${shards} shards`)
  if (integer(fields, 2, 'endianness') !== 0) mismatch(format, 'little-endian numbers', 'big-endian ones')
}

/**
 * Reads a checkpoint from its `.index` file and its `.data-00000-of-00001` file, and verifies every checksum. Values
 * are views of the given data where alignment allows.
 */
export const readTensorFlowCheckpoint = (index: Uint8Array, data: Uint8Array): TensorMap => {
  const file = plainBytes(data)
  const entries = readLevelDbTable(format, plainBytes(index))
  checkHeader(entries.get('') ?? mismatch(format, 'a bundle header in the index', 'none'))
  entries.delete('')
  const tensors: TensorMap = new Map()
  let total = 0
  for (const [name, bytes] of entries) {
    const fields = readMessage(bytes, `variable ${name}`)
    const type = integer(fields, 1, 'dtype')
    if (type === textType) continue
    const encoding = encodings.get(type)
    if (encoding === undefined) return mismatch(format, `variable ${name} of a known type`, `type ${type}`)
    if (fields.has(7)) throw badWeights(format, `refuses sliced variable ${name}`)
    const shard = integer(fields, 3, 'shard')
    if (shard !== 0) mismatch(format, `variable ${name} in shard 0`, shard)
    const shape = readShape(fields.get(2)?.at(-1), `the shape of variable ${name}`)
    const needed = countElements(format, shape, `variable ${name}`) * encodedSize(encoding)
    const size = integer(fields, 5, 'size')
    if (size !== needed) mismatch(format, `${needed} bytes for variable ${name}`, size)
    total += size
    if (total > file.length) mismatch(format, `at least ${total} bytes of data`, file.length)
    const content = new ByteReader(format, file, integer(fields, 4, 'offset')).take(size, `variable ${name}`)
    if (maskedCrc32c(content) !== integer(fields, 6, 'checksum')) {
      throw badWeights(format, `checksum of variable ${name} does not match`)
    }
    tensors.set(name, { shape, ...decode(encoding, content) })
  }
  return tensors
}
