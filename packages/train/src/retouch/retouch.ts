/**
 * Retouching: a recipe may compare the generator's results with what classical filters make of these very results, as
 * AnimeGANv3 does. No graph holds such filters, so a step has two passes. The first (step/preview.ts) gives the results,
 * workers retouch them, one picture at a time, and the second trains with what they made as pictures of further kinds.
 * This file says what is made; between.ts stands between the two passes.
 */
import type { Picture } from '@animegan/core'
import type { Batch, Results } from '../batch.ts'
import { type RegionOptions, regionMeans } from './felzenszwalb.ts'
import { l0Smoothed } from './l0-smoothing.ts'
import { type DenoiseOptions, denoised } from './non-local-means.ts'

/** The filters of a recipe. */
export interface RetouchOptions {
  /** Superpixels of photos. */
  readonly photo: RegionOptions
  /** Superpixels of results. */
  readonly result: RegionOptions
  /** Non-local means, then L0 smoothing: AnimeGANv3's "fine-grained revision". */
  readonly revision: DenoiseOptions & {
    /** What a place that changes costs in L0 smoothing. */
    readonly flatness: number
  }
}

/** Retouches one picture's results, `size` pixels a side. */
export const retouch = (results: Results, size: number, options: RetouchOptions): Batch => {
  const picture = (data: Uint8Array): Picture => ({ width: size, height: size, channels: 3, data })
  const { 'result-regions': filtered, 'revised-result': plain } = results
  return {
    ...(filtered && { 'result-regions': new Uint8Array(regionMeans(picture(filtered), options.result).data) }),
    ...(plain && { 'revised-result': revised(picture(plain), options.revision) }),
  }
}

const revised = (result: Picture, options: RetouchOptions['revision']): Float32Array<ArrayBuffer> => {
  const { width, height, data } = denoised(result, options)
  const plane = (c: number) => Float64Array.from({ length: width * height }, (_, i) => data[i * 3 + c] / 255)
  const planes = l0Smoothed([plane(0), plane(1), plane(2)], width, height, options.flatness)
  const out = new Float32Array(data.length)
  for (const [c, flat] of planes.entries())
    for (let i = 0; i < flat.length; i++) out[i * 3 + c] = Math.min(1, Math.max(-1, 2 * flat[i] - 1))
  return out
}
