/**
 * PNG files: their chunks, and writing them without compression, for pixels that are read again at once. Lengths are
 * checked, checksums are not; a chunk that is cut off ends the walk.
 */

export interface PngChunk {
  /** The four letters of its type. */
  readonly kind: string
  readonly content: Uint8Array
  /** Type and content, without length and checksum. */
  readonly whole: Uint8Array
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

/** The whole chunks of a PNG, in order. */
export function* chunksOf(bytes: Uint8Array): Generator<PngChunk> {
  const view = viewOf(bytes)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > bytes.length) return
    const whole = bytes.subarray(at + 4, end)
    yield { kind: String.fromCharCode(...whole.subarray(0, 4)), content: whole.subarray(4), whole }
    at = end + 4
  }
}

const CRC = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** The checksum of PNG (CRC-32). */
export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** A chunk of a type of four letters, with its length and checksum. */
export const pngChunk = (kind: string, content: Uint8Array): Uint8Array => {
  const all = new Uint8Array(content.length + 12)
  all.set(
    Array.from(kind, (letter) => letter.charCodeAt(0)),
    4,
  )
  all.set(content, 8)
  const view = viewOf(all)
  view.setUint32(0, content.length)
  view.setUint32(content.length + 8, crc32(all.subarray(4, content.length + 8)))
  return all
}

/** A file of chunks. */
export const pngFile = (chunks: readonly Uint8Array[]): Uint8Array => joined([SIGNATURE, ...chunks])

export const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** The most bytes in a stored block of deflate. */
const BLOCK = 65535

/** Bytes in zlib's format, stored. */
export const stored = (bytes: Uint8Array): Uint8Array => {
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK))
  const all = new Uint8Array(bytes.length + 5 * blocks + 6)
  const view = viewOf(all)
  view.setUint16(0, 0x7801)
  let at = 2
  for (let i = 0; i < blocks; i++) {
    const part = bytes.subarray(i * BLOCK, (i + 1) * BLOCK)
    all[at] = i === blocks - 1 ? 1 : 0
    view.setUint16(at + 1, part.length, true)
    view.setUint16(at + 3, ~part.length & 0xffff, true)
    all.set(part, at + 5)
    at += 5 + part.length
  }
  let [a, b] = [1, 0]
  for (let i = 0; i < bytes.length; ) {
    // So many bytes cannot overflow before the remainder is taken.
    const end = Math.min(bytes.length, i + 3800)
    for (; i < end; i++) {
      a += bytes[i]
      b += a
    }
    a %= 65521
    b %= 65521
  }
  view.setUint32(at, b * 65536 + a)
  return all
}

/** A picture of 1 (grey) to 4 channels, 8 or 16 bits each, 16 with the high byte first, alpha straight and last. */
export interface Samples {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly bits: 8 | 16
  readonly data: Uint8Array
  /** An ICC profile. */
  readonly profile?: Uint8Array | undefined
  /** Code points of ITU-T H.273 for primaries and transfer, in place of a profile. */
  readonly code?: readonly [primaries: number, transfer: number] | undefined
}

/** A file, decoded. */
export interface Decoded {
  readonly samples: Samples
  /** Bits of a sample in the file. */
  readonly depth: number
  /** Whether it is the first frame of an animation. */
  readonly animated?: boolean
  /** The EXIF block from its byte order mark on. */
  readonly exif?: Uint8Array
  /** The XMP packet, in UTF-8. */
  readonly xmp?: Uint8Array
}

const COLOUR_TYPE = { 1: 0, 2: 4, 3: 2, 4: 6 } as const

/** Samples as an uncompressed PNG. */
export const pngOf = ({ width, height, channels, bits, data, profile, code }: Samples): Uint8Array => {
  const header = new Uint8Array(13)
  viewOf(header).setUint32(0, width)
  viewOf(header).setUint32(4, height)
  header.set([bits, COLOUR_TYPE[channels]], 8)
  const row = (width * channels * bits) / 8
  // A byte before each row names its filter: none.
  const filtered = new Uint8Array(height * (row + 1))
  for (let y = 0; y < height; y++) filtered.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1)
  return pngFile([
    pngChunk('IHDR', header),
    ...(code ? [pngChunk('cICP', Uint8Array.of(...code, 0, 1))] : []),
    // Its name, of at least one letter, and the method of compression.
    ...(profile ? [pngChunk('iCCP', joined([Uint8Array.of(0x69, 0, 0), stored(profile)]))] : []),
    pngChunk('IDAT', stored(filtered)),
    pngChunk('IEND', new Uint8Array(0)),
  ])
}
