/**
 * The interface of a generator loss: a name, the options that it reads from a recipe, and its graph. Each loss has its
 * own file and is listed in table.ts. Its weight, and the tail it trains, belong to the term, not to the loss.
 */
import type { Tensor } from '@animegan/graph'
import type { Fields } from '../recipe/fields.ts'
import type { GanKind } from './gan.ts'

/**
 * What a loss compares a picture with: the photo; the photo after the classical filter (the teacher's target); what the
 * style that training began with makes of it; the photo's superpixels; or the network's own result (the support tail's if
 * there is one) as superpixels or revised.
 */
export type Reference = (typeof references)[number]
const references = ['photo', 'target', 'start', 'photo-regions', 'result-regions', 'revised-result'] as const

/** The inputs of a loss in a step. Pictures are [n, 3, h, w], -1 to 1, RGB. */
export interface Scope {
  /** The result of the trained tail for the photos. */
  readonly result: Tensor
  readonly gan: GanKind
  /** The pictures to compare with. */
  reference(to: Reference): Tensor
  /** The style pictures. */
  style(): Tensor
  /** The perception network's features [n, c, h', w'] of pictures at a layer, such as conv4_4 or relu2_2. */
  perceive(picture: Tensor, layer: string): Tensor
  /** The logits of the tail's discriminator, already updated in this step if its turn is first, for pictures. */
  judge(picture: Tensor): Tensor
  /**
   * The running mean over the steps, this one included, of a batch's statistics; `of` distinguishes several within one
   * term.
   */
  running(of: string, batch: Tensor): Tensor
}

/** A loss that recipes may name. */
export interface Loss<Name extends string = string, Options extends object = object> {
  readonly name: Name
  /** Whether it uses the discriminator, so that the phase must train one. */
  readonly judged?: boolean
  /** Reads its options. Throws an `AnimeganError` (`bad-argument`) of one line that names the field. */
  parse(term: Fields): Options
  /** The unweighted loss, one number, as part of a step's graph. */
  build(options: Options, scope: Scope): Tensor
}

/** Reads the option `to`, which has the same meaning in every loss. */
export const parseReference = (term: Fields): Reference => term.word('to', references)

/** Reads the option `layer`, which has the same meaning in every loss: a layer of VGG-19. */
export const parseLayer = (term: Fields): string => {
  const name = term.text('layer')
  return /^(?:conv|relu)(?:[12]_[12]|[34]_[1-4]|5_[1-4])$/.test(name)
    ? name
    : term.fail('layer', 'a name such as conv4_4', name)
}

/** The result in colour, or its luma. */
export type ResultForm = (typeof resultForms)[number]
export const resultForms = ['result', 'result-gray'] as const
