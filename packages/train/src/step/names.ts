/** The names of a training step's inputs and outputs. The state's names are also those in checkpoints. */

/** Prefixes of the state's names. */
export const prefixes = {
  generator: 'generator.',
  discriminator: 'discriminator.',
  average: 'average.',
  running: 'running.',
  first: 'first.',
  second: 'second.',
} as const

/**
 * Numbers that a step may take besides pictures and state: the step sizes of both networks, and this step's share in
 * the average of the weights and in the running statistics.
 */
export type RateName = 'generator' | 'discriminator' | 'average' | 'running'

/** The name of the input. */
export const rateInput = (name: RateName): string => `rate.${name}`
