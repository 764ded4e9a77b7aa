/**
 * Shared by the builders of TensorFlow Lite operators: checked access to inputs, and the error that refuses an
 * operator.
 */
import type { Dim, Tensor, Value } from '@animegan/graph'
import { badWeights } from '../formats/bad-weights.ts'
import type { TfLiteOperator } from '../formats/tflite.ts'

export const FORMAT = 'TensorFlow Lite'

/** Sizes of a tensor, computed in the file from its shape; in the file's order. */
export interface Sizes {
  readonly sizes: readonly Dim[]
}

/** An operator's input: symbolic, a constant as stored in the file, or sizes. */
export type Operand = Tensor | Value | Sizes

/** Makes an operator's result; `shape` is the one given in the file. */
export type Builder = (operator: TfLiteOperator, inputs: readonly Operand[], shape: readonly number[]) => Operand

export const refuse = (operator: TfLiteOperator, why: string): never => {
  throw badWeights(FORMAT, `${operator.type}: ${why}`)
}

export const isConstant = (operand: Operand): operand is Value => 'data' in operand
export const isSizes = (operand: Operand): operand is Sizes => 'sizes' in operand

/** An input that is computed. */
export const symbolic = (operator: TfLiteOperator, operand: Operand | undefined): Tensor =>
  operand && !isConstant(operand) && !isSizes(operand)
    ? operand
    : refuse(operator, 'expected a computed input, found a constant')

/** An input that is a constant. */
export const given = (operator: TfLiteOperator, operand: Operand | undefined, rank: number, dtype: string): Value =>
  operand && isConstant(operand) && operand.shape.length === rank && operand.dtype === dtype
    ? operand
    : refuse(operator, `expected a constant of ${rank} dimensions and type ${dtype}`)
