/**
 * Losses on the features of a perception network: content (Gatys et al. 2016, with the L1 distance of CartoonGAN and
 * AnimeGAN) and style by Gram matrices. Which network and which layer the features come from is the caller's.
 */
import { abs, div, matMul, mean, meanAll, reshape, sub, type Tensor } from '@animegan/graph'

/** Mean absolute difference of two feature maps of one shape. AnimeGANv2's con_loss. */
export const contentLoss = (features: Tensor, wanted: Tensor): Tensor => meanAll(abs(sub(features, wanted)))

/** Gram matrices [n, c, c] of feature maps [n, c, h, w], divided by c * h * w. AnimeGANv2's gram. */
export const gram = (features: Tensor): Tensor => {
  const [n, c, h, w] = features.shape as readonly [number, number, number, number]
  const flat = reshape(features, [n, c, h * w])
  return div(matMul(flat, flat, { transposeB: true }), c * h * w)
}

/** Features less their mean over the pixels, per channel: AnimeGANv3's "decentralisation" before its Gram matrices. */
export const centred = (features: Tensor): Tensor => sub(features, mean(features, [2, 3]))

/** Mean absolute difference of two pictures' Gram matrices. AnimeGANv2's style_loss. */
export const styleLoss = (features: Tensor, style: Tensor): Tensor => meanAll(abs(sub(gram(features), gram(style))))
