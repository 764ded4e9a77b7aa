/**
 * The keys and values of a LevelDB table, the format of a TensorFlow checkpoint's `.index`: sorted, prefix-compressed
 * blocks found through an index block, each with a checksum. Reads whole, uncompressed tables only; not a database.
 */

import { badWeights, mismatch } from './bad-weights.ts'
import { ByteReader } from './byte-reader.ts'
import { maskedCrc32c } from './crc32c.ts'
import { fromLatin1, fromUtf8 } from './utf8.ts'

const footerLength = 48
const longestKey = 1024
const mostEntries = 100_000
const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]

/** Whether the bytes end like a LevelDB table. */
export const isLevelDbTable = (bytes: Uint8Array): boolean =>
  bytes.length >= footerLength && magic.every((byte, i) => bytes[bytes.length - 8 + i] === byte)

interface Handle {
  readonly offset: number
  readonly size: number
}

const readHandle = (reader: ByteReader): Handle => ({
  offset: reader.varint('block offset'),
  size: reader.varint('block size'),
})

const readBlock = (format: string, bytes: Uint8Array, { offset, size }: Handle): Uint8Array => {
  const reader = new ByteReader(format, bytes, offset)
  const content = reader.take(size, 'table block')
  const type = reader.u8('block type')
  const crc = reader.u32('block checksum')
  if (maskedCrc32c(bytes.subarray(offset, offset + size + 1)) !== crc) {
    throw badWeights(format, `checksum of the table block at byte ${offset} does not match`)
  }
  if (type !== 0) mismatch(format, 'an uncompressed table block', type === 1 ? 'snappy compression' : `type ${type}`)
  return content
}

/** Calls `entry` for each key, as Latin-1 text so that text order is byte order, and its value. */
const eachEntry = (format: string, block: Uint8Array, entry: (key: string, value: Uint8Array) => void): void => {
  const tail = new ByteReader(format, block, block.length - 4)
  const restarts = tail.u32('restart count')
  const end = block.length - 4 - 4 * restarts
  if (end < 0) mismatch(format, `${restarts} restarts in a table block`, `${block.length} bytes`)
  const reader = new ByteReader(format, block.subarray(0, end))
  let key = ''
  while (reader.left > 0) {
    const shared = reader.varint('key length')
    const own = reader.varint('key length')
    const length = reader.varint('value length')
    if (shared > key.length) mismatch(format, `at most ${key.length} shared characters in a key`, shared)
    if (shared + own > longestKey) mismatch(format, `keys of at most ${longestKey} bytes`, shared + own)
    key = key.slice(0, shared) + fromLatin1(reader.take(own, 'key'))
    entry(key, reader.take(length, 'value'))
  }
}

/** Reads a table's entries in the order of their keys. */
export const readLevelDbTable = (format: string, bytes: Uint8Array): Map<string, Uint8Array> => {
  if (!isLevelDbTable(bytes)) mismatch(format, "a table's magic number at the end of the index", 'none')
  const footer = new ByteReader(format, bytes, bytes.length - footerLength)
  readHandle(footer)
  const index = readBlock(format, bytes, readHandle(footer))
  const entries = new Map<string, Uint8Array>()
  let last: string | undefined
  eachEntry(format, index, (_, handle) => {
    const block = readBlock(format, bytes, readHandle(new ByteReader(format, handle)))
    eachEntry(format, block, (key, value) => {
      // Keys in order mean that no block is read twice, so the table cannot be larger than its file.
      if (last !== undefined && key <= last) throw badWeights(format, `keys are not in order at ${key}`)
      if (entries.size >= mostEntries) mismatch(format, `at most ${mostEntries} entries`, 'more')
      last = key
      const latin1 = Uint8Array.from(key, (character) => character.charCodeAt(0))
      entries.set(fromUtf8(latin1) ?? mismatch(format, 'UTF-8 keys', 'other bytes'), value)
    })
  })
  return entries
}
