/**
 * The reference interpreter: runs any graph slowly and simply, one operation's `evaluate` after another. The reference
 * that engines, gradients and rewrite passes are tested against; never used where users wait.
 */
import { evaluateDim, formatShape, isStatic } from './dim.ts'
import { lookup } from './lookup.ts'
import { inputOp, parameterOp } from './ops/source.ts'
import { type Attributes, attributesOf, type Operation, type Tensor, topologicalOrder } from './tensor.ts'
import type { Value } from './value.ts'

/**
 * The values of `outputs`, given the values of inputs and parameters by name. Symbols in shapes take their values from
 * the inputs' sizes. Throws when a name is missing or a value does not fit.
 */
export const interpret = (outputs: readonly Tensor[], named: Readonly<Record<string, Value>>): Value[] => {
  const values = new Map<Tensor, Value>()
  const symbols = new Map<string, number>()
  const order = topologicalOrder(outputs)
  for (const node of order) {
    const leaf = attributesOf(node, inputOp) ?? attributesOf(node, parameterOp)
    if (leaf) {
      const value = Object.hasOwn(named, leaf.name) ? named[leaf.name] : undefined
      if (!value) throw new Error(`interpret: no value for '${leaf.name}'`)
      bind(symbols, node, value, leaf.name)
      values.set(node, value)
    }
  }
  for (const node of order) {
    if (!values.has(node)) {
      const operation = node.op as unknown as Operation<Attributes>
      const inputs = node.inputs.map((input) => lookup(values, input, 'value'))
      const shape = node.shape.map((dim) => evaluateDim(dim, symbols))
      values.set(node, operation.evaluate(inputs, node.attributes, shape))
    }
  }
  return outputs.map((output) => lookup(values, output, 'value'))
}

const bind = (symbols: Map<string, number>, { shape, dtype }: Tensor, value: Value, name: string): void => {
  const fits =
    value.dtype === dtype &&
    value.shape.length === shape.length &&
    shape.every((dim, axis) => {
      const size = value.shape[axis]
      if (isStatic(dim)) return dim === size
      const symbol = (size - dim.offset) / dim.scale
      if (!Number.isInteger(symbol) || (symbols.get(dim.symbol) ?? symbol) !== symbol) return false
      symbols.set(dim.symbol, symbol)
      return true
    })
  if (!fits) {
    throw new Error(`interpret: '${name}' expects ${dtype} ${formatShape(shape)}, got ${value.dtype} [${value.shape}]`)
  }
}
