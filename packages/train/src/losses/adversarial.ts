/** The adversarial loss: the generator's loss for how the discriminator judges its result. */
import { grayOf } from './channels.ts'
import { generatorLoss } from './gan.ts'
import { type Loss, type ResultForm, resultForms } from './loss.ts'

export interface AdversarialOptions {
  readonly shown: ResultForm
  readonly target: number
}

export const adversarial: Loss<'adversarial', AdversarialOptions> = {
  name: 'adversarial',
  judged: true,
  parse: (term) => ({ shown: term.word('shown', resultForms), target: term.number('target', 0, 1) }),
  build: ({ shown, target }, { result, gan, judge }) =>
    generatorLoss(gan, judge(shown === 'result' ? result : grayOf(result)), target),
}
