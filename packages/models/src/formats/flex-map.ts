/**
 * The options of custom TensorFlow Lite operators: an untrusted FlexBuffers map of numbers. The flatbuffers library
 * reads it by key, never as a whole, so a map that refers to itself costs nothing; any error it throws becomes an
 * `AnimeganError` (`bad-weights`).
 */
import { toReference } from 'flatbuffers/js/flexbuffers.js'
import { badWeights } from './bad-weights.ts'

type Reference = ReturnType<typeof toReference>

/** A map read by key. */
export class FlexMap {
  readonly #format: string
  readonly #what: string
  readonly #root: Reference

  /** `what` names the operator in messages. Throws an `AnimeganError` (`bad-weights`) when the bytes are not a map. */
  constructor(format: string, what: string, bytes: Uint8Array) {
    this.#format = format
    this.#what = what
    this.#root = this.#read('a map of options', () => toReference(bytes.slice().buffer))
    if (!this.#read('a map of options', () => this.#root.isMap()))
      throw badWeights(format, `${what}: expected a map of options, found none`)
  }

  /** The library throws strings, RangeErrors and TypeErrors. */
  #read<T>(what: string, read: () => T): T {
    try {
      return read()
    } catch {
      throw badWeights(this.#format, `${this.#what}: expected ${what}, found none`)
    }
  }

  /** The library's types allow only number keys, but it also takes strings. */
  #at(key: string): Reference {
    return this.#root.get(key as unknown as number)
  }

  #numberOf(reference: Reference): number {
    const value = Number(reference.isFloat() ? reference.floatValue() : reference.intValue())
    if (!reference.isNumber() || !Number.isFinite(value)) throw new Error('not a number')
    return value
  }

  /** The number of a key. */
  number(key: string): number {
    return this.#read(`a number ${key}`, () => this.#numberOf(this.#at(key)))
  }

  /** The list of numbers of a key, at most `most` of them. */
  numbers(key: string, most: number): number[] {
    return this.#read(`a list ${key} of at most ${most} numbers`, () => {
      const list = this.#at(key)
      const length = list.length()
      if (!list.isVector() || !(length <= most)) throw new Error('not a list')
      return Array.from({ length }, (_, i) => this.#numberOf(list.get(i)))
    })
  }
}
