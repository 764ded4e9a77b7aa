/**
 * Exposure: the distribution of a picture's luminance, and a correction for badly exposed pictures. The correction is
 * one curve for all pixels and colours, so it makes no halos; detail clipped to black or white stays lost.
 */
import type { Picture } from '../picture.ts'

/**
 * How many pixels have each sRGB luminance, 0 to 255 (Rec. 709 weights on the stored bytes). Transparent ones are left
 * out.
 */
export const luminanceHistogram = ({ channels, data }: Picture): Float64Array => {
  const counts = new Float64Array(256)
  for (let s = 0; s < data.length; s += channels) {
    if (channels === 4 && data[s + 3] < 128) continue
    counts[(54 * data[s] + 183 * data[s + 1] + 19 * data[s + 2] + 128) >> 8]++
  }
  return counts
}

/** The luminance that `fraction` of the pixels do not exceed; 0 when there are no pixels. */
export const percentile = (histogram: Float64Array, fraction: number): number => {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  let sum = 0
  const level = histogram.findIndex((count) => {
    sum += count
    return sum >= total * fraction
  })
  return Math.max(0, level)
}

/** The median of a well exposed picture, of 255. */
const MIDDLE = 110

/**
 * The picture with black and white points at its own percentiles 0.5 and 99.5 and its median corrected by a gamma
 * between 0.4 and 2.5. Alpha stays.
 */
export const mendExposure = (picture: Picture): Picture => {
  const histogram = luminanceHistogram(picture)
  const black = percentile(histogram, 0.005)
  const white = Math.max(black + 32, percentile(histogram, 0.995))
  const middle = Math.min(0.98, Math.max(0.02, (percentile(histogram, 0.5) - black) / (white - black)))
  const gamma = Math.min(2.5, Math.max(0.4, Math.log(MIDDLE / 255) / Math.log(middle)))
  const curve = Uint8Array.from({ length: 256 }, (_, level) => {
    const place = Math.min(1, Math.max(0, (level - black) / (white - black)))
    return Math.round(255 * place ** gamma)
  })
  const { channels } = picture
  const data = picture.data.map((level, i) => (channels === 4 && i % 4 === 3 ? level : curve[level]))
  return { ...picture, data }
}
