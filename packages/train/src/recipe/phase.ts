/**
 * The phases of a recipe: stretches of training with one objective, a list of weighted terms for each of the two
 * networks. losses/ has the generator's losses.
 */
import { type GeneratorTerm, lossNamed, lossNames, type Tail, tails } from '../losses/table.ts'
import { type Fields, fieldsOf } from './fields.ts'

/**
 * Pictures that a discriminator can see. `smooth` is style with smoothed edges, `target` the teacher's drawing,
 * `revised-result` the generator's own result after classical filters; `gray` is the picture's luma.
 */
export type Shown = (typeof shownPictures)[number]
const shownPictures = [
  'style',
  'result',
  'smooth',
  'revised-result',
  'style-gray',
  'result-gray',
  'smooth-gray',
  'target-gray',
] as const

/**
 * One term of the discriminator's loss: the target of its logits for a kind of picture. Each tail has a discriminator of
 * its own.
 */
export interface DiscriminatorTerm {
  /** The tail whose discriminator it is, and whose results are shown; default: main. */
  readonly tail?: Tail
  readonly shown: Shown
  readonly target: number
  readonly weight: number
}

/** How a phase trains the discriminator. */
export interface DiscriminatorTraining {
  /** Adam's step size. */
  readonly learningRate: number
  /**
   * Its turn in a step. If `first` (the default), the generator is judged by the improved discriminator; if `second`,
   * the discriminator is shown results of the improved generator.
   */
  readonly turn?: Turn
  readonly losses: readonly DiscriminatorTerm[]
}

export type Turn = (typeof turns)[number]
const turns = ['first', 'second'] as const

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
  const judged = generator.filter(({ loss }) => lossNamed(loss).judged)
  if (judged.length > 0 && !discriminator) phase.fail('discriminator', `one, as a loss is ${judged[0].loss}`, undefined)
  for (const { tail = 'main' } of judged) {
    if (discriminator?.losses.some((term) => (term.tail ?? 'main') === tail)) continue
    phase.inside('discriminator').fail('losses', `one of the ${tail} tail, as a loss has it judged`, undefined)
  }
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
    tail: parseTail(term),
    ...loss.parse(term),
  } as GeneratorTerm
}

const parseTail = (term: Fields): Tail | undefined => (term.has('tail') ? term.word('tail', tails) : undefined)

const parseDiscriminator = (discriminator: Fields, where: string): DiscriminatorTraining => ({
  learningRate: discriminator.number('learningRate', 0, 1),
  turn: discriminator.has('turn') ? discriminator.word('turn', turns) : undefined,
  losses: discriminator.list('losses').map((json, i) => {
    const term = fieldsOf(json, `${where}.discriminator.losses[${i}]`)
    return {
      tail: parseTail(term),
      shown: term.word('shown', shownPictures),
      target: term.number('target', 0, 1),
      weight: term.number('weight', 0, mostWeight),
    }
  }),
})
