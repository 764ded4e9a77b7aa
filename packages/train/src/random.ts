/**
 * Random numbers that are the same on every machine: a hash of integers, without state, so that step 500 of a resumed
 * run gets the same numbers as in an uninterrupted one. Not for secrets.
 */

/** A sequence of numbers that depends only on its keys. */
export interface Random {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  uniform(): number
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number
  /** A number of the standard normal distribution. */
  normal(): number
}

const mix = (hash: number, value: number): number => {
  let h = Math.imul(hash ^ value, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77)
  return h ^ (h >>> 13)
}

/** The random numbers for some keys, such as a seed, a step and a place in the batch. mulberry32 on a hash of them. */
export const random = (...keys: readonly number[]): Random => {
  let state = keys.reduce((hash, key) => mix(mix(hash, key | 0), Math.floor(key / 2 ** 32)), 0x2545f491)
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    uniform,
    below: (count) => Math.floor(uniform() * count),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}
