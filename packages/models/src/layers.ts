/**
 * Building blocks that the networks share: convolutions with mirrored borders, normalisations and resizing. Every
 * normalisation depends on the picture only through `statistic` nodes, so a graph with given statistics is purely
 * local, which makes tiles seamless and video steady. Sizes may be symbolic.
 */
import {
  add,
  type Border,
  channelsOf,
  conv,
  div,
  leakyRelu,
  mean,
  mul,
  pad,
  reshape,
  sqrt,
  statistic,
  sub,
  type Tensor,
} from '@animegan/graph'
import type { ParameterSource } from './parameters.ts'

/** Slope of leaky ReLU below zero, in all networks of the family. */
export const slope = 0.2

export const activate = (x: Tensor): Tensor => leakyRelu(x, slope)

/** Where the one row and column of padding of a convolution with stride 2 goes: before the picture or after it. */
export type PaddingSide = 'before' | 'after'

export interface ConvLayer {
  /** Height and width of the kernel; default 3. */
  readonly kernel?: number
  /** 1 (the default) or 2. */
  readonly stride?: 1 | 2
  /** For stride 2; default `after`. */
  readonly side?: PaddingSide
  /** One kernel per channel; default false. */
  readonly depthwise?: boolean
  /** Default false. */
  readonly bias?: boolean
}

/** The border that keeps the size with stride 1, and halves it with stride 2. */
export const borderOf = ({ kernel = 3, stride = 1, side = 'after' }: ConvLayer): Border => {
  if (stride === 2) return side === 'before' ? [1, 1, 0, 0] : [0, 0, 1, 1]
  const around = (kernel - 1) / 2
  return [around, around, around, around]
}

/** A parameter with one value per channel, shaped for NCHW. */
export const perChannel = (source: ParameterSource, name: string, channels: number): Tensor =>
  reshape(source(name, [channels]), [1, channels, 1, 1])

/** Convolution to `channels` with `<name>.weight` (and `<name>.bias`), its border mirrored. */
export const mirroredConv = (
  source: ParameterSource,
  x: Tensor,
  name: string,
  channels: number,
  layer: ConvLayer = {},
): Tensor => {
  const { kernel = 3, stride = 1, depthwise = false } = layer
  const weight = source(`${name}.weight`, [channels, depthwise ? 1 : channelsOf(x), kernel, kernel])
  const bias = layer.bias ? source(`${name}.bias`, [channels]) : undefined
  return conv(pad(x, borderOf(layer), 'reflect'), weight, { stride, groups: depthwise ? channels : 1, bias })
}

/** Mean and variance over the axes, as the statistics `<name>.mean` and `<name>.variance`. */
const moments = (
  x: Tensor,
  name: string,
  axes: readonly number[],
): { readonly mean: Tensor; readonly variance: Tensor } => {
  const average = statistic(mean(x, axes), `${name}.mean`)
  const difference = sub(x, average)
  return { mean: average, variance: statistic(mean(mul(difference, difference), axes), `${name}.variance`) }
}

const pixels = [2, 3]

const normalise = (
  source: ParameterSource,
  x: Tensor,
  name: string,
  epsilon: number,
  axes: readonly number[],
): Tensor => {
  const channels = channelsOf(x)
  const { mean: average, variance } = moments(x, name, axes)
  const scale = div(perChannel(source, `${name}.scale`, channels), sqrt(add(variance, epsilon)))
  const shift = sub(perChannel(source, `${name}.shift`, channels), mul(average, scale))
  return add(mul(x, scale), shift)
}

/** A normalisation with parameters `<name>.scale` and `<name>.shift`, one value of each per channel. */
export type Norm = (source: ParameterSource, x: Tensor, name: string, epsilon: number) => Tensor

/** Over channels and pixels together, per picture. */
export const layerNorm: Norm = (source, x, name, epsilon) => normalise(source, x, name, epsilon, [1, ...pixels])

/** Over the pixels of each channel, per picture. */
export const instanceNorm: Norm = (source, x, name, epsilon) => normalise(source, x, name, epsilon, pixels)

/**
 * Linearly adaptive denormalisation: gives each channel of `x` the mean and deviation of the same channel of `target`,
 * a 1x1 convolution of `x`. Statistics `<name>.mean`, `.variance`, `.target.mean`, `.target.variance`.
 */
export const adapt = (x: Tensor, target: Tensor, name: string, epsilon: number): Tensor => {
  const own = moments(x, name, pixels)
  const wanted = moments(target, `${name}.target`, pixels)
  const scale = div(sqrt(add(wanted.variance, epsilon)), sqrt(add(own.variance, epsilon)))
  return add(mul(x, scale), sub(wanted.mean, mul(own.mean, scale)))
}

/** `adapt` with the 1x1 convolution `<name>.target.weight`. */
export const lade = (source: ParameterSource, x: Tensor, name: string, epsilon: number): Tensor =>
  adapt(x, mirroredConv(source, x, `${name}.target`, channelsOf(x), { kernel: 1 }), name, epsilon)

export interface InvertedResidual {
  readonly norm: Norm
  readonly epsilon: number
  /** Channels between the two 1x1 convolutions. */
  readonly middle: number
  /** Whether the depthwise convolution has a bias. */
  readonly depthwiseBias: boolean
}

/**
 * 1x1 `<name>.expand`, depthwise 3x3 `.depthwise`, 1x1 `.project`, each normalised; the input is added if the channel
 * counts are equal.
 */
export const invertedResidual = (
  source: ParameterSource,
  x: Tensor,
  name: string,
  channels: number,
  { norm, epsilon, middle, depthwiseBias }: InvertedResidual,
): Tensor => {
  const layer = (from: Tensor, part: string, to: number, options: ConvLayer): Tensor =>
    norm(source, mirroredConv(source, from, `${name}.${part}`, to, options), `${name}.${part}`, epsilon)
  const expanded = activate(layer(x, 'expand', middle, { kernel: 1 }))
  const filtered = activate(layer(expanded, 'depthwise', middle, { depthwise: true, bias: depthwiseBias }))
  const projected = layer(filtered, 'project', channels, { kernel: 1 })
  return channels === channelsOf(x) ? add(x, projected) : projected
}
