/**
 * GAN losses of a discriminator's logits, for both sides: least squares (LSGAN, Mao et al. 2017; the AnimeGANs'
 * default), hinge (Lim and Ye 2017; Miyato et al. 2018), and cross-entropy (Goodfellow et al. 2014; CartoonGAN's), which
 * takes the logit for that of the probability of anime. Targets are 1 for anime and 0 for anything else; AnimeGANv3
 * softens them to 0.9 and 0.1.
 */
import { abs, add, exp, log, meanAll, mul, relu, sub, type Tensor } from '@animegan/graph'

export type GanKind = (typeof ganKinds)[number]
export const ganKinds = ['lsgan', 'hinge', 'cross-entropy'] as const

/** The discriminator's loss for logits that should be `target`. */
export const discriminatorLoss = (kind: GanKind, logits: Tensor, target: number): Tensor => {
  if (kind === 'lsgan') {
    const miss = sub(logits, target)
    return meanAll(mul(miss, miss))
  }
  if (kind === 'cross-entropy') {
    // log(1 + exp(x)) - target x, without overflow.
    const softplus = add(relu(logits), log(add(exp(mul(abs(logits), -1)), 1)))
    return meanAll(sub(softplus, mul(logits, target)))
  }
  const sign = target > 0.5 ? 1 : -1
  return meanAll(relu(sub(1, mul(logits, sign))))
}

/**
 * The generator's loss for the logits of its pictures, which it wants to reach `target`. For cross-entropy that is
 * -log D(G(p)) (Goodfellow et al., section 3), whose slope does not vanish while the discriminator is sure.
 */
export const generatorLoss = (kind: GanKind, logits: Tensor, target: number): Tensor =>
  kind === 'hinge' ? mul(meanAll(logits), -1) : discriminatorLoss(kind, logits, target)
