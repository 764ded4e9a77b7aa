/**
 * What a loss of the generator is: a name, the options that it reads from a recipe, and its graph. Each stands in a file of
 * its own and is listed in table.ts. Its weight, and which tail it teaches, are the term's and not the loss's.
 */
import type { Tensor } from '@animegan/graph'
import type { Fields } from '../recipe/fields.ts'
import type { GanKind } from './gan.ts'

/**
 * What a loss compares a picture with: the photo; the photo after the classical filter (the teacher's target); the photo
 * with its regions smoothed; or what the network makes, its regions smoothed, the support tail's where there is one.
 */
export type Reference = (typeof references)[number]
const references = ['photo', 'target', 'smoothed-photo', 'smoothed-result'] as const

/** What a loss can see of a step. Pictures are [n, 3, h, w], -1 to 1, RGB. */
export interface Scope {
  /** What the tail that is taught makes of the photos. */
  readonly result: Tensor
  readonly gan: GanKind
  /** The pictures to compare with. */
  reference(to: Reference): Tensor
  /** The style pictures. */
  style(): Tensor
  /** The perception network's features [n, c, h', w'] of pictures at a layer, such as conv4_4 or relu2_2. */
  perceive(picture: Tensor, layer: string): Tensor
  /** The logits that the discriminator, already improved in this step, gives pictures. */
  judge(picture: Tensor): Tensor
  /** The running mean over the steps, this one included, of a batch's statistics; `of` tells several of one term apart. */
  running(of: string, batch: Tensor): Tensor
}

/** A loss that recipes may name. */
export interface Loss<Name extends string = string, Options extends object = object> {
  readonly name: Name
  /** Whether it asks the discriminator, so that the phase must train one. */
  readonly judged?: boolean
  /** Reads its options. Throws an `AnimeganError` (`bad-argument`) of one line that names the field. */
  parse(term: Fields): Options
  /** One number, not weighted, as part of a step's graph. */
  build(options: Options, scope: Scope): Tensor
}

/** Reads the option `to`, which means the same in every loss. */
export const parseReference = (term: Fields): Reference => term.word('to', references)

/** Reads the option `layer`, which means the same in every loss: a layer of VGG-19. */
export const parseLayer = (term: Fields): string => {
  const name = term.text('layer')
  return /^(?:conv|relu)(?:[12]_[12]|[34]_[1-4]|5_[1-4])$/.test(name)
    ? name
    : term.fail('layer', 'a name such as conv4_4', name)
}

/** The result as it is, or its luma. */
export type ResultForm = (typeof resultForms)[number]
export const resultForms = ['result', 'result-gray'] as const
