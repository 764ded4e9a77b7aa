/**
 * Reads and writes safetensors files: a JSON header with each tensor's position, then the bytes. The format of our own
 * style files. Does not interpret the tensors.
 */
import type { DType, Value } from '@animegan/graph'
import { mismatch } from './bad-weights.ts'
import { ByteReader } from './byte-reader.ts'
import { countElements, decode, type Encoding, encodedSize, type TensorMap } from './tensors.ts'
import { toUtf8 } from './utf8.ts'

const format = 'safetensors'
const metadataKey = '__metadata__'
const largestHeader = 100_000_000
const encodings: readonly string[] = [
  'F32',
  'F16',
  'BF16',
  'F64',
  'U8',
  'I8',
  'I32',
  'I64',
  'BOOL',
] satisfies Encoding[]

const written: Record<DType, Encoding> = {
  float32: 'F32',
  float16: 'F16',
  uint8: 'U8',
  int8: 'I8',
  int32: 'I32',
  int64: 'I64',
  bool: 'BOOL',
}

/** The contents of a safetensors file. */
export interface Safetensors {
  readonly tensors: TensorMap
  readonly metadata: Record<string, string>
}

interface Place {
  readonly name: string
  readonly encoding: Encoding
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseHeader = (text: string): Record<string, unknown> => {
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch {
    return mismatch(format, 'a JSON header', 'text that is not JSON')
  }
  return isRecord(header) ? header : mismatch(format, 'a JSON object as header', JSON.stringify(header))
}

const parseMetadata = (value: unknown): Record<string, string> => {
  if (value === undefined) return {}
  if (!isRecord(value)) return mismatch(format, `an object as ${metadataKey}`, typeof value)
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') mismatch(format, `text for ${metadataKey}.${key}`, typeof text)
  }
  return value as Record<string, string>
}

const parsePlace = (name: string, entry: unknown): Place => {
  if (!isRecord(entry)) return mismatch(format, `an object for tensor ${name}`, typeof entry)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !encodings.includes(dtype)) {
    return mismatch(format, `a dtype of ${encodings.join(', ')} for tensor ${name}`, String(dtype))
  }
  if (!Array.isArray(shape)) return mismatch(format, `a shape for tensor ${name}`, typeof shape)
  const encoding = dtype as Encoding
  const bytes = countElements(format, shape, `tensor ${name}`) * encodedSize(encoding)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((o) => Number.isSafeInteger(o) && o >= 0)) {
    return mismatch(format, `two data_offsets for tensor ${name}`, JSON.stringify(offsets))
  }
  const [begin, end] = offsets as [number, number]
  if (end - begin !== bytes) mismatch(format, `${bytes} bytes for tensor ${name}`, `${end - begin}`)
  return { name, encoding, shape, begin, end }
}

/**
 * Reads a safetensors file. Values are views of the given bytes where alignment allows. Tensors must cover the data
 * exactly: overlaps, gaps and leftover bytes are refused, as the reference reader does.
 */
export const readSafetensors = (bytes: Uint8Array): Safetensors => {
  const reader = new ByteReader(format, bytes)
  const headerLength = reader.u64('header length')
  if (headerLength > largestHeader) mismatch(format, `a header of at most ${largestHeader} bytes`, headerLength)
  const text = reader.text(headerLength, 'header')
  if (!text.startsWith('{')) mismatch(format, "a header that starts with '{'", JSON.stringify(text.slice(0, 8)))
  const data = reader.take(reader.left, 'data')

  const { [metadataKey]: rawMetadata, ...entries } = parseHeader(text)
  const metadata = parseMetadata(rawMetadata)
  const places = Object.entries(entries).map(([name, entry]) => parsePlace(name, entry))
  places.sort((a, b) => a.begin - b.begin || a.end - b.end)
  const tensors: TensorMap = new Map()
  let covered = 0
  for (const { name, encoding, shape, begin, end } of places) {
    if (begin !== covered) mismatch(format, `tensor ${name} to begin at byte ${covered}`, begin)
    if (end > data.length) mismatch(format, `at least ${end} bytes of data for tensor ${name}`, data.length)
    tensors.set(name, { shape, ...decode(encoding, data.subarray(begin, end)) })
    covered = end
  }
  if (covered !== data.length) mismatch(format, `${covered} bytes of data`, data.length)
  return { tensors, metadata }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const bytesOf = ({ data }: Value): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/**
 * Writes a safetensors file. The same tensors and metadata give the same bytes whatever their order in the maps: wider
 * elements first, so that every tensor is aligned, then by name; metadata by key, without undefined values.
 */
export const writeSafetensors = (
  tensors: ReadonlyMap<string, Value>,
  metadata: Readonly<Record<string, string | undefined>> = {},
): Uint8Array => {
  if (tensors.has(metadataKey)) throw new Error(`safetensors: ${metadataKey} cannot name a tensor`)
  const sorted = [...tensors].sort(
    ([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || compareText(a, b),
  )
  const parts: string[] = []
  const given = Object.entries(metadata).filter(([, text]) => text !== undefined)
  const pairs = given.sort(([a], [b]) => compareText(a, b))
  if (pairs.length > 0) {
    const inner = pairs.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`)
    parts.push(`"${metadataKey}":{${inner.join(',')}}`)
  }
  let offset = 0
  for (const [name, value] of sorted) {
    if (countElements(format, value.shape, `tensor ${name}`) !== value.data.length) {
      throw new Error(`safetensors: tensor ${name} of shape [${value.shape}] has ${value.data.length} elements`)
    }
    const place = {
      dtype: written[value.dtype],
      shape: value.shape,
      data_offsets: [offset, offset + value.data.byteLength],
    }
    parts.push(`${JSON.stringify(name)}:${JSON.stringify(place)}`)
    offset += value.data.byteLength
  }
  const json = toUtf8(`{${parts.join(',')}}`)
  const headerLength = Math.ceil(json.length / 8) * 8
  const file = new Uint8Array(8 + headerLength + offset)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true)
  file.fill(0x20, 8 + json.length, 8 + headerLength)
  file.set(json, 8)
  let at = 8 + headerLength
  for (const [, value] of sorted) {
    file.set(bytesOf(value), at)
    at += value.data.byteLength
  }
  return file
}
