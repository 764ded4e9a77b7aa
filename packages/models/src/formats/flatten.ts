/**
 * Flattens nested Python containers to one map of named tensors. Containers may share and even contain one another, so
 * depth, number of visits and length of names are limited. Does not interpret the names.
 */
import type { Value } from '@animegan/graph'
import { badWeights, mismatch } from './bad-weights.ts'
import { PickleObject, type PickleValue } from './pickle.ts'
import type { TensorMap } from './tensors.ts'

const mostDepth = 32
const mostVisits = 2_000_000
const longestName = 1024

/** How to flatten: the separator between the parts of a name, and the conversion of a host object to a value. */
export interface Flattening {
  readonly format: string
  readonly separator: string
  /** Returns undefined for an object that holds no tensor. */
  readonly load: (object: PickleObject, name: string) => Value | undefined
  readonly rename?: (name: string) => string
}

/** Every tensor inside `root`, named by the keys and indices that lead to it. Other entries are left out. */
export const flatten = (root: PickleValue, { format, separator, load, rename }: Flattening): TensorMap => {
  const tensors: TensorMap = new Map()
  let visits = 0
  const visit = (value: PickleValue, name: string, depth: number): void => {
    if (++visits > mostVisits) mismatch(format, `at most ${mostVisits} values`, 'more')
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Set) return
    if (name.length > longestName) mismatch(format, `names of at most ${longestName} characters`, `${name.length}`)
    if (value instanceof PickleObject) {
      const tensor = load(value, name)
      if (tensor === undefined) return
      const final = rename?.(name) ?? name
      if (tensors.has(final)) throw badWeights(format, `refuses two tensors named ${final}`)
      tensors.set(final, tensor)
      return
    }
    if (depth > mostDepth) mismatch(format, `containers at most ${mostDepth} deep`, 'deeper ones')
    const prefix = name === '' ? '' : name + separator
    for (const [key, inner] of value.entries()) {
      const isName = typeof key === 'string' || typeof key === 'number'
      visit(isName ? inner : null, isName ? `${prefix}${key}` : name, depth + 1)
    }
  }
  visit(root, '', 0)
  return tensors
}
