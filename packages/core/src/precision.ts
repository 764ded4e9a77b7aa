/** What numbers a style's network is computed with, and which of them when that is left open. */
import type { Architecture, Style } from '@animegan/models'
import { levelScalesOf } from './level-scales.ts'

/**
 * Floats; 8 bits, for a style that is calibrated; or whichever is faster on a processor: 8 bits for a calibrated style of a
 * network of which that is measured, else floats.
 */
export type Precision = 'auto' | 'fp32' | 'int8'

/** Networks that are measured to be faster in 8 bits than in floats, at a difference that is not seen. */
const fasterInEightBits: readonly Architecture[] = ['live-half']

/** What `precision` comes to for a style. Throws AnimeganError `bad-weights` when the style's levels are none. */
export const chosenPrecision = (style: Style, precision: Precision): Exclude<Precision, 'auto'> => {
  if (precision !== 'auto') return precision
  return fasterInEightBits.includes(style.architecture) && levelScalesOf(style) ? 'int8' : 'fp32'
}
