/**
 * Converts TensorFlow Lite models to our graph: a model becomes a function of a picture of any size that its strides
 * divide. Pictures are NHWC there and NCHW here. Only the operators used by the networks for faces and people, and by AnimeGANv2; any
 * other is refused by name. Those of pictures to pictures are in tflite-pictures.ts, MediaPipe's own in
 * tflite-custom.ts. Everything is computed in floats, also where the file says 8 bits.
 */
import {
  AnimeganError,
  add,
  type Border,
  concat,
  constant,
  conv,
  dimsEqual,
  hardSwish,
  isStatic,
  maxPool,
  mean,
  mul,
  padChannels,
  prelu,
  relu,
  reshape,
  resize,
  scaleDim,
  sigmoid,
  sub,
  type Tensor,
  transpose,
  type Value,
} from '@animegan/graph'
import { badWeights } from '../formats/bad-weights.ts'
import { float16ToFloat32 } from '../formats/tensors.ts'
import type { TfLiteModel, TfLiteOperator } from '../formats/tflite.ts'
import { customBuilders } from './tflite-custom.ts'
import { type Builder, FORMAT, given, isConstant, isSizes, type Operand, refuse, symbolic } from './tflite-operand.ts'
import { multipliedSizes, pair, pictureBuilders } from './tflite-pictures.ts'

const SAME = 0

/**
 * The named tensors as functions of `x` [n, channels, height, width]; what they do not need is not read. Pictures come
 * out as NCHW, reshaped tensors as in the file. Throws an `AnimeganError` (`bad-weights`) that names the first unknown
 * operator.
 */
export const tfLiteGraph = (model: TfLiteModel, x: Tensor, names: readonly string[]): Tensor[] => {
  const makers = new Map<number, TfLiteOperator>()
  for (const operator of model.operators) for (const output of operator.outputs) makers.set(output, operator)
  const done = new Map<number, Operand>(model.inputs.slice(0, 1).map((index) => [index, x]))
  const indices = names.map((name) => {
    const index = model.tensors.findIndex((tensor) => tensor.name === name)
    if (index < 0) throw badWeights(FORMAT, `expected a tensor named ${name}, found none`)
    return index
  })
  const steps = needed(model, makers, indices)
  for (const step of steps) if (!Object.hasOwn(builders, step.type)) refuse(step, 'not among the operators known here')
  // Files list operators in the order in which they run, so one pass over the needed ones builds everything.
  for (const operator of steps) {
    const inputs = operator.inputs.map((index) => done.get(index) ?? model.tensors[index]?.value)
    const [result] = operator.outputs
    if (inputs.includes(undefined) || result === undefined)
      refuse(operator, 'expected inputs made before it, found none')
    const { shape } = model.tensors[result]
    done.set(result, built(operator, inputs as Operand[], shape))
  }
  return indices.map((index, i) => {
    const made = done.get(index)
    if (!made || isConstant(made) || isSizes(made))
      throw badWeights(FORMAT, `expected ${names[i]} to be computed from the input`)
    return made
  })
}

/** An operator's result. When the graph rejects its inputs, the operator is refused by name. */
const built: Builder = (operator, inputs, shape) => {
  try {
    return builders[operator.type](operator, inputs, shape)
  } catch (error) {
    if (error instanceof AnimeganError) throw error
    return refuse(operator, (error as Error).message)
  }
}

/** The operators that compute the tensors, in the file's order. */
const needed = (
  model: TfLiteModel,
  makers: ReadonlyMap<number, TfLiteOperator>,
  indices: readonly number[],
): TfLiteOperator[] => {
  const wanted = new Set<TfLiteOperator>()
  const open = [...indices]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const maker = makers.get(index)
    if (!maker || wanted.has(maker)) continue
    wanted.add(maker)
    open.push(...maker.inputs)
  }
  return model.operators.filter((operator) => wanted.has(operator))
}

/** The activation fused onto the end of an operator. */
const activated = (operator: TfLiteOperator, x: Tensor): Tensor => {
  const { activation } = operator.options
  if (activation === 0) return x
  return activation === 1 ? relu(x) : refuse(operator, `expected no activation or RELU, found number ${activation}`)
}

const strideOf = (operator: TfLiteOperator): number => {
  const { strideWidth, strideHeight, dilationWidth = 1, dilationHeight = 1 } = operator.options
  const plain = strideWidth === strideHeight && strideWidth >= 1 && dilationWidth === 1 && dilationHeight === 1
  return plain ? strideWidth : refuse(operator, 'expected one stride and no dilation')
}

/** The border of TensorFlow's SAME padding when the stride divides the size; an odd pixel goes below and right. */
const borderOf = (operator: TfLiteOperator, kernel: readonly number[], stride: number): Border => {
  if (operator.options.padding !== SAME) return [0, 0, 0, 0]
  const [height, width] = kernel.map((size) => Math.max(0, size - stride)) as [number, number]
  return [height >> 1, width >> 1, height - (height >> 1), width - (width >> 1)]
}

/** A constant with its axes reordered. */
const reordered = ({ shape, data }: Value, order: readonly number[]): Value<'float32'> => {
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const result = {
    dtype: 'float32',
    shape: order.map((axis) => shape[axis]),
    data: new Float32Array(data.length),
  } as const
  const [a, b, c, d] = result.shape as [number, number, number, number]
  const [sa, sb, sc, sd] = order.map((axis) => steps[axis]) as [number, number, number, number]
  let at = 0
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++)
        for (let l = 0; l < d; l++) result.data[at++] = (data as Float32Array)[i * sa + j * sb + k * sc + l * sd]
  return result
}

/** A convolution; `order` brings the file's weights to [out, in / groups, height, width]. */
const convolution =
  (order: readonly number[], depthwise: boolean): Builder =>
  (operator, [from, weights, bias]) => {
    const x = symbolic(operator, from)
    const kernel = reordered(given(operator, weights, 4, 'float32'), order)
    const stride = strideOf(operator)
    const made = conv(x, constant(kernel), {
      bias: constant(given(operator, bias, 1, 'float32')),
      stride,
      border: borderOf(operator, kernel.shape.slice(2), stride),
      groups: depthwise ? kernel.shape[0] : 1,
    })
    return activated(operator, made)
  }

const toNhwc = (x: Tensor): Tensor => (x.shape.length === 4 ? transpose(x, [0, 2, 3, 1]) : x)

const builders: Readonly<Record<string, Builder>> = {
  ADD: (operator, [a, b]) => activated(operator, add(...pair(operator, a, b))),
  SUB: (operator, [a, b]) => activated(operator, sub(...pair(operator, a, b))),
  MUL: (operator, [a, b]) => multipliedSizes(operator, a, b) ?? activated(operator, mul(...pair(operator, a, b))),
  RELU: (operator, [x]) => relu(symbolic(operator, x)),
  PRELU: (operator, [x, slopes]) => {
    const { shape, data } = given(operator, slopes, 3, 'float32')
    const [rows, columns, channels] = shape as [number, number, number]
    if (rows !== 1 || columns !== 1) refuse(operator, 'expected a slope for each channel')
    return prelu(symbolic(operator, x), constant({ dtype: 'float32', shape: [channels, 1, 1], data }))
  },
  HARD_SWISH: (operator, [x]) => hardSwish(symbolic(operator, x)),
  LOGISTIC: (operator, [x]) => sigmoid(symbolic(operator, x)),
  CONV_2D: convolution([0, 3, 1, 2], false),
  DEPTHWISE_CONV_2D: convolution([3, 0, 1, 2], true),
  DEQUANTIZE: (operator, [x]) => {
    if (x && !isConstant(x)) return x
    if (x?.dtype !== 'float16') return refuse(operator, 'expected a constant of 16-bit floats')
    return { dtype: 'float32', shape: x.shape, data: float16ToFloat32(x.data as Uint16Array) }
  },
  MAX_POOL_2D: (operator, [x]) => {
    const { filterWidth, filterHeight } = operator.options
    const stride = strideOf(operator)
    if (filterWidth !== stride || filterHeight !== stride) refuse(operator, 'expected blocks that do not overlap')
    return activated(operator, maxPool(symbolic(operator, x), stride))
  },
  AVERAGE_POOL_2D: (operator, [x]) => {
    const from = symbolic(operator, x)
    const { filterWidth, filterHeight } = operator.options
    if (from.shape[2] !== filterHeight || from.shape[3] !== filterWidth) refuse(operator, 'expected the whole picture')
    return activated(operator, mean(from, [2, 3]))
  },
  PAD: (operator, [x, borders]) => {
    const sizes = [...given(operator, borders, 2, 'int32').data].map(Number)
    const after = sizes[7] ?? -1
    const others = sizes.toSpliced(7, 1).some((size) => size !== 0)
    if (sizes.length !== 8 || after < 0 || others) refuse(operator, 'expected more channels after the others only')
    return padChannels(symbolic(operator, x), after)
  },
  RESIZE_BILINEAR: (operator, [x, size], shape) => {
    const from = symbolic(operator, x)
    const { alignCorners, halfPixelCentres } = operator.options
    const doubled = from.shape.slice(2).every((dim, i) => {
      if (size && isSizes(size)) return dimsEqual(scaleDim(dim, 2), size.sizes[i])
      return !isStatic(dim) || dim * 2 === shape[i + 1]
    })
    if (!doubled) refuse(operator, 'expected a doubling')
    return resize(from, alignCorners ? 'align_corners' : halfPixelCentres ? 'half_pixel' : 'asymmetric')
  },
  RESHAPE: (operator, [x], shape) => reshape(toNhwc(symbolic(operator, x)), shape),
  CONCATENATION: (operator, inputs) => {
    const parts = inputs.map((part) => symbolic(operator, part))
    if (operator.options.activation || parts[0].shape.length !== 3) refuse(operator, 'expected lists, side by side')
    return concat(parts, operator.options.axis)
  },
  ...pictureBuilders,
  ...customBuilders,
}
