/**
 * Style as statistics of features: the means and standard deviations of each channel (Huang and Belongie, "Arbitrary
 * Style Transfer in Real-time with Adaptive Instance Normalization", 2017), which describe lines, fills, texture and
 * motifs, but not their positions. The loss pulls the statistics of all results towards those of all style pictures,
 * not one photo's towards one picture's, so a face is not made to look like a sky. "All" is a running mean over the
 * steps.
 */
import { add, concat, div, mean, meanAll, mul, reshape, sqrt, stopGradient, sub, type Tensor } from '@animegan/graph'
import { type Loss, parseLayer } from './loss.ts'

/**
 * Means and deviations over the pixels of features [n, c, h, w], as [n, 2c]. Each half is scaled to a mean square of
 * one, so that the channels' proportions count, not their strength: otherwise more contrast or saturation alone brings
 * most photos a third closer to most drawings.
 */
export const featureStatistics = (features: Tensor): Tensor => {
  const average = mean(features, [2, 3])
  const off = sub(features, average)
  // A flat channel's deviation of zero has no slope.
  const deviation = sqrt(add(mean(mul(off, off), [2, 3]), 1e-8))
  const parts = [average, deviation].map((part) => {
    const flat = reshape(part, part.shape.slice(0, 2) as number[])
    // If no channel responds at all, zeros stay zeros.
    return div(flat, sqrt(add(mean(mul(flat, flat), [1]), 1e-12)))
  })
  return concat(parts, 1)
}

/** The mean [1, 2c] of the statistics of a batch's pictures. */
export const batchStatistics = (features: Tensor): Tensor => mean(featureStatistics(features), [0])

/** The updated running mean of batch statistics: `rate` of this batch's, the rest as before. */
export const runningStatistics = (before: Tensor, batch: Tensor, rate: Tensor): Tensor =>
  add(before, mul(sub(batch, before), rate))

/**
 * Mean square difference of the running statistics of results, `batch` among them, and style. Its gradient treats the
 * batch as if all results were like it, so it does not depend on how slowly the mean moves.
 */
export const statisticsLoss = (batch: Tensor, results: Tensor, style: Tensor): Tensor => {
  const gap = add(stopGradient(sub(results, style)), sub(batch, stopGradient(batch)))
  return meanAll(mul(gap, gap))
}

export interface StatisticsOptions {
  readonly layer: string
}

export const statistics: Loss<'statistics', StatisticsOptions> = {
  name: 'statistics',
  parse: (term) => ({ layer: parseLayer(term) }),
  build: ({ layer }, { result, style, perceive, running }) => {
    const statisticsOf = (picture: Tensor): Tensor => batchStatistics(perceive(picture, layer))
    const batch = statisticsOf(result)
    return statisticsLoss(batch, running('result', batch), running('style', statisticsOf(style())))
  },
}
