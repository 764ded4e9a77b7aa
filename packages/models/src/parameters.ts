/**
 * Sources of a network's weights while its graph is built, and the list of weights of a graph. Holds no numbers, only
 * names and shapes.
 */
import { parameter, type Tensor, topologicalOrder } from '@animegan/graph'

/** Returns the weight of a name and shape as a tensor. `parameter` is one such source; a trainer may use others. */
export type ParameterSource = (name: string, shape: readonly number[]) => Tensor

/**
 * A source that returns the same tensor for the same name, with `prefix` before it, so a network built more than once
 * in a graph has one set of weights. Throws when a name is requested with two shapes.
 */
export const sharedParameters = (prefix = ''): ParameterSource => {
  const known = new Map<string, Tensor>()
  return (name, shape) => {
    const found = known.get(name) ?? parameter(prefix + name, shape)
    if (found.shape.join() !== shape.join()) {
      throw new Error(`parameters: '${name}' was [${found.shape.join(', ')}], now expected [${shape.join(', ')}]`)
    }
    known.set(name, found)
    return found
  }
}

/** The weights that the outputs depend on by name, in the order of use. */
export const parametersOf = (outputs: readonly Tensor[]): Map<string, Tensor> =>
  new Map(
    topologicalOrder(outputs)
      .filter((node) => node.op.name === 'parameter')
      .map((node) => [(node.attributes as { readonly name: string }).name, node]),
  )
