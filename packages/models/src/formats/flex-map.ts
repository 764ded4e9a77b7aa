/**
 * The options of custom TensorFlow Lite operators: a FlexBuffers map of numbers that nobody vouches for. The flatbuffers
 * library reads it, by key and never as a whole, so that a map that refers to itself costs nothing; whatever it throws
 * becomes an `AnimeganError` (`bad-weights`).
 */
import { toReference } from 'flatbuffers/js/flexbuffers.js'
import { badWeights } from './bad-weights.ts'

type Reference = ReturnType<typeof toReference>

/** A map by its keys. */
export class FlexMap {
  readonly #format: string
  readonly #what: string
  readonly #root: Reference

  /** `what` names the operator in messages. Throws an `AnimeganError` (`bad-weights`) when the bytes are no map. */
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

  /** The library's types know keys of lists only. */
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
