/**
 * The driver of rewrite passes: rebuilds a graph from its inputs to its outputs and lets rules replace nodes on the
 * way. A pass is a function from outputs to outputs; a node that is no longer needed is not reached, so there is no
 * dead code to remove.
 */
import { lookup } from '../lookup.ts'
import { type Tensor, topologicalOrder, withInputs } from '../tensor.ts'

/**
 * The replacement of a node (its inputs are already rewritten), or undefined. `uses` counts a tensor's users in the old
 * graph.
 */
export type Rule = (node: Tensor, uses: (tensor: Tensor) => number) => Tensor | undefined

/** Applies the first rule that fits to every node once, inputs before users. */
export const rewriteOnce = (outputs: readonly Tensor[], rules: readonly Rule[]): Tensor[] => {
  const order = topologicalOrder(outputs)
  const counts = new Map<Tensor, number>()
  const count = (tensor: Tensor): void => void counts.set(tensor, (counts.get(tensor) ?? 0) + 1)
  for (const node of order) node.inputs.forEach(count)
  outputs.forEach(count)

  const replaced = new Map<Tensor, Tensor>()
  for (const node of order) {
    const rebuilt = withInputs(
      node,
      node.inputs.map((input) => lookup(replaced, input, 'replacement')),
    )
    const users = lookup(counts, node, 'count')
    counts.set(rebuilt, users)
    let result = rebuilt
    for (const rule of rules) {
      const replacement = rule(rebuilt, (tensor) => counts.get(tensor) ?? 1)
      if (replacement) {
        result = replacement
        break
      }
    }
    counts.set(result, Math.max(users, counts.get(result) ?? 0))
    replaced.set(node, result)
  }
  return outputs.map((output) => lookup(replaced, output, 'replacement'))
}

/** Applies rules until none fits any more. */
export const rewrite = (outputs: readonly Tensor[], rules: readonly Rule[]): Tensor[] => {
  let current = [...outputs]
  for (;;) {
    const next = rewriteOnce(current, rules)
    if (next.every((tensor, index) => tensor === current[index])) return next
    current = next
  }
}
