/**
 * Leaves of a graph: inputs, constants and parameters. Also the two marks that return their input unchanged:
 * `statistic` (so that it can be measured and frozen) and `stopGradient`.
 */
import type { Shape } from '../dim.ts'
import { apply, type Operation, type Tensor } from '../tensor.ts'
import { type DType, floats, type Value } from '../value.ts'

interface Named {
  readonly name: string
}
interface Declared extends Named {
  readonly dtype: DType
  readonly shape: Shape
}

const leaf = (name: string): Operation<Declared> => ({
  name,
  infer: (_inputs, { dtype, shape }) => ({ dtype, shape }),
  evaluate: (_inputs, attributes) => {
    throw new Error(`${name} '${attributes.name}' has no value`)
  },
  gradient: () => [],
  onnx: () => [],
})

export const inputOp = leaf('input')
export const parameterOp = leaf('parameter')

export const constantOp: Operation<{ readonly value: Value }> = {
  name: 'constant',
  infer: (_inputs, { value }) => ({ dtype: value.dtype, shape: value.shape }),
  evaluate: (_inputs, { value }) => value,
  gradient: () => [],
  onnx: () => [],
}

export const statisticOp: Operation<Named> = {
  name: 'statistic',
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
  evaluate: ([x]) => x,
  gradient: (_node, grad) => [grad],
  onnx: () => ({ type: 'Identity' }),
}

export const stopGradientOp: Operation<object> = {
  name: 'stopGradient',
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
  evaluate: ([x]) => x,
  gradient: () => [undefined],
  onnx: () => ({ type: 'Identity' }),
}

/** A tensor fed at run time. */
export const input = (name: string, shape: Shape, dtype: DType = 'float32'): Tensor =>
  apply(inputOp, { name, dtype, shape }, [])

/** A weight by its name in the style file; its numbers are given when the graph is evaluated or encoded. */
export const parameter = (name: string, shape: readonly number[]): Tensor =>
  apply(parameterOp, { name, dtype: 'float32', shape }, [])

/** A value fixed in the graph. A plain number is a float32 scalar. */
export const constant = (value: Value | number): Tensor =>
  apply(constantOp, { value: typeof value === 'number' ? floats([value], []) : value }, [])

/** Marks a statistic of the picture (a mean, a variance) by name: see passes/statistics.ts. */
export const statistic = (x: Tensor, name: string): Tensor => apply(statisticOp, { name }, [x])

/** The same value, treated as a constant by `gradients`. */
export const stopGradient = (x: Tensor): Tensor => apply(stopGradientOp, {}, [x])
