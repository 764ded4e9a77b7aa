/**
 * The entries of a zip archive, as PyTorch and NumPy write them: stored or deflated, zip64 or not. Stored entries are
 * views; deflated ones are inflated only up to the size they claim, and within a limit on the total. Not a general
 * unzipper: no encryption, spanning or other compression. Checksums are not verified, because PyTorch may omit them.
 */
import { inflateSync } from 'fflate'
import { badWeights, mismatch } from './bad-weights.ts'
import { ByteReader } from './byte-reader.ts'
import { fromLatin1, fromUtf8 } from './utf8.ts'

const mostInflated = 2 ** 30
const mostRatio = 200
const ratioSlack = 65536
/** The highest compression ratio that deflate can reach. */
const deflateRatio = 1032

/** An entry's content, inflated on each call. */
export type ZipEntries = ReadonlyMap<string, () => Uint8Array>

/** Where the directory starts and how many entries it has. */
const findDirectory = (reader: ByteReader): { start: number; count: number } => {
  const { bytes, format } = reader
  const lowest = Math.max(0, bytes.length - 22 - 65535)
  let end = bytes.length - 22
  const isEnd = (at: number) =>
    bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 5 && bytes[at + 3] === 6
  while (end >= lowest && !isEnd(end)) end--
  if (end < lowest) mismatch(format, 'the end record of a zip archive', 'none (truncated?)')
  reader.at = end + 10
  const count = reader.u16('entry count')
  reader.at = end + 16
  const start = reader.u32('directory offset')
  if (count !== 0xffff && start !== 0xffffffff) return { start, count }
  reader.at = end - 20
  if (reader.u32('zip64 locator') !== 0x07064b50) return { start, count }
  reader.at += 4
  const end64 = reader.u64('zip64 end offset')
  reader.at = end64
  if (reader.u32('zip64 end record') !== 0x06064b50) mismatch(format, `a zip64 end record at byte ${end64}`, 'none')
  reader.at = end64 + 32
  const count64 = reader.u64('entry count')
  reader.at = end64 + 48
  return { count: count64, start: reader.u64('directory offset') }
}

/** Replaces saturated 32-bit sizes by those in the zip64 extra field. */
const widen = (format: string, extra: Uint8Array, sizes: number[]): number[] => {
  if (!sizes.includes(0xffffffff)) return sizes
  const reader = new ByteReader(format, extra)
  while (reader.left >= 4) {
    const id = reader.u16('extra field')
    const field = new ByteReader(format, reader.take(reader.u16('extra field'), 'extra field'))
    if (id === 1) return sizes.map((size) => (size === 0xffffffff ? field.u64('zip64 size') : size))
  }
  return mismatch(format, 'a zip64 extra field', 'none')
}

/** Reads the directory of a zip archive and checks every entry's place and size. */
export const readZip = (format: string, bytes: Uint8Array): ZipEntries => {
  const reader = new ByteReader(format, bytes)
  const { start, count } = findDirectory(reader)
  const entries = new Map<string, () => Uint8Array>()
  let inflated = 0
  let covered = 0
  reader.at = start
  for (let i = 0; i < count; i++) {
    const signature = reader.u32('zip directory entry')
    if (signature !== 0x02014b50) mismatch(format, `zip directory entry ${i}`, `0x${signature.toString(16)}`)
    reader.at += 4
    const flags = reader.u16('flags')
    const method = reader.u16('method')
    reader.at += 8
    const packed32 = reader.u32('size')
    const size32 = reader.u32('size')
    const nameLength = reader.u16('name length')
    const extraLength = reader.u16('extra length')
    const commentLength = reader.u16('comment length')
    reader.at += 8
    const local32 = reader.u32('offset')
    const rawName = reader.take(nameLength, 'entry name')
    const name = fromUtf8(rawName) ?? fromLatin1(rawName)
    const extra = reader.take(extraLength, 'extra field')
    reader.take(commentLength, 'comment')
    const [size, packed, local] = widen(format, extra, [size32, packed32, local32])

    if ((flags & 1) !== 0) throw badWeights(format, `refuses encrypted zip entry ${name}`)
    if (method !== 0 && method !== 8) mismatch(format, `zip entry ${name} stored or deflated`, `method ${method}`)
    if (entries.has(name)) throw badWeights(format, `refuses two zip entries named ${name}`)
    const header = new ByteReader(format, bytes, local)
    if (header.u32('zip entry') !== 0x04034b50) mismatch(format, `zip entry ${name} at byte ${local}`, 'other bytes')
    header.at = local + 26
    const skip = header.u16('name length') + header.u16('extra length')
    header.take(skip, 'entry name')
    const content = header.take(packed, `zip entry ${name}`)
    covered += packed
    if (covered > bytes.length) throw badWeights(format, 'refuses zip entries that overlap')
    if (method === 0) {
      if (size !== packed) mismatch(format, `${packed} bytes in stored zip entry ${name}`, size)
      entries.set(name, () => content)
      continue
    }
    if (size > deflateRatio * packed) mismatch(format, `a possible size for zip entry ${name} of ${packed} bytes`, size)
    inflated += size
    const most = Math.min(mostInflated, mostRatio * bytes.length + ratioSlack)
    if (inflated > most) throw badWeights(format, `refuses to inflate ${inflated} bytes, more than ${most}`)
    entries.set(name, () => inflate(format, name, content, size))
  }
  return entries
}

const inflate = (format: string, name: string, content: Uint8Array, size: number): Uint8Array => {
  let result: Uint8Array
  try {
    // One byte more than claimed: fflate stops at the end of `out`, so a full buffer means there was more data.
    result = inflateSync(content, { out: new Uint8Array(size + 1) })
  } catch (error) {
    throw badWeights(format, `zip entry ${name} does not inflate (${(error as Error).message})`)
  }
  if (result.length !== size) mismatch(format, `${size} bytes in zip entry ${name}`, `${result.length}`)
  return result
}
