/** The discriminator interface, and the normalised convolution that all discriminators use. */
import { type Border, channelsOf, conv, type PadMode, pad, type Tensor } from '@animegan/graph'
import type { ParameterSource } from '../parameters.ts'
import { spectralNorm } from './spectral-norm.ts'

/** Vectors of the power iterations by name (`<layer>.u`), each [1, out]. */
export type SpectralState = ReadonlyMap<string, Tensor>

export interface DiscriminatorOptions {
  readonly normEpsilon?: number
  /** From the previous application; default: parameters by their names, which training feeds and keeps. */
  readonly state?: SpectralState
}

/** One application: hand `state` on to the next, and keep the last one for the next step. */
export interface Judgement {
  /** One logit per patch, [n, 1, height / stride, width / stride]. */
  readonly logits: Tensor
  readonly state: SpectralState
}

export interface Discriminator {
  readonly name: string
  readonly title: string
  /** Pixels per logit, in each direction. */
  readonly stride: number
  /** Number of weights, not counting the power-iteration vectors. */
  readonly parameters: number
  /**
   * Judges pictures [n, 3, height, width], -1 to 1. To apply it more than once in a graph, pass `sharedParameters()`.
   */
  build(x: Tensor, options?: DiscriminatorOptions, source?: ParameterSource): Judgement
}

export interface NormalisedConv {
  readonly kernel?: number
  readonly stride?: 1 | 2
  readonly padding: PadMode
  /** Default false. */
  readonly bias?: boolean
}

/** Makes convolutions with spectral norm and collects their states. Stride 2 pads above and left. */
export const normalisedConvs = (source: ParameterSource, state?: SpectralState) => {
  const next = new Map<string, Tensor>()
  const layer = (x: Tensor, name: string, channels: number, options: NormalisedConv): Tensor => {
    const { kernel = 3, stride = 1, padding } = options
    const around = (kernel - 1) / 2
    const border: Border = stride === 2 ? [1, 1, 0, 0] : [around, around, around, around]
    const u = state?.get(`${name}.u`) ?? source(`${name}.u`, [1, channels])
    const normalised = spectralNorm(source(`${name}.weight`, [channels, channelsOf(x), kernel, kernel]), u)
    next.set(`${name}.u`, normalised.u)
    const bias = options.bias ? source(`${name}.bias`, [channels]) : undefined
    if (padding === 'zero') return conv(x, normalised.weight, { stride, border, bias })
    return conv(pad(x, border, padding), normalised.weight, { stride, bias })
  }
  return { layer, next }
}
