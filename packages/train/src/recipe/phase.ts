/**
 * The phases of a recipe: stretches of training with one objective, a list of weighted terms for each of the two
 * networks. losses/ has the generator's losses.
 */
import { type GeneratorTerm, lossNamed, lossNames } from '../losses/table.ts'
import { type Fields, fieldsOf } from './fields.ts'

/**
 * Pictures that a discriminator can see. `smooth` is style with smoothed edges, `target` the teacher's drawing; `gray`
 * is the picture's luma.
 */
export type Shown = (typeof shownPictures)[number]
const shownPictures = ['style', 'result', 'style-gray', 'result-gray', 'smooth-gray', 'target-gray'] as const

/** One term of the discriminator's loss: the target of its logits for a kind of picture. */
export interface DiscriminatorTerm {
  readonly shown: Shown
  readonly target: number
  readonly weight: number
}

/** How a phase trains the discriminator. */
export interface DiscriminatorTraining {
  /** Adam's step size. */
  readonly learningRate: number
  readonly losses: readonly DiscriminatorTerm[]
}

/** A stretch of training with one objective. */
export interface Phase {
  readonly name: string
  /** Its length in steps unless the run overrides it: see `phaseLengths`. */
  readonly steps: number
  /** Adam's step size. */
  readonly learningRate: number
  readonly generator: readonly GeneratorTerm[]
  /** Absent: no discriminator is trained, and no loss may use one. */
  readonly discriminator?: DiscriminatorTraining
}

const mostWeight = 1e6

/** Reads a phase. Throws an `AnimeganError` (`bad-argument`) of one line that names the field. */
export const parsePhase = (json: unknown, where: string): Phase => {
  const phase = fieldsOf(json, where)
  const generator = phase.list('generator').map((term, i) => parseGeneratorTerm(term, `${where}.generator[${i}]`))
  const discriminator = phase.has('discriminator')
    ? parseDiscriminator(phase.inside('discriminator'), where)
    : undefined
  const judged = generator.find(({ loss }) => lossNamed(loss).judged)
  if (judged && !discriminator) phase.fail('discriminator', `one, as a loss is ${judged.loss}`, undefined)
  return {
    name: phase.text('name'),
    steps: phase.number('steps', 0, 1e8),
    learningRate: phase.number('learningRate', 0, 1),
    generator,
    discriminator,
  }
}

const parseGeneratorTerm = (json: unknown, where: string): GeneratorTerm => {
  const term = fieldsOf(json, where)
  const loss = lossNamed(term.word('loss', lossNames))
  return {
    loss: loss.name,
    weight: term.number('weight', 0, mostWeight),
    tail: term.has('tail') ? term.word('tail', ['main', 'support']) : undefined,
    ...loss.parse(term),
  } as GeneratorTerm
}

const parseDiscriminator = (discriminator: Fields, where: string): DiscriminatorTraining => ({
  learningRate: discriminator.number('learningRate', 0, 1),
  losses: discriminator.list('losses').map((json, i) => {
    const term = fieldsOf(json, `${where}.discriminator.losses[${i}]`)
    return {
      shown: term.word('shown', shownPictures),
      target: term.number('target', 0, 1),
      weight: term.number('weight', 0, mostWeight),
    }
  }),
})
