/**
 * Quantisation: turns a network of convolutions and activations, with constant weights and frozen statistics, into one
 * that uses 8-bit levels throughout, from a picture's bytes to the result's, channels last. Weights have 7 bits:
 * products with levels, added in pairs, then fit into 16 bits, which processors without newer instructions need. The
 * tensors that `activationsOf` lists are measured beforehand, and `fitLevels` chooses what their levels stand for.
 */
import { AnimeganError } from '../error.ts'
import { type Convolution, convOp } from '../ops/conv.ts'
import { addOp, leakyReluOp, tanhOp } from '../ops/elementwise.ts'
import { padOp, padPixels } from '../ops/pad.ts'
import { alternate, foldPixels, unfoldPixels } from '../ops/pixels.ts'
import {
  type LevelScale,
  type Quantized,
  type QuantizedWeights,
  quantizedAdd,
  quantizedConv,
  quantizedLeakyRelu,
  quantizedSigmoid,
} from '../ops/quantized.ts'
import { resizeOp } from '../ops/scale.ts'
import { depthToSpaceOp, interleaveOp, slice, spaceToDepthOp } from '../ops/shape.ts'
import { constantOp } from '../ops/source.ts'
import { attributesOf, type Operation, type Tensor, topologicalOrder } from '../tensor.ts'
import { sizeOf, type Value } from '../value.ts'

/** A tensor with its own levels. */
export interface Activation {
  readonly tensor: Tensor
  /** The function applied to it next. */
  readonly response: (x: number) => number
}

/** Weights go from -63 to 63. */
const largestWeight = 63
/** The channels-last kernels compute this many channels at once. */
const channelBlock = 16
/** The picture's levels. Zero is at 127.5, so half a level is left over. */
const pictureScale: LevelScale = { scale: 1 / 127.5, zero: 128 }
const pictureOffset = 0.5 / 127.5
/** The result's levels are numbers from 0 to 1. */
const resultScale: LevelScale = { scale: 1 / 255, zero: 0 }

const is = (node: Tensor, op: unknown): boolean => node.op === (op as Operation)
const onlyMoves = (node: Tensor): boolean =>
  [padOp, interleaveOp, depthToSpaceOp, spaceToDepthOp].some((op) => is(node, op)) ||
  attributesOf(node, resizeOp)?.mode === 'nearest'

const computes: readonly unknown[] = [convOp, leakyReluOp, addOp, tanhOp]

const unsupported = (what: string): AnimeganError =>
  new AnimeganError('unsupported', `8 bits: expected a network of convolutions, sums and leaky ReLUs, found ${what}`)

interface Plan {
  readonly order: readonly Tensor[]
  readonly activations: readonly Activation[]
  /** For each computed tensor, the index of its levels among the activations. */
  readonly places: ReadonlyMap<Tensor, number>
}

/**
 * Which tensors of a graph share levels: a tensor that is only moved keeps its levels, and interleaved phases have the
 * same.
 */
const planOf = (output: Tensor): Plan => {
  const order = topologicalOrder([output])
  const users = new Map<Tensor, Tensor[]>()
  for (const node of order) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node])
  const settled = (node: Tensor): Tensor => {
    const [user, ...others] = users.get(node) ?? []
    return user && others.length === 0 && onlyMoves(user) ? settled(user) : node
  }
  const responseOf = (tensor: Tensor): Activation['response'] => {
    const [user, ...others] = users.get(tensor) ?? []
    if (!user || others.length > 0) return (x) => x
    if (is(user, tanhOp)) return Math.tanh
    const slope = attributesOf(user, leakyReluOp)?.slope
    return slope === undefined ? (x) => x : (x) => (x < 0 ? slope * x : x)
  }
  const activations: Activation[] = []
  const places = new Map<Tensor, number>()
  for (const node of order) {
    if (node.inputs.length > 0 && !onlyMoves(node) && !computes.some((op) => is(node, op)))
      throw unsupported(node.op.name)
    if (!computes.some((op) => is(node, op)) || is(node, tanhOp)) continue
    const tensor = settled(node)
    const known = activations.findIndex((activation) => activation.tensor === tensor)
    places.set(node, known < 0 ? activations.length : known)
    if (known < 0) activations.push({ tensor, response: responseOf(tensor) })
  }
  return { order, activations, places }
}

/**
 * The tensors whose values decide the levels, in the order that `quantize` expects. Throws AnimeganError `unsupported`
 * for operations without an 8-bit form.
 */
export const activationsOf = (output: Tensor): readonly Activation[] => planOf(output).activations

const constantOf = (tensor: Tensor | undefined): Float32Array | undefined => {
  const value = tensor && attributesOf(tensor, constantOp)?.value
  return value?.dtype === 'float32' ? (value.data as Float32Array) : undefined
}

/**
 * Rounds the taps of a kernel so that their sum is rounded too: those nearest to halfway go the other way. Neighbouring
 * pixels are much alike, so tap errors that do not cancel are visible.
 */
const roundTogether = (taps: Float32Array): Int8Array => {
  const rounded = new Int8Array(taps.length)
  let sum = 0
  let surplus = 0
  for (let i = 0; i < taps.length; i++) {
    rounded[i] = Math.round(taps[i])
    sum += taps[i]
    surplus -= rounded[i]
  }
  surplus += Math.round(sum)
  const way = Math.sign(surplus)
  const turned = new Uint8Array(surplus === 0 ? 0 : taps.length)
  for (; surplus !== 0; surplus -= way) {
    // The next one: farthest rounded the wrong way, the first of equals.
    let next = -1
    let most = Number.NEGATIVE_INFINITY
    for (let i = 0; i < taps.length; i++) {
      const error = way * (taps[i] - Math.round(taps[i]))
      if (turned[i] === 0 && error > most) [next, most] = [i, error]
    }
    turned[next] = 1
    rounded[next] = Math.max(-largestWeight, Math.min(largestWeight, rounded[next] + way))
  }
  return rounded
}

/** Weights and bias as whole numbers, with channels of zeros added up to a block. */
const quantizeWeights = (
  node: Tensor,
  x: LevelScale,
  offset: number,
): { weights: QuantizedWeights; bias: Int32Array } => {
  const [, kernel, shift] = node.inputs
  const weights = constantOf(kernel)
  const shifts = shift ? constantOf(shift) : new Float32Array(Number(node.shape[1]))
  if (!weights || !shifts) throw unsupported('weights that are not constant')
  const [out, ...each] = kernel.shape as readonly number[]
  const channels = attributesOf<Convolution>(node, convOp)?.groups === 1 ? Math.max(out, channelBlock) : out
  const size = sizeOf(each)
  const taps = each[1] * each[2]
  const scales = new Float32Array(channels).fill(1)
  const bias = new Int32Array(channels)
  const levels = new Int8Array(channels * size)
  for (let o = 0; o < out; o++) {
    const own = weights.subarray(o * size, (o + 1) * size)
    const largest = own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
    const start = shifts[o] + offset * own.reduce((total, weight) => total + weight, 0)
    // The bias is a 32-bit number in steps of the product of the two scales.
    scales[o] = Math.max(largest / largestWeight, Math.abs(start) / x.scale / 2 ** 30, 1e-20)
    bias[o] = Math.round(start / (x.scale * scales[o]))
    const steps = own.map((weight) => weight / scales[o])
    for (let i = 0; i < size; i += taps) levels.set(roundTogether(steps.subarray(i, i + taps)), o * size + i)
  }
  const value: Value<'int8'> = { dtype: 'int8', shape: [channels, ...each], data: levels }
  return { weights: { levels: value, scales }, bias }
}

/**
 * The network in 8 bits.
 *
 * @param output the network's result, from a tanh, NCHW
 * @param x the input that `output` is computed from, NCHW, -1 to 1
 * @param picture levels [n, h, w, 3], uint8, in place of `x`
 * @param scales the numbers that levels stand for, one for each of `activationsOf(output)`
 * @returns levels [n, h, w, 3], uint8
 * @throws AnimeganError `unsupported` for operations other than convolution, leaky ReLU, sum, tanh and those that move
 * elements
 */
export const quantize = (output: Tensor, x: Tensor, picture: Tensor, scales: readonly LevelScale[]): Tensor => {
  const { order, activations, places } = planOf(output)
  if (scales.length !== activations.length) {
    throw new AnimeganError(
      'bad-argument',
      `8 bits: expected the levels of ${activations.length} tensors, found ${scales.length}`,
    )
  }
  const found = new Map<Tensor, Quantized & { readonly offset: number }>([
    [x, { levels: picture, ...pictureScale, offset: pictureOffset }],
  ])
  for (const node of order) {
    if (found.has(node) || node.inputs.length === 0) continue
    const inputs = node.inputs.map((input) => found.get(input)).filter((input) => input !== undefined)
    const [from] = inputs
    if (!from) throw unsupported(`${node.op.name} without the picture`)
    const result = moved(node, inputs) ?? computed(node, inputs, scales[places.get(node) ?? 0])
    found.set(node, { offset: onlyMoves(node) ? from.offset : 0, ...result })
  }
  const result = found.get(output)
  if (result?.scale !== resultScale.scale) throw unsupported('no tanh at the end')
  return result.levels
}

/** The 8-bit form of a node that only moves numbers; undefined for others. */
const moved = (node: Tensor, inputs: readonly Quantized[]): Quantized | undefined => {
  const [from] = inputs
  if (inputs.some(({ scale, zero }) => scale !== from.scale || zero !== from.zero)) return undefined
  const padding = attributesOf(node, padOp)
  if (padding && padding.mode !== 'zero' && padding.before[1] + padding.after[1] === 0) {
    const [, , top, left] = padding.before
    const [, , bottom, right] = padding.after
    return { ...from, levels: padPixels(from.levels, [top, left, bottom, right], padding.mode) }
  }
  if (attributesOf(node, resizeOp)?.mode === 'nearest') {
    const wide = alternate(from.levels, from.levels, 2)
    return { ...from, levels: alternate(wide, wide, 1) }
  }
  if (is(node, interleaveOp)) {
    const [a, b, c, d] = inputs.map(({ levels }) => levels)
    return { ...from, levels: alternate(alternate(a, b, 2), alternate(c, d, 2), 1) }
  }
  if (attributesOf(node, spaceToDepthOp)?.block === 2) return { ...from, levels: foldPixels(from.levels) }
  if (attributesOf(node, depthToSpaceOp)?.block === 2) return { ...from, levels: unfoldPixels(from.levels) }
  return undefined
}

const computed = (
  node: Tensor,
  inputs: readonly (Quantized & { readonly offset: number })[],
  to: LevelScale,
): Quantized => {
  const [from, other] = inputs
  const convolution = attributesOf<Convolution>(node, convOp)
  if (convolution) {
    if (from.offset !== 0 && convolution.border.some((size) => size > 0)) throw unsupported('zeros around the picture')
    const { weights, bias } = quantizeWeights(node, from, from.offset)
    const result = quantizedConv(from, weights, bias, to, convolution)
    const channels = Number(node.shape[1])
    return channels === weights.scales.length ? result : { ...result, levels: slice(result.levels, 3, 0, channels) }
  }
  const slope = attributesOf(node, leakyReluOp)?.slope
  if (from.offset === 0) {
    if (slope !== undefined) return quantizedLeakyRelu(from, slope, to)
    if (is(node, addOp) && other) return quantizedAdd(from, other, to)
    // tanh(x) from -1 to 1 is 2 · sigmoid(2x) - 1.
    if (is(node, tanhOp)) return quantizedSigmoid({ ...from, scale: 2 * from.scale }, resultScale)
  }
  throw unsupported(node.op.name)
}
