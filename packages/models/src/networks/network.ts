/**
 * The interface of a generator network: its properties, and a function from picture to picture over symbolic tensors.
 */
import type { ResizeMode, Tensor } from '@animegan/graph'
import type { ParameterSource } from '../parameters.ts'

/** Details of how a style's network was trained that affect the picture. */
export interface NetworkOptions {
  /** How the network doubles pictures inside. */
  readonly resize: ResizeMode
  /** Added to variances before their square root. */
  readonly normEpsilon: number
  /** `animegan-v1`: the same for its separable convolutions; default 1e-6. */
  readonly separableNormEpsilon?: number
  /** `animegan-v2`: whether the last convolution has a bias; default false. */
  readonly outputBias?: boolean
}

export interface Network {
  readonly name: string
  readonly title: string
  /** A one-line description. */
  readonly description: string
  /** Height and width must be multiples of it. */
  readonly multiple: number
  /** Number of weights. */
  readonly parameters: number
  readonly defaults: NetworkOptions
  /**
   * Maps a picture to a picture, both [n, 3, height, width], float32, -1 to 1. Weights are parameters by our names,
   * from `source` if given.
   */
  build(x: Tensor, options?: NetworkOptions, source?: ParameterSource): Tensor
}
