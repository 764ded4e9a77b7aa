/**
 * The style loss: the distance of Gram matrices of a perception network's features (Gatys et al. 2016, with AnimeGAN's
 * L1) between the result and the gray of the style pictures.
 */
import { abs, div, matMul, mean, meanAll, reshape, sub, type Tensor } from '@animegan/graph'
import { grayOf } from './channels.ts'
import { type Loss, parseLayer, type ResultForm, resultForms } from './loss.ts'

/** Gram matrices [n, c, c] of feature maps [n, c, h, w], divided by c * h * w. AnimeGANv2's gram. */
const gram = (features: Tensor): Tensor => {
  const [n, c, h, w] = features.shape as readonly [number, number, number, number]
  const flat = reshape(features, [n, c, h * w])
  return div(matMul(flat, flat, { transposeB: true }), c * h * w)
}

/** Features minus their mean over the pixels, per channel: AnimeGANv3's "decentralisation" before its Gram matrices. */
export const centred = (features: Tensor): Tensor => sub(features, mean(features, [2, 3]))

/** Mean absolute difference of two pictures' Gram matrices. AnimeGANv2's style_loss. */
export const styleLoss = (features: Tensor, wanted: Tensor): Tensor => meanAll(abs(sub(gram(features), gram(wanted))))

export interface StyleOptions {
  readonly layer: string
  readonly of: ResultForm
  /** Whether to subtract the features' mean first. */
  readonly centred: boolean
}

export const style: Loss<'style', StyleOptions> = {
  name: 'style',
  parse: (term) => ({ layer: parseLayer(term), of: term.word('of', resultForms), centred: term.flag('centred') }),
  build: (options, scope) => {
    const features = (picture: Tensor): Tensor => {
      const found = scope.perceive(picture, options.layer)
      return options.centred ? centred(found) : found
    }
    const result = options.of === 'result' ? scope.result : grayOf(scope.result)
    return styleLoss(features(result), features(grayOf(scope.style())))
  },
}
