/** What a recipe may say of the weights before training. step/state.ts draws them. */
import type { Fields } from './fields.ts'

/**
 * How a network's kernels are drawn: `he`, a truncated normal with He's deviation, the last convolution at a tenth of it;
 * `xavier`, uniform as by Glorot and Bengio (2010); `normal`, truncated, with a deviation of 0.02.
 */
export type Drawing = (typeof drawings)[number]
const drawings = ['he', 'xavier', 'normal'] as const

export interface InitialWeights {
  readonly generator: Drawing
  readonly discriminator: Drawing
}

export const parseInitialWeights = (weights: Fields): InitialWeights => ({
  generator: weights.word('generator', drawings),
  discriminator: weights.word('discriminator', drawings),
})
