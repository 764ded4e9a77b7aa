/**
 * How much memory the intermediate tensors of a graph need at most, if each is freed after its last use. Weights are
 * not counted, and neither are an engine's own copies in its own layout. An estimate for choosing tile sizes.
 */
import { evaluateDim } from '../dim.ts'
import { type Tensor, topologicalOrder } from '../tensor.ts'
import { bytesPerElement, sizeOf } from '../value.ts'

/** Peak bytes, given a size for each symbol. */
export const peakMemory = (outputs: readonly Tensor[], symbols: ReadonlyMap<string, number>): number => {
  const order = topologicalOrder(outputs)
  const lastUse = new Map<Tensor, number>()
  order.forEach((node, index) => {
    for (const tensor of node.inputs) lastUse.set(tensor, index)
  })
  for (const output of outputs) lastUse.set(output, order.length)
  const bytes = (node: Tensor): number =>
    node.inputs.length === 0
      ? 0
      : bytesPerElement(node.dtype) * sizeOf(node.shape.map((dim) => evaluateDim(dim, symbols)))
  let held = 0
  let peak = 0
  order.forEach((node, index) => {
    held += bytes(node)
    peak = Math.max(peak, held)
    for (const tensor of new Set(node.inputs)) if (lastUse.get(tensor) === index) held -= bytes(tensor)
  })
  return peak
}
