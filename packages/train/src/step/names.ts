/** The names of what a training step is fed and gives back. Those of the state are what checkpoints hold. */

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
 * Numbers that a step may be fed besides pictures and state: the step sizes of both networks, and the shares of this step in
 * the average of the weights and in the running statistics.
 */
export type RateName = 'generator' | 'discriminator' | 'average' | 'running'

/** The name of the input. */
export const rateInput = (name: RateName): string => `rate.${name}`
