/** A network's total loss as a sum of weighted terms, each with a name for the report. */
import { add, mul, reshape, type Tensor } from '@animegan/graph'

/** A network's terms, by name. Terms with the same name are added up. */
export interface Terms {
  /** Adds a scalar loss. */
  add(name: string, loss: Tensor, weight: number): void
  /** The sum of all terms; records it and the terms in `losses`, under the network's name. */
  total(network: string, losses: Map<string, Tensor>): Tensor
}

export const createTerms = (): Terms => {
  const terms = new Map<string, Tensor>()
  return {
    add(name, loss, weight) {
      const value = mul(reshape(loss, []), weight)
      const before = terms.get(name)
      terms.set(name, before ? add(before, value) : value)
    },
    total(network, losses) {
      const total = [...terms.values()].reduce((sum, term) => add(sum, term))
      for (const [name, term] of terms) losses.set(`${network}.${name}`, term)
      losses.set(network, total)
      return total
    },
  }
}
