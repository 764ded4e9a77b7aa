/**
 * Builders of the TensorFlow Lite operators that networks from pictures to pictures use besides those of tflite.ts:
 * mirrored borders, normalisation, and sizes that are computed from a shape.
 */
import {
  type Border,
  constant,
  type Dim,
  div,
  floats,
  isStatic,
  leakyRelu,
  mean,
  mul,
  pad,
  scaleDim,
  sqrt,
  sub,
  type Tensor,
  tanh,
} from '@animegan/graph'
import type { TfLiteOperator } from '../formats/tflite.ts'
import {
  type Builder,
  given,
  isConstant,
  isSizes,
  type Operand,
  refuse,
  type Sizes,
  symbolic,
} from './tflite-operand.ts'

/** Where the file's axes of a picture are in ours. */
const places = [0, 2, 3, 1]

/** A constant beside a picture: one number, or one for each channel. Beside a list, it is as in the file. */
const beside = (operator: TfLiteOperator, operand: Operand | undefined, other: Tensor): Tensor => {
  if (!operand || !isConstant(operand)) return symbolic(operator, operand)
  if (operand.dtype !== 'float32') return refuse(operator, `expected floats, found ${operand.dtype}`)
  if (other.shape.length !== 4) return constant(operand)
  const { data, shape } = operand
  const channels = shape.at(-1) ?? 1
  if (channels !== data.length) return refuse(operator, `expected a number for each channel, found [${shape}]`)
  return constant({ ...operand, shape: [1, channels, 1, 1] })
}

/** The inputs of an operator of two, at least one of which is computed. */
export const pair = (operator: TfLiteOperator, a: Operand | undefined, b: Operand | undefined): [Tensor, Tensor] => {
  if (a && isConstant(a)) {
    const x = symbolic(operator, b)
    return [beside(operator, a, x), x]
  }
  const x = symbolic(operator, a)
  return [x, beside(operator, b, x)]
}

/** Sizes times a whole number; undefined for other inputs. */
export const multipliedSizes = (
  operator: TfLiteOperator,
  a: Operand | undefined,
  b: Operand | undefined,
): Sizes | undefined => {
  if (!a || !b || !(isSizes(a) || isSizes(b))) return undefined
  const [{ sizes }, factor] = isSizes(a) ? [a, b] : [b as Sizes, a]
  const times = isConstant(factor) && factor.data.length === 1 ? Number(factor.data[0]) : 0
  if (!(Number.isInteger(times) && times >= 1)) return refuse(operator, 'expected sizes times a whole number')
  return { sizes: sizes.map((size) => scaleDim(size, times)) }
}

const sizesOf = (operator: TfLiteOperator, operand: Operand | undefined): readonly Dim[] =>
  operand && isSizes(operand) ? operand.sizes : refuse(operator, 'expected sizes')

/** The only number of a constant. */
const numberOf = (operator: TfLiteOperator, operand: Operand | undefined): number =>
  operand && isConstant(operand) && operand.data.length === 1
    ? Number(operand.data[0])
    : refuse(operator, 'expected a constant number')

export const pictureBuilders: Readonly<Record<string, Builder>> = {
  TANH: (operator, [x]) => tanh(symbolic(operator, x)),
  LEAKY_RELU: (operator, [x]) => leakyRelu(symbolic(operator, x), operator.options.slope),
  RSQRT: (operator, [x]) => div(constant(floats([1])), sqrt(symbolic(operator, x))),
  SQUARED_DIFFERENCE: (operator, [a, b]) => {
    const difference = sub(...pair(operator, a, b))
    return mul(difference, difference)
  },
  MEAN: (operator, [x, axes]) => {
    const from = symbolic(operator, x)
    const chosen = [...given(operator, axes, 1, 'int32').data].map((axis) => Number(axis) + (Number(axis) < 0 ? 4 : 0))
    const known = chosen.every((axis) => axis > 0 && axis < 4)
    if (from.shape.length !== 4 || !known || !operator.options.keepAxes) refuse(operator, 'expected a mean of pixels')
    return mean(
      from,
      chosen.map((axis) => places[axis]).sort((a, b) => a - b),
    )
  },
  MIRROR_PAD: (operator, [x, borders]) => {
    const sizes = [...given(operator, borders, 2, 'int32').data].map(Number)
    const [before, after, top, bottom, left, right, ...others] = sizes
    const around: Border = [top, left, bottom, right]
    const plain = sizes.length === 8 && [before, after, ...others].every((size) => size === 0)
    if (!plain || operator.options.mode !== 0)
      refuse(operator, 'expected a border of pixels, mirrored at their centres')
    return pad(symbolic(operator, x), around, 'reflect')
  },
  QUANTIZE: (operator, [x]) => symbolic(operator, x),
  SHAPE: (operator, [x]) => {
    const { shape } = symbolic(operator, x)
    return { sizes: shape.length === 4 ? places.map((place) => shape[place]) : shape }
  },
  STRIDED_SLICE: (operator, [x, begin, end, step]) => {
    const [from, to, by] = [begin, end, step].map((operand) => numberOf(operator, operand))
    if (by !== 1) refuse(operator, `expected a step of one, found ${by}`)
    return { sizes: sizesOf(operator, x).slice(from, to) }
  },
  PACK: (operator, inputs) => ({
    sizes: inputs.flatMap((operand) => {
      const [size, ...others] = sizesOf(operator, operand)
      if (size === undefined || others.length > 0 || (isStatic(size) && size < 1))
        refuse(operator, 'expected single sizes')
      return [size]
    }),
  }),
}
