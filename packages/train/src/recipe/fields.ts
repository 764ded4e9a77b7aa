/**
 * Typed access to the fields of untrusted JSON. Every reader returns a value of its kind or throws an `AnimeganError`
 * (`bad-argument`) of one line that says which field, what was expected and what was found.
 */
import { AnimeganError } from '@animegan/graph'

/** The fields of one object. */
export interface Fields {
  /** Whether the object has the field. */
  has(key: string): boolean
  /** The raw value; undefined if there is none. */
  get(key: string): unknown
  /** Non-empty text. */
  text(key: string): string
  /** A number within bounds, both included. */
  number(key: string, least: number, most: number): number
  /** One of the given words. */
  word<T extends string>(key: string, words: readonly T[]): T
  /** True or false; false if there is none. */
  flag(key: string): boolean
  /** A non-empty list. */
  list(key: string): readonly unknown[]
  /** Two numbers from 0.01 to 100, the first not larger. */
  range(key: string): readonly [number, number]
  /** The fields of a nested object. */
  inside(key: string): Fields
  /** Throws the error for a field. */
  fail(key: string, expected: string, found: unknown): never
}

/** Throws the error for the value at a path such as `recipe.phases[0].name`. */
export const fail = (where: string, expected: string, found: unknown): never => {
  const shown = found === undefined ? 'nothing' : JSON.stringify(found)
  throw new AnimeganError('bad-argument', `${where}: expected ${expected}, found ${shown}`)
}

/** The fields of a value that must be an object; `where` is its path, for messages. */
export const fieldsOf = (json: unknown, where: string): Fields => {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return fail(where, 'an object', json)
  const object = json as Readonly<Record<string, unknown>>
  const has = (key: string): boolean => Object.hasOwn(object, key)
  const get = (key: string): unknown => (has(key) ? object[key] : undefined)
  const failAt = (key: string, expected: string, found: unknown): never => fail(`${where}.${key}`, expected, found)
  return {
    has,
    get,
    fail: failAt,
    text: (key) => {
      const value = get(key)
      return typeof value === 'string' && value !== '' ? value : failAt(key, 'text', value)
    },
    number: (key, least, most) => {
      const value = get(key)
      return typeof value === 'number' && value >= least && value <= most
        ? value
        : failAt(key, `a number from ${least} to ${most}`, value)
    },
    word: (key, words) => {
      const value = get(key)
      return words.find((word) => word === value) ?? failAt(key, `one of ${words.join(', ')}`, value)
    },
    flag: (key) => {
      const value = get(key) ?? false
      return typeof value === 'boolean' ? value : failAt(key, 'true or false', value)
    },
    list: (key) => {
      const value = get(key)
      return Array.isArray(value) && value.length > 0 ? value : failAt(key, 'a list', value)
    },
    range: (key) => {
      const value = get(key)
      const [low, high] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : []
      return typeof low === 'number' && typeof high === 'number' && low >= 0.01 && high >= low && high <= 100
        ? [low, high]
        : failAt(key, 'two numbers, such as [0.5, 1]', value)
    },
    inside: (key) => fieldsOf(get(key), `${where}.${key}`),
  }
}
