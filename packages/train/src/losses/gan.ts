/**
 * GAN losses of a discriminator's logits, for both sides: least squares (LSGAN, Mao et al. 2017; the originals'
 * default) and hinge (Lim and Ye 2017; Miyato et al. 2018). Targets are 1 for anime and 0 for anything else; AnimeGANv3
 * softens them to 0.9 and 0.1.
 */
import { meanAll, mul, relu, sub, type Tensor } from '@animegan/graph'

export type GanKind = (typeof ganKinds)[number]
export const ganKinds = ['lsgan', 'hinge'] as const

/** The discriminator's loss for logits that should be `target`. */
export const discriminatorLoss = (kind: GanKind, logits: Tensor, target: number): Tensor => {
  if (kind === 'lsgan') {
    const miss = sub(logits, target)
    return meanAll(mul(miss, miss))
  }
  const sign = target > 0.5 ? 1 : -1
  return meanAll(relu(sub(1, mul(logits, sign))))
}

/** The generator's loss for the logits of its pictures, which it wants to reach `target`. */
export const generatorLoss = (kind: GanKind, logits: Tensor, target: number): Tensor =>
  kind === 'lsgan' ? discriminatorLoss(kind, logits, target) : mul(meanAll(logits), -1)
