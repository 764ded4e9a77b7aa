/**
 * Symbolic tensors: nodes of an immutable graph. A tensor knows its operation, its attributes, its inputs, its type and
 * its shape; it holds no numbers (except constants). A graph is just the tensors reachable from its outputs. The
 * operations are in ops/: one definition holds the shape rule, the reference evaluation, the gradient and the ONNX
 * form.
 */
import { type Dim, formatShape, isStatic, type Shape } from './dim.ts'
import type { DType, Value } from './value.ts'

/** Attributes are plain data, so that they can be compared and printed. */
export type Attributes = object

export interface Tensor {
  readonly op: Operation
  readonly attributes: Attributes
  readonly inputs: readonly Tensor[]
  readonly dtype: DType
  readonly shape: Shape
}

export interface Signature {
  readonly dtype: DType
  readonly shape: Shape
}

/** An ONNX node without names: the encoder names its inputs and output. */
export interface OnnxNode {
  readonly type: string
  /** Its operator set; default: ONNX's own. */
  readonly domain?: string
  readonly attributes?: Readonly<Record<string, number | string | readonly number[] | FloatAttribute>>
  /** Extra inputs after the tensor's own: constants, or undefined for an optional input left out. */
  readonly extra?: readonly (Value | undefined)[]
  /**
   * Its inputs, when not the result of the previous node: the tensor's inputs count from 0, and the results of previous
   * nodes continue from there.
   */
  readonly from?: readonly number[]
  /** By position: whether the last two axes of an input are swapped first. */
  readonly transposed?: readonly boolean[]
}

/** A number that ONNX expects as a float attribute even when it is whole. */
export interface FloatAttribute {
  readonly float: number
}

/** The definition of an operation. `A` is the type of its attributes. */
export interface Operation<A extends Attributes = never> {
  readonly name: string
  /** Checks the inputs and returns the type and shape of the result. */
  infer(inputs: readonly Signature[], attributes: A): Signature
  /** The slow, simple reference evaluation. `shape` is the result's shape, all sizes known. */
  evaluate(inputs: readonly Value[], attributes: A, shape: readonly number[]): Value
  /**
   * Gradients with respect to each input, as graph nodes; undefined where none flows. Where an input was broadcast, its
   * gradient may have the result's shape: `gradients` sums it back. Absent: not differentiable.
   */
  gradient?(node: Tensor, grad: Tensor, attributes: A): readonly (Tensor | undefined)[]
  /** The equivalent ONNX nodes, each taking the result of the one before it unless it says otherwise. */
  onnx(node: Tensor, attributes: A): OnnxNode | readonly OnnxNode[]
}

/** Whatever an operation's rule allows, a shape must have sizes that an array can have. */
const checkShape = (shape: Shape): void => {
  const fits = shape.every((dim) =>
    isStatic(dim)
      ? Number.isSafeInteger(dim) && dim >= 0
      : Number.isSafeInteger(dim.scale) && dim.scale >= 1 && Number.isSafeInteger(dim.offset),
  )
  const least = shape.reduce<number>((product, dim) => product * (isStatic(dim) ? dim : 1), 1)
  if (!fits || !Number.isSafeInteger(least)) throw new Error(`no array has the shape ${formatShape(shape)}`)
}

/** Throws unless every input is float32: for operations that compute. */
export const floatsOnly = (inputs: readonly Signature[]): void => {
  for (const { dtype } of inputs) if (dtype !== 'float32') throw new Error(`expects float32, got ${dtype}`)
}

/** Throws unless the input is a batch of pictures: for operations on the last two of four axes. */
export const picturesOnly = ({ shape }: Signature): void => {
  if (shape.length !== 4) throw new Error('expects NCHW')
}

/** Makes a tensor by an operation. Throws, naming the operation and the shapes, when the inputs do not fit. */
export const apply = <A extends Attributes>(op: Operation<A>, attributes: A, inputs: readonly Tensor[]): Tensor => {
  try {
    const signature = op.infer(inputs, attributes)
    checkShape(signature.shape)
    return { op: op as unknown as Operation, attributes, inputs, ...signature }
  } catch (error) {
    const shapes = inputs.map((input) => formatShape(input.shape)).join(', ')
    throw new Error(`${op.name}(${shapes}): ${(error as Error).message}`)
  }
}

/** The same operation on other inputs, for passes that rebuild a graph. */
export const withInputs = (node: Tensor, inputs: readonly Tensor[]): Tensor =>
  inputs.every((input, index) => input === node.inputs[index])
    ? node
    : apply(node.op as unknown as Operation<Attributes>, node.attributes, inputs)

/** The attributes of a node if it is this operation, else undefined. */
export const attributesOf = <A extends Attributes>(node: Tensor, op: Operation<A>): A | undefined =>
  node.op === (op as unknown as Operation) ? (node.attributes as A) : undefined

/** Every tensor that the outputs need, inputs before users. Iterative, because graphs can be deep. */
export const topologicalOrder = (outputs: readonly Tensor[]): Tensor[] => {
  const order: Tensor[] = []
  const done = new Set<Tensor>()
  const stack: { node: Tensor; next: number }[] = []
  for (const output of outputs) {
    if (done.has(output)) continue
    stack.push({ node: output, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]
      if (done.has(top.node)) {
        stack.pop()
      } else if (top.next < top.node.inputs.length) {
        const input = top.node.inputs[top.next++]
        if (!done.has(input)) stack.push({ node: input, next: 0 })
      } else {
        done.add(top.node)
        order.push(top.node)
        stack.pop()
      }
    }
  }
  return order
}

/** The channel count of an NCHW tensor. Throws when it is not known in advance. */
export const channelsOf = (tensor: Tensor): number => {
  const channels: Dim | undefined = tensor.shape[1]
  if (typeof channels !== 'number')
    throw new Error(`expected NCHW with known channels, got ${formatShape(tensor.shape)}`)
  return channels
}
