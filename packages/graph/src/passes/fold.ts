/**
 * Folding: parameters become constants, operations on constants become their value, and a scale or shift per channel
 * after a convolution moves into its weights. With frozen statistics this removes normalisation altogether.
 */

import { isStaticShape } from '../dim.ts'
import { type Convolution, convOp } from '../ops/conv.ts'
import { addOp, mulOp, subOp } from '../ops/elementwise.ts'
import { constant, constantOp, parameterOp } from '../ops/source.ts'
import { type Attributes, apply, attributesOf, channelsOf, type Operation, type Tensor } from '../tensor.ts'
import { floats, sizeOf, type Value } from '../value.ts'
import { type Rule, rewrite, rewriteOnce } from './rewrite.ts'

const constantValue = (tensor: Tensor): Value | undefined => attributesOf(tensor, constantOp)?.value

/** Replaces parameters by their values. Throws when one is missing or its shape differs. */
export const bindParameters = (outputs: readonly Tensor[], values: ReadonlyMap<string, Value>): Tensor[] =>
  rewriteOnce(outputs, [
    (node) => {
      const leaf = attributesOf(node, parameterOp)
      if (!leaf) return undefined
      const value = values.get(leaf.name)
      if (!value || value.shape.join() !== node.shape.join()) {
        const found = value ? `[${value.shape}]` : 'nothing'
        throw new Error(`bindParameters: '${leaf.name}' expects [${node.shape.join()}], got ${found}`)
      }
      return constant(value)
    },
  ])

const foldConstants: Rule = (node) => {
  if (node.inputs.length === 0 || !isStaticShape(node.shape)) return undefined
  const values = node.inputs.map(constantValue)
  if (!values.every((value) => value !== undefined)) return undefined
  // An operation whose result is large but simple, such as one number repeated over a picture, is not folded.
  const given = values.reduce((total, { data }) => total + data.length, 0)
  if (sizeOf(node.shape) > Math.max(4 * given, 4096)) return undefined
  const operation = node.op as unknown as Operation<Attributes>
  return constant(operation.evaluate(values, node.attributes, node.shape))
}

/** A constant's numbers per channel when it is one number or [1, channels, 1, 1]. */
const perChannel = (tensor: Tensor, channels: number): Float32Array | undefined => {
  const value = constantValue(tensor)
  if (value?.dtype !== 'float32') return undefined
  const data = value.data as Float32Array
  if (sizeOf(value.shape) === 1) return new Float32Array(channels).fill(data[0])
  const fits = value.shape.length === 4 && value.shape[1] === channels && data.length === channels
  return fits ? data : undefined
}

const foldIntoConv: Rule = (node, uses) => {
  const sign = attributesOf(node, subOp) ? -1 : 1
  const scales = attributesOf(node, mulOp) !== undefined
  if (!scales && !attributesOf(node, addOp) && sign === 1) return undefined
  const swapped = attributesOf(node.inputs[0], convOp) === undefined && sign === 1
  const [convolution, operand] = swapped ? [node.inputs[1], node.inputs[0]] : [node.inputs[0], node.inputs[1]]
  const attributes = attributesOf<Convolution>(convolution, convOp)
  if (!attributes || uses(convolution) !== 1) return undefined
  const channels = channelsOf(convolution)
  const numbers = perChannel(operand, channels)
  const weights = constantValue(convolution.inputs[1])
  const bias = convolution.inputs[2] ? constantValue(convolution.inputs[2]) : floats(new Float32Array(channels))
  if (!numbers || !weights || !bias) return undefined
  const [w, b] = [weights.data as Float32Array, bias.data as Float32Array]
  const each = w.length / channels
  const scaled = scales ? w.map((value, i) => value * numbers[Math.floor(i / each)]) : w
  const shifted = b.map((value, i) => (scales ? value * numbers[i] : value + sign * numbers[i]))
  return apply(convOp, attributes, [
    convolution.inputs[0],
    constant(floats(scaled, weights.shape)),
    constant(floats(shifted)),
  ])
}

/** Folds constants and per-channel arithmetic into convolutions, until nothing is left to fold. */
export const fold = (outputs: readonly Tensor[]): Tensor[] => rewrite(outputs, [foldConstants, foldIntoConv])
