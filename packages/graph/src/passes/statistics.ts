/**
 * Measures and freezes statistics. Normalisation layers mark their means and variances with `statistic`; the rest of a
 * generator is local. So a picture's statistics can be measured once, on a bounded copy or averaged over the frames of
 * a shot, and then applied as constants to any part of it: tiles without seams, video without flicker.
 */
import { constant, statisticOp } from '../ops/source.ts'
import { attributesOf, type Tensor, topologicalOrder } from '../tensor.ts'
import type { Value } from '../value.ts'
import { rewriteOnce } from './rewrite.ts'

/** The marked statistics by name: the outputs of the graph that measures them. Throws when a name is used twice. */
export const statisticsOf = (outputs: readonly Tensor[]): Record<string, Tensor> => {
  const found: Record<string, Tensor> = {}
  for (const node of topologicalOrder(outputs)) {
    const mark = attributesOf(node, statisticOp)
    if (!mark) continue
    if (Object.hasOwn(found, mark.name)) throw new Error(`statistics: the name '${mark.name}' stands twice`)
    found[mark.name] = node
  }
  return found
}

/** Replaces the marked statistics by measured values. Throws when one is missing. */
export const freezeStatistics = (outputs: readonly Tensor[], values: Readonly<Record<string, Value>>): Tensor[] =>
  rewriteOnce(outputs, [
    (node) => {
      const mark = attributesOf(node, statisticOp)
      if (!mark) return undefined
      const value = values[mark.name]
      if (!value) throw new Error(`freezeStatistics: no value for '${mark.name}'`)
      return constant(value)
    },
  ])
