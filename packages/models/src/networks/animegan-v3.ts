/**
 * AnimeGANv3: a U-Net with LADE normalisation and external attention at an eighth of the size. One base with two tails:
 * the main tail makes the picture, the support tail only teaches the base in training. Stride 2 pads above and left.
 * Layer names start with a letter for the size: a full, b half, c a quarter, d an eighth, e a quarter, f half, g full;
 * the support tail's names begin with `support.`. Attention has a learnt scale and shift in place of the original's
 * batch norm with its fixed averages; the importer folds those in.
 */
import { add, parameter, resize, type Tensor, tanh } from '@animegan/graph'
import { externalAttention } from '../attention.ts'
import { activate, type ConvLayer, lade, mirroredConv } from '../layers.ts'
import type { ParameterSource } from '../parameters.ts'
import type { Network, NetworkOptions } from './network.ts'

const layer = (
  source: ParameterSource,
  from: Tensor,
  name: string,
  channels: number,
  epsilon: number,
  options: ConvLayer = {},
): Tensor => activate(lade(source, mirroredConv(source, from, name, channels, options), name, epsilon))

interface Base {
  readonly a0: Tensor
  readonly b1: Tensor
  readonly c1: Tensor
  readonly d1: Tensor
}

const base = (source: ParameterSource, x: Tensor, epsilon: number): Base => {
  const down = (from: Tensor, letter: string, middle: number, channels: number): Tensor => {
    const half = layer(source, from, `${letter}0`, middle, epsilon, { stride: 2, side: 'before' })
    return layer(source, half, `${letter}1`, channels, epsilon)
  }
  const a0 = layer(source, x, 'a0', 32, epsilon, { kernel: 7 })
  const b1 = down(a0, 'b', 32, 64)
  const c1 = down(b1, 'c', 64, 128)
  return { a0, b1, c1, d1: down(c1, 'd', 128, 128) }
}

const tail = (source: ParameterSource, prefix: string, { a0, b1, c1, d1 }: Base, options: NetworkOptions): Tensor => {
  const { resize: mode, normEpsilon: epsilon } = options
  const up = (from: Tensor, skip: Tensor, letter: string, channels: number): Tensor => {
    const double = layer(source, resize(from, mode), `${prefix}${letter}0`, channels, epsilon)
    return layer(source, add(double, skip), `${prefix}${letter}1`, channels, epsilon)
  }
  const e1 = up(externalAttention(source, d1, `${prefix}attention`), c1, 'e', 128)
  const g1 = up(up(e1, b1, 'f', 64), a0, 'g', 32)
  return tanh(mirroredConv(source, g1, `${prefix}out`, 3, { kernel: 7 }))
}

export const animeganV3: Network = {
  name: 'animegan-v3',
  title: 'AnimeGANv3',
  description: 'The successor: a U-Net with adaptive normalisation and external attention.',
  multiple: 8,
  parameters: 1_027_520,
  defaults: { resize: 'asymmetric', normEpsilon: 1e-5 },
  build: (x, options = animeganV3.defaults, source = parameter) =>
    tail(source, '', base(source, x, options.normEpsilon), options),
}

/** Both tails over one base, as training needs them. 1,557,792 weights. */
export const animeganV3Tails = (
  x: Tensor,
  options: NetworkOptions = animeganV3.defaults,
  source: ParameterSource = parameter,
): { readonly main: Tensor; readonly support: Tensor } => {
  const shared = base(source, x, options.normEpsilon)
  return { main: tail(source, '', shared, options), support: tail(source, 'support.', shared, options) }
}
