/** Looking up in a map what must be there: a clear error in place of an undefined that surfaces somewhere else. */

/** The value of a key. Throws, naming `what` was looked for, when there is none. */
export const lookup = <K, V>(map: ReadonlyMap<K, V>, key: K, what: string): V => {
  const value = map.get(key)
  if (value === undefined) throw new Error(`no ${what} for ${typeof key === 'string' ? `'${key}'` : 'this key'}`)
  return value
}
