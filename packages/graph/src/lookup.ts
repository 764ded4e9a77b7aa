/** Map lookup for keys that must exist: a clear error instead of an undefined that surfaces elsewhere. */

/** The value of a key. Throws when there is none; `what` says in the message what was looked up. */
export const lookup = <K, V>(map: ReadonlyMap<K, V>, key: K, what: string): V => {
  const value = map.get(key)
  if (value === undefined) throw new Error(`no ${what} for ${typeof key === 'string' ? `'${key}'` : 'this key'}`)
  return value
}
