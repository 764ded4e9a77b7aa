/**
 * Advice before styling: whether a picture is too small, blurred or badly exposed for a good result. It measures the
 * picture alone, in a few milliseconds whatever its size, and changes nothing (pixels/exposure.ts corrects exposure);
 * callers write the text for people.
 */
import type { Picture } from './picture.ts'
import { fillTransparent } from './pixels/blend.ts'
import { luminanceHistogram, percentile } from './pixels/exposure.ts'
import { resample } from './pixels/resample.ts'

/** The problem: too few pixels, no sharp edge, mostly black, mostly white, or greys without contrast. */
export type Advice = 'small' | 'blurred' | 'dark' | 'bright' | 'flat'

/** The measurements, so that thresholds can be checked against pictures. */
export interface Measures {
  /** Pixels along the shorter side. */
  readonly shortSide: number
  /** 0: sharp, 1: no edges left (Crete et al., "The blur effect", SPIE 2007). */
  readonly blur: number
  /** sRGB luminance, 0 to 255, at the 5th, 50th and 95th percentile of the pixels. */
  readonly dark: number
  readonly median: number
  readonly light: number
}

/** Below this, a face in a group has too few pixels to draw an eye. */
const LEAST_SIDE = 200
/** Long side at which sharpness is judged: what is sharp at this size looks sharp on a screen and to the network. */
const JUDGED_SIZE = 640
/**
 * Of 350 photos from eight collections none is above this; of the same photos blurred by 1/160 of their long side, 39
 * in 40 are.
 */
const MOST_BLUR = 0.58

/** Measures a picture. */
export const measurePicture = (picture: Picture): Measures => {
  const scale = Math.min(1, JUDGED_SIZE / Math.max(picture.width, picture.height))
  const side = (size: number): number => Math.max(1, Math.round(size * scale))
  const judged = fillTransparent(resample(picture, side(picture.width), side(picture.height)))
  const histogram = luminanceHistogram(judged)
  return {
    shortSide: Math.min(picture.width, picture.height),
    blur: blurEffect(judged),
    dark: percentile(histogram, 0.05),
    median: percentile(histogram, 0.5),
    light: percentile(histogram, 0.95),
  }
}

/** Advice for the owner of a picture, most important first; usually none. */
export const advise = (picture: Picture): Advice[] => {
  const { shortSide, blur, dark, median, light } = measurePicture(picture)
  const found: Advice[] = []
  if (shortSide < LEAST_SIDE) found.push('small')
  if (median < 38 && light < 100) found.push('dark')
  else if (median > 222 && dark > 110) found.push('bright')
  else if (light - dark < 50) found.push('flat')
  // Without contrast there are no edges to judge, and those of a small picture are as sharp as they can be.
  if (found.length === 0 && blur > MOST_BLUR) found.push('blurred')
  return found
}

/**
 * How little a picture changes when blurred along rows or columns, in the direction that changes less: a box of nine
 * pixels takes most of the slope of a sharp edge, and hardly any of a soft one.
 */
const blurEffect = (picture: Picture): number => {
  const { width, height, channels, data } = picture
  const luminance = new Float32Array(width * height)
  for (let i = 0, s = 0; i < luminance.length; i++, s += channels) {
    luminance[i] = 0.2126 * data[s] + 0.7152 * data[s + 1] + 0.0722 * data[s + 2]
  }
  return Math.max(blurAlong(luminance, height, width, width, 1), blurAlong(luminance, width, height, 1, width))
}

/** The effect along lines of `length` samples `step` apart; lines begin `lineStep` apart. */
const blurAlong = (values: Float32Array, lines: number, length: number, lineStep: number, step: number): number => {
  const reach = 4
  let before = 0
  let lost = 0
  for (let line = 0; line < lines; line++) {
    const at = (i: number): number => values[line * lineStep + i * step]
    for (let i = reach + 1; i < length - reach; i++) {
      const slope = Math.abs(at(i) - at(i - 1))
      // The box's own slope: all but its two ends cancel.
      const blurred = Math.abs(at(i + reach) - at(i - reach - 1)) / (2 * reach + 1)
      before += slope
      lost += Math.max(0, slope - blurred)
    }
  }
  return before === 0 ? 0 : 1 - lost / before
}
