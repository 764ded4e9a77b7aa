/**
 * The content loss: the distance of features of a perception network (Gatys et al. 2016, with the L1 distance of
 * CartoonGAN and AnimeGAN) between the result and a reference.
 */
import { abs, meanAll, sub, type Tensor } from '@animegan/graph'
import { type Loss, parseLayer, parseReference, type Reference } from './loss.ts'

/** Mean absolute difference of two feature maps of one shape. AnimeGANv2's con_loss. */
export const contentLoss = (features: Tensor, wanted: Tensor): Tensor => meanAll(abs(sub(features, wanted)))

export interface ContentOptions {
  readonly to: Reference
  readonly layer: string
}

export const content: Loss<'content', ContentOptions> = {
  name: 'content',
  parse: (term) => ({ to: parseReference(term), layer: parseLayer(term) }),
  build: ({ to, layer }, { result, reference, perceive }) =>
    contentLoss(perceive(result, layer), perceive(reference(to), layer)),
}
