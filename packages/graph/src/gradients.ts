/**
 * Reverse-mode differentiation on the graph: gradients are appended as ordinary operations, so whatever runs the
 * network can train it.
 */
import { type Shape, staticShape } from './dim.ts'
import { add } from './ops/elementwise.ts'
import { sum } from './ops/reduce.ts'
import { expand, reshape } from './ops/shape.ts'
import { constant, stopGradientOp } from './ops/source.ts'
import { type Attributes, attributesOf, type Operation, type Tensor, topologicalOrder } from './tensor.ts'
import { floats, sizeOf } from './value.ts'

/** Sums a gradient back to the shape of an input that was broadcast. */
const sumTo = (grad: Tensor, shape: Shape): Tensor => {
  const lead = grad.shape.length - shape.length
  const axes = grad.shape.flatMap((dim, axis) => {
    const own = axis < lead ? 1 : shape[axis - lead]
    return own === 1 && dim !== 1 ? [axis] : []
  })
  const summed = axes.length > 0 ? sum(grad, axes) : grad
  return lead > 0 ? reshape(summed, staticShape(shape, 'gradients')) : summed
}

/**
 * The gradient of a loss (one element) with respect to each tensor of `wanted`, in their order; zeros where the loss
 * does not depend on one. Throws when the loss is not one element or an operation on the way is not differentiable.
 */
export const gradients = (loss: Tensor, wanted: readonly Tensor[]): Tensor[] => {
  if (sizeOf(staticShape(loss.shape, 'loss')) !== 1) throw new Error('gradients: the loss must be one number')
  const order = topologicalOrder([loss])
  const needed = new Set<Tensor>(wanted)
  for (const node of order) {
    if (node.inputs.some((input) => needed.has(input)) && !attributesOf(node, stopGradientOp)) needed.add(node)
  }

  const flowing = new Map<Tensor, Tensor>([[loss, constant(floats([1], loss.shape as readonly number[]))]])
  for (const node of order.toReversed()) {
    const grad = flowing.get(node)
    if (!grad || !needed.has(node) || node.inputs.length === 0) continue
    const operation = node.op as unknown as Operation<Attributes>
    if (!operation.gradient) throw new Error(`gradients: ${operation.name} is not differentiable`)
    const parts = operation.gradient(node, grad, node.attributes)
    node.inputs.forEach((input, index) => {
      const part = parts[index]
      if (!part || !needed.has(input)) return
      const own = sumTo(part, input.shape)
      const others = flowing.get(input)
      flowing.set(input, others ? add(others, own) : own)
    })
  }
  return wanted.map((tensor) => {
    const shape = staticShape(tensor.shape, 'gradients')
    return (
      flowing.get(tensor) ??
      expand(
        constant(
          floats(
            [0],
            shape.map(() => 1),
          ),
        ),
        shape,
      )
    )
  })
}
