/**
 * Detects files that are shorter than their own structure says, for example after a full disk or a broken download.
 * Reads the sizes of the outermost parts: boxes of MP4 and MOV (ISO 14496-12), the segment of Matroska and WebM (RFC
 * 9559), RIFF of AVI, Windows Media and Flash; the mark at the end of Ogg. Cannot tell for files without these, such as
 * MPEG and recordings of streams.
 */
import { type FileHandle, open } from 'node:fs/promises'

/** Maximum number of boxes to read: fragmented files have many. */
const MOST_BOXES = 1e6

/** Boxes with which an MP4 or MOV begins. */
const FIRST_BOX = /^(?:ftyp|styp|moov|moof|sidx|mdat|wide|free|skip|pnot|uuid)$/

/** Whether something is missing at the end of a file. */
export const isCutOff = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = await bytesAt(file, 0, 64)
    const name = start.toString('latin1', 0, 4)
    if (start.length < 16) return false
    if (name === '\x1a\x45\xdf\xa3') return segmentEnd(start) > size
    if (name === 'RIFF') return 8 + start.readUInt32LE(4) > size
    if (name === 'OggS') return !(await endsOgg(file, size))
    if (name === 'FLV\x01') return statedByFlash(await bytesAt(file, 0, HEAD)) > size
    if (name === '0&\xb2u') return statedByAsf(await bytesAt(file, 0, HEAD)) > size
    return FIRST_BOX.test(start.toString('latin1', 4, 8)) && (await lastBoxEnd(file, size)) > size
  } finally {
    await file.close()
  }
}

/** Bytes in which headers state the size of a file. */
const HEAD = 8192

/** The size in an object of properties (Advanced Systems Format, 3.2); 0 if not stated. */
const statedByAsf = (head: Buffer): number => {
  const at = head.indexOf('a1dcab8c47a9cf118ee400c00c205365', 'hex')
  return at < 0 || at + 48 > head.length ? 0 : Number(head.readBigUInt64LE(at + 40))
}

/** The `filesize` among a Flash video's properties, a number in AMF0; 0 if not stated. */
const statedByFlash = (head: Buffer): number => {
  const at = head.indexOf('filesize\0', 'latin1')
  return at < 0 || at + 17 > head.length ? 0 : head.readDoubleBE(at + 9)
}

/** The longest page of Ogg, in bytes. */
const LONGEST_PAGE = 65307

/** Whether the last page of an Ogg file is whole, and the end of its stream (RFC 3533, section 6). */
const endsOgg = async (file: FileHandle, size: number): Promise<boolean> => {
  const tail = await bytesAt(file, Math.max(0, size - LONGEST_PAGE), LONGEST_PAGE)
  const page = tail.subarray(Math.max(0, tail.lastIndexOf('OggS', undefined, 'latin1')))
  const segments = page.subarray(27, 27 + (page[26] ?? 255))
  const length = segments.reduce((sum, part) => sum + part, 27 + segments.length)
  return page.length >= length && ((page[5] ?? 0) & 4) !== 0
}

/** Whether a file is Matroska or WebM. */
export const isMatroska = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    return (await bytesAt(file, 0, 4)).toString('latin1') === '\x1a\x45\xdf\xa3'
  } finally {
    await file.close()
  }
}

/**
 * Whether an MP4 or MOV has neither of the boxes that locate its pictures: `moov`, which cameras write last, or `moof`.
 */
export const lacksIndex = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if ((await bytesAt(file, 4, 4)).toString('latin1') !== 'ftyp') return false
    let indexed = false
    await lastBoxEnd(file, size, (name) => {
      if (name === 'moov' || name === 'moof') indexed = true
    })
    return !indexed
  } finally {
    await file.close()
  }
}

/** IDs of the elements in a Matroska segment (RFC 9559, section 5.1), including Void and CRC-32. */
const ELEMENTS = new Set([
  '114d9b74',
  '1549a966',
  '1654ae6b',
  '1f43b675',
  '1c53bb6b',
  '1043a770',
  '1254c367',
  '1941a469',
  'ec',
  'bf',
])

/**
 * Whether a Matroska segment contains an unknown element before its first cluster: mediabunny 1.61 would then search
 * for the next known one, endlessly if there is none up to the end of the file.
 */
export const hasJunk = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = await bytesAt(file, 0, 64)
    if (start.toString('latin1', 0, 4) !== '\x1a\x45\xdf\xa3') return false
    const header = sizeAt(start, 4)
    const segment = header && header.after + header.size
    if (segment === undefined || start.toString('hex', segment, segment + 4) !== '18538067') return false
    let at = segment + 4 + (Math.clz32(start[segment + 4] ?? 1) - 23)
    for (let count = 0; count < MOST_BOXES && at + 12 <= size; count++) {
      const element = await bytesAt(file, at, 12)
      const id = element.toString('hex', 0, Math.clz32(element[0] as number) - 23)
      if (!ELEMENTS.has(id)) return true
      const found = sizeAt(element, id.length / 2)
      if (id === '1f43b675' || !found) return false
      at += found.after + found.size
    }
    return false
  } finally {
    await file.close()
  }
}

const bytesAt = async (file: FileHandle, position: number, count: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, position)
  return buffer.subarray(0, bytesRead)
}

/** The end of the outermost box that extends farthest. */
const lastBoxEnd = async (file: FileHandle, size: number, see: (name: string) => void = () => {}): Promise<number> => {
  let at = 0
  for (let count = 0; count < MOST_BOXES && at < size; count++) {
    const header = await bytesAt(file, at, 16)
    if (header.length < 8) return at + 8
    see(header.toString('latin1', 4, 8))
    const short = header.readUInt32BE(0)
    if (short === 0) return size // extends to the end of the file
    const length = short === 1 && header.length === 16 ? Number(header.readBigUInt64BE(8)) : short
    if (length < 8) return at // not a box: anything after the last box is ignored
    at += length
  }
  return at
}

/** The end of a Matroska segment that follows an EBML header; 0 if not stated. */
const segmentEnd = (start: Buffer): number => {
  const header = sizeAt(start, 4)
  const segment = header && header.after + header.size
  if (segment === undefined || start.toString('hex', segment, segment + 4) !== '18538067') return 0
  const found = sizeAt(start, segment + 4)
  return found ? found.after + found.size : 0
}

/** A size of EBML (RFC 8794, section 4): its length is in its first bits, and all ones mean unknown. */
const sizeAt = (bytes: Buffer, at: number): { readonly size: number; readonly after: number } | undefined => {
  const first = bytes[at]
  if (first === undefined || first === 0) return undefined
  const length = Math.clz32(first) - 23
  if (at + length > bytes.length) return undefined
  let size = first & (0xff >> length)
  let known = size !== 0xff >> length
  for (let i = 1; i < length; i++) {
    size = size * 256 + bytes[at + i]
    known ||= bytes[at + i] !== 0xff
  }
  return known ? { size, after: at + length } : undefined
}
