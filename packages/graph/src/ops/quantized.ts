/**
 * Operations on 8-bit pictures with their channels last, [n, h, w, c]: levels 0 to 255 that stand for the numbers
 * `scale * (level - zero)`. Convolution, leaky ReLU, sum and sigmoid, each from levels to levels; operations that only
 * move levels work on them unchanged. ONNX Runtime has kernels for them (com.microsoft), so a network runs in 8 bits
 * from end to end. Inputs are ordered as in ONNX: each tensor is followed by its scale and zero, as constants. Weights
 * are whole numbers around 0, with a scale per output channel.
 */
import { addToDim, type Dim, floorDivideDim, isStatic, shapesEqual, staticShape } from '../dim.ts'
import { apply, type OnnxNode, type Operation, picturesOnly, type Signature, type Tensor } from '../tensor.ts'
import { floats, sizeOf, type Value } from '../value.ts'
import type { Convolution } from './conv.ts'
import { roundHalfEven } from './elementwise.ts'
import { checkBorder } from './pad.ts'
import { constant } from './source.ts'

/** The number that a level stands for: `scale * (level - zero)`. */
export interface LevelScale {
  readonly scale: number
  /** A whole number from 0 to 255. */
  readonly zero: number
}

/** A tensor of levels and the numbers they stand for. */
export interface Quantized extends LevelScale {
  readonly levels: Tensor
}

/**
 * Weights [out, in / groups, kh, kw] as whole numbers, which stand for themselves times the scale of their output
 * channel.
 */
export interface QuantizedWeights {
  readonly levels: Value<'int8'>
  readonly scales: Float32Array
}

/** The level for a number in steps from zero. */
const toLevel = (steps: number, zero: number): number => Math.min(255, Math.max(0, roundHalfEven(steps) + zero))

const numberOf = ({ data }: Value): number => Number(data[0])

const levelsOnly = (inputs: readonly Signature[]): void => {
  for (const input of inputs) {
    if (input.dtype !== 'uint8') throw new Error(`expects uint8, got ${input.dtype}`)
    picturesOnly(input)
  }
}

const microsoft = (type: string, attributes: OnnxNode['attributes'] = {}): OnnxNode => ({
  type,
  domain: 'com.microsoft',
  attributes,
})

/** Inputs: x, its scale and zero; weights, their scales and zeros; the result's scale and zero; bias. */
export const quantizedConvOp: Operation<Convolution> = {
  name: 'quantizedConv',
  infer: ([x, , , w, , , , , bias], { stride, border, groups }) => {
    levelsOnly([x])
    checkBorder(border)
    const [n, h, width, c] = x.shape
    const [out, cin, kh, kw] = staticShape(w.shape, 'weights')
    if (w.dtype !== 'int8' || bias.dtype !== 'int32') throw new Error('expects int8 weights and an int32 bias')
    if (c !== cin * groups || out % groups !== 0) throw new Error(`weights expect ${cin * groups} channels`)
    if (bias.shape[0] !== out) throw new Error(`bias must have ${out} numbers`)
    const size = (dim: Dim, padding: number, kernel: number): Dim => {
      const result = addToDim(floorDivideDim(addToDim(dim, padding - kernel), stride), 1)
      if (isStatic(result) && result < 1) throw new Error('the picture is smaller than the kernel')
      return result
    }
    const [top, left, bottom, right] = border
    return { dtype: 'uint8', shape: [n, size(h, top + bottom, kh), size(width, left + right, kw), out] }
  },
  evaluate: ([x, xScale, xZero, w, wScales, , yScale, yZero, bias], { stride, border: [top, left], groups }, shape) => {
    const [n, rows, columns, out] = shape
    const [, height, width, channels] = x.shape
    const [, cin, kh, kw] = w.shape
    const [from, weights] = [x.data as Uint8Array, w.data as Int8Array]
    const [zero, resultZero] = [numberOf(xZero), numberOf(yZero)]
    const steps = (wScales.data as Float32Array).map(
      (scale) => Math.fround(numberOf(xScale) * scale) / numberOf(yScale),
    )
    const data = new Uint8Array(sizeOf(shape))
    let at = 0
    for (let image = 0; image < n; image++) {
      for (let y = 0; y < rows; y++) {
        for (let x0 = 0; x0 < columns; x0++) {
          for (let o = 0; o < out; o++) {
            const first = Math.floor(o / (out / groups)) * cin
            let total = Number(bias.data[o])
            for (let ky = 0; ky < kh; ky++) {
              const sy = y * stride + ky - top
              if (sy < 0 || sy >= height) continue
              for (let kx = 0; kx < kw; kx++) {
                const sx = x0 * stride + kx - left
                if (sx < 0 || sx >= width) continue
                const pixel = ((image * height + sy) * width + sx) * channels + first
                for (let i = 0; i < cin; i++) {
                  total += (from[pixel + i] - zero) * weights[((o * cin + i) * kh + ky) * kw + kx]
                }
              }
            }
            data[at++] = toLevel(Math.fround(Math.fround(total) * steps[o]), resultZero)
          }
        }
      }
    }
    return { dtype: 'uint8', shape, data }
  },
  onnx: (node, { stride, border, groups }) =>
    microsoft('QLinearConv', {
      channels_last: 1,
      kernel_shape: staticShape(node.inputs[3].shape, 'weights').slice(2),
      strides: [stride, stride],
      pads: border,
      group: groups,
    }),
}

/** A function of each level. Inputs: x, its scale and zero; the result's scale and zero. */
const unary = <A extends object>(
  name: string,
  f: (x: number, attributes: A) => number,
  onnx: (attributes: A) => OnnxNode,
): Operation<A> => ({
  name,
  infer: ([x]) => {
    levelsOnly([x])
    return { dtype: 'uint8', shape: x.shape }
  },
  evaluate: ([x, scale, zero, resultScale, resultZero], attributes, shape) => {
    const table = Array.from({ length: 256 }, (_, level) => {
      const number = Math.fround(numberOf(scale) * (level - numberOf(zero)))
      return toLevel(Math.fround(Math.fround(f(number, attributes)) / numberOf(resultScale)), numberOf(resultZero))
    })
    return { dtype: 'uint8', shape, data: (x.data as Uint8Array).map((level) => table[level]) }
  },
  onnx: (_node, attributes) => onnx(attributes),
})

export const quantizedLeakyReluOp = unary<{ readonly slope: number }>(
  'quantizedLeakyRelu',
  (x, { slope }) => (x < 0 ? slope * x : x),
  ({ slope }) => microsoft('QLinearLeakyRelu', { alpha: { float: slope } }),
)

export const quantizedSigmoidOp = unary<object>(
  'quantizedSigmoid',
  (x) => 1 / (1 + Math.exp(-x)),
  () => microsoft('QLinearSigmoid'),
)

/** Inputs: a, its scale and zero; b, its scale and zero; the result's scale and zero. */
export const quantizedAddOp: Operation<object> = {
  name: 'quantizedAdd',
  infer: ([a, , , b]) => {
    levelsOnly([a, b])
    if (!shapesEqual(a.shape, b.shape)) throw new Error('expects two pictures of one shape')
    return { dtype: 'uint8', shape: a.shape }
  },
  evaluate: ([a, aScale, aZero, b, bScale, bZero, scale, zero], _attributes, shape) => {
    const real = (levels: Value, i: number, s: Value, z: Value) => numberOf(s) * (Number(levels.data[i]) - numberOf(z))
    const data = (a.data as Uint8Array).map((_, i) =>
      toLevel((real(a, i, aScale, aZero) + real(b, i, bScale, bZero)) / numberOf(scale), numberOf(zero)),
    )
    return { dtype: 'uint8', shape, data }
  },
  onnx: () => microsoft('QLinearAdd'),
}

const scaleOf = ({ scale, zero }: LevelScale): Tensor[] => {
  if (!(scale > 0) || !Number.isInteger(zero) || zero < 0 || zero > 255) {
    throw new Error(`levels cannot stand for ${scale} * (level - ${zero})`)
  }
  return [constant(scale), constant({ dtype: 'uint8', shape: [], data: Uint8Array.of(zero) })]
}

const operand = (x: Quantized): Tensor[] => [x.levels, ...scaleOf(x)]

/** Convolution; zero padding. `bias` is in steps of the input's scale times the weights'. */
export const quantizedConv = (
  x: Quantized,
  { levels, scales }: QuantizedWeights,
  bias: Int32Array,
  to: LevelScale,
  attributes: Convolution,
): Quantized => {
  const zeros = constant({ dtype: 'int8', shape: [scales.length], data: new Int8Array(scales.length) })
  const weights = [constant(levels), constant(floats(scales)), zeros]
  const offset = constant({ dtype: 'int32', shape: [bias.length], data: bias })
  return { ...to, levels: apply(quantizedConvOp, attributes, [...operand(x), ...weights, ...scaleOf(to), offset]) }
}

/** `x` where positive, `slope * x` elsewhere. */
export const quantizedLeakyRelu = (x: Quantized, slope: number, to: LevelScale): Quantized => ({
  ...to,
  levels: apply(quantizedLeakyReluOp, { slope }, [...operand(x), ...scaleOf(to)]),
})

/** `1 / (1 + exp(-x))`. */
export const quantizedSigmoid = (x: Quantized, to: LevelScale): Quantized => ({
  ...to,
  levels: apply(quantizedSigmoidOp, {}, [...operand(x), ...scaleOf(to)]),
})

export const quantizedAdd = (a: Quantized, b: Quantized, to: LevelScale): Quantized => ({
  ...to,
  levels: apply(quantizedAddOp, {}, [...operand(a), ...operand(b), ...scaleOf(to)]),
})
