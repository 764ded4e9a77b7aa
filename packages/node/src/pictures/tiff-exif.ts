/**
 * The EXIF of a TIFF: its own fields that describe the picture, with those of its camera and place, as a block such as
 * other formats hold. Not BigTIFF. Every length is checked before use; a damaged file has none.
 */

/** Description, maker, model, date, artist, copyright; then the directories of the camera and of the place. */
const DESCRIBING = new Set([0x010e, 0x010f, 0x0110, 0x0132, 0x013b, 0x8298])
const DIRECTORIES = new Set([0x8769, 0x8825])
/** Bytes of a value of each type. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]
/** More than this many bytes do not fit where EXIF is held. */
const MOST = 2 ** 20

interface Field {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** The value's bytes, or the fields of the directory that it points to. */
  readonly value: Buffer | readonly Field[]
}

/** The block, from its byte order mark on; undefined if nothing describes the picture. */
export const exifOfTiff = (bytes: Uint8Array): Uint8Array | undefined => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const little = file.toString('latin1', 0, 2) === 'II'
  const short = (at: number): number => (little ? file.readUInt16LE(at) : file.readUInt16BE(at))
  const long = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const fieldsAt = (directory: number, wanted: (tag: number) => boolean): Field[] =>
    Array.from({ length: short(directory) }, (_, i) => directory + 2 + 12 * i).flatMap((at): Field[] => {
      const [tag, type, count] = [short(at), short(at + 2), long(at + 4)]
      if (!wanted(tag)) return []
      if (DIRECTORIES.has(tag)) {
        const value = fieldsAt(long(at + 8), (inner) => !DIRECTORIES.has(inner))
        return value.length > 0 ? [{ tag, type, count, value }] : []
      }
      const size = count * (SIZES[type] ?? 0)
      const from = size > 4 ? long(at + 8) : at + 8
      if (size === 0 || size > MOST || from + size > file.length) return []
      return [{ tag, type, count, value: file.subarray(from, from + size) }]
    })
  try {
    if (short(2) !== 42) return undefined
    const fields = fieldsAt(long(4), (tag) => DESCRIBING.has(tag) || DIRECTORIES.has(tag))
    return fields.length > 0 ? blockOf(fields, little) : undefined
  } catch {
    return undefined // it ends too early
  }
}

const blockOf = (fields: readonly Field[], little: boolean): Buffer => {
  const number = (value: number, size: 2 | 4): Buffer => {
    const bytes = Buffer.alloc(size)
    if (little) bytes.writeUIntLE(value, 0, size)
    else bytes.writeUIntBE(value, 0, size)
    return bytes
  }
  /** A directory at an offset, followed by what its fields point to. */
  const directory = (of: readonly Field[], at: number): Buffer => {
    const entries: Buffer[] = []
    const data: Buffer[] = []
    let end = at + 2 + 12 * of.length + 4
    for (const { tag, type, count, value } of of) {
      const bytes = Buffer.isBuffer(value) ? value : directory(value as readonly Field[], end)
      const inside = Buffer.isBuffer(value) && bytes.length <= 4
      const padded = Buffer.concat([bytes, Buffer.alloc(inside ? 4 - bytes.length : bytes.length % 2)])
      entries.push(number(tag, 2), number(type, 2), number(count, 4), inside ? padded : number(end, 4))
      if (inside) continue
      data.push(padded)
      end += padded.length
    }
    return Buffer.concat([number(of.length, 2), ...entries, number(0, 4), ...data])
  }
  return Buffer.concat([Buffer.from(little ? 'II' : 'MM'), number(42, 2), number(8, 4), directory(fields, 8)])
}
