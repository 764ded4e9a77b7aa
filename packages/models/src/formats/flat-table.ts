/**
 * A table of an untrusted FlatBuffers file: the flatbuffers library reads the numbers, after this has checked that
 * every offset, length and vtable lies inside the file. Fields are addressed by their index in the schema; knows no
 * schema itself.
 */
import { ByteBuffer } from 'flatbuffers'
import { mismatch } from './bad-weights.ts'
import { plainBytes } from './byte-reader.ts'
import { fromUtf8 } from './utf8.ts'

/** Offset of the first field in a vtable, after the sizes of the vtable and the table. */
const FIRST_FIELD = 4

/** Kinds of numbers, with their size in bytes. */
const numbers = { i8: 1, u8: 1, i32: 4, u32: 4, f32: 4 } as const
export type NumberKind = keyof typeof numbers

/** A table in a file. Absent fields give undefined, a default or an empty list, as the format specifies. */
export class FlatTable {
  readonly #file: ByteBuffer
  readonly #format: string
  readonly #at: number

  private constructor(format: string, file: ByteBuffer, at: number) {
    this.#format = format
    this.#file = file
    this.#at = at
    this.#check(at, 4, 'a table')
    const vtable = at - file.readInt32(at)
    this.#check(vtable, FIRST_FIELD, 'a vtable')
    const size = file.readUint16(vtable)
    if (size < FIRST_FIELD) mismatch(format, `a vtable of at least ${FIRST_FIELD} bytes`, size)
    this.#check(vtable, size, 'a vtable')
  }

  /** The root table of a file. `identifier` is the four letters that must follow its offset. */
  static root(format: string, bytes: Uint8Array, identifier: string): FlatTable {
    const file = new ByteBuffer(plainBytes(bytes))
    if (bytes.length < 8) mismatch(format, 'at least 8 bytes', bytes.length)
    if (!file.__has_identifier(identifier)) mismatch(format, `a file marked ${identifier}`, 'none')
    return new FlatTable(format, file, file.readUint32(0))
  }

  #check(at: number, length: number, what: string): void {
    if (!(at >= 0 && length >= 0 && at + length <= this.#file.capacity())) {
      mismatch(this.#format, `${what} of ${length} bytes inside the file's ${this.#file.capacity()}`, `byte ${at}`)
    }
  }

  /** Where a field's own bytes are, 0 when it is absent. */
  #field(field: number, size: number, what: string): number {
    const offset = this.#file.__offset(this.#at, FIRST_FIELD + 2 * field)
    if (offset === 0) return 0
    this.#check(this.#at + offset, size, what)
    return this.#at + offset
  }

  /** What a field points to; undefined when it is absent. */
  #target(field: number, what: string): number | undefined {
    const at = this.#field(field, 4, what)
    return at === 0 ? undefined : at + this.#file.readUint32(at)
  }

  /** The start and length of a vector of elements of `size` bytes. */
  #vector(field: number, size: number, what: string): { readonly start: number; readonly length: number } {
    const at = this.#target(field, what)
    if (at === undefined) return { start: 0, length: 0 }
    this.#check(at, 4, what)
    const length = this.#file.readUint32(at)
    this.#check(at + 4, length * size, what)
    return { start: at + 4, length }
  }

  /** A number, or its default in the schema. */
  number(field: number, kind: NumberKind, what: string, otherwise = 0): number {
    const at = this.#field(field, numbers[kind], what)
    if (at === 0) return otherwise
    if (kind === 'i8') return this.#file.readInt8(at)
    if (kind === 'u8') return this.#file.readUint8(at)
    if (kind === 'f32') return this.#file.readFloat32(at)
    return kind === 'i32' ? this.#file.readInt32(at) : this.#file.readUint32(at)
  }

  /** A list of 32-bit numbers. */
  int32s(field: number, what: string): number[] {
    const { start, length } = this.#vector(field, 4, what)
    return Array.from({ length }, (_, i) => this.#file.readInt32(start + 4 * i))
  }

  /** A list of floats. */
  float32s(field: number, what: string): number[] {
    const { start, length } = this.#vector(field, 4, what)
    return Array.from({ length }, (_, i) => this.#file.readFloat32(start + 4 * i))
  }

  /** A list of 64-bit numbers, which must be exact as floats. */
  int64s(field: number, what: string): number[] {
    const { start, length } = this.#vector(field, 8, what)
    return Array.from({ length }, (_, i) => Number(this.#file.readInt64(start + 8 * i)))
  }

  /** A view of bytes. */
  bytes(field: number, what: string): Uint8Array {
    const { start, length } = this.#vector(field, 1, what)
    return this.#file.bytes().subarray(start, start + length)
  }

  /** UTF-8 text. */
  text(field: number, what: string): string {
    return fromUtf8(this.bytes(field, what)) ?? mismatch(this.#format, `UTF-8 text for ${what}`, 'other bytes')
  }

  /** A nested table. */
  table(field: number, what: string): FlatTable | undefined {
    const at = this.#target(field, what)
    return at === undefined ? undefined : new FlatTable(this.#format, this.#file, at)
  }

  /** A list of tables. */
  tables(field: number, what: string): FlatTable[] {
    const { start, length } = this.#vector(field, 4, what)
    return Array.from({ length }, (_, i) => {
      const at = start + 4 * i
      return new FlatTable(this.#format, this.#file, at + this.#file.readUint32(at))
    })
  }
}
