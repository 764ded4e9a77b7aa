/**
 * A cursor over untrusted little-endian bytes: every read first checks that the bytes exist and returns views, so a
 * claimed length never allocates anything. Parses no format.
 */

import { mismatch } from './bad-weights.ts'
import { fromUtf8 } from './utf8.ts'

/** The same bytes as a plain Uint8Array: a Node Buffer's `slice` is a view, but ours must be a copy. */
export const plainBytes = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Reads from the front; `at` may be set to jump. */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly format: string
  at = 0
  readonly #view: DataView

  constructor(format: string, bytes: Uint8Array, at = 0) {
    this.format = format
    this.bytes = plainBytes(bytes)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.bytes.length - this.at
  }

  /** Skips `length` bytes and returns where they start; throws when there are not that many. */
  #step(length: number, what: string): number {
    const start = this.at
    if (!(start >= 0 && length >= 0 && length <= this.bytes.length - start)) {
      mismatch(this.format, `${length} bytes of ${what} at byte ${start}`, `${Math.max(0, this.bytes.length - start)}`)
    }
    this.at = start + length
    return start
  }

  /** A view of the next `length` bytes. */
  take(length: number, what: string): Uint8Array {
    const start = this.#step(length, what)
    return this.bytes.subarray(start, start + length)
  }

  u8(what: string): number {
    return this.bytes[this.#step(1, what)]
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#step(2, what), true)
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#step(4, what), true)
  }

  i32(what: string): number {
    return this.#view.getInt32(this.#step(4, what), true)
  }

  /** An unsigned 64-bit number; above 2^53 it is inexact, but larger than any possible length. */
  u64(what: string): number {
    return Number(this.#view.getBigUint64(this.#step(8, what), true))
  }

  /** A big-endian double, as in pickles. */
  bigEndianF64(what: string): number {
    return this.#view.getFloat64(this.#step(8, what), false)
  }

  /** A base-128 number of at most 64 bits, as in protocol buffers and LevelDB. */
  varint(what: string): number {
    let result = 0
    for (let scale = 1, count = 0; count < 10; scale *= 128, count++) {
      const byte = this.u8(what)
      result += (byte & 127) * scale
      if (byte < 128) return result
    }
    return mismatch(this.format, `a number of at most 10 bytes for ${what}`, 'a longer one')
  }

  /** UTF-8 text of `length` bytes. */
  text(length: number, what: string): string {
    const start = this.at
    return (
      fromUtf8(this.take(length, what)) ?? mismatch(this.format, `UTF-8 text for ${what}`, `other bytes at ${start}`)
    )
  }
}
