/** The numeric precision of a style's network, and its choice if left open. */
import type { Architecture, Style } from '@animegan/models'
import { levelScalesOf } from './level-scales.ts'

/**
 * Floats (`fp32`); 8 bits (`int8`), for a calibrated style; or `auto`, for a processor: 8 bits for a calibrated style
 * whose network has been measured to be faster in them, otherwise floats.
 */
export type Precision = 'auto' | 'fp32' | 'int8'

/** Networks measured to be faster in 8 bits than in floats, with no visible difference. */
const fasterInEightBits: readonly Architecture[] = ['live-half']

/** The precision to use for a style. Throws AnimeganError `bad-weights` if the style's level scales are invalid. */
export const chosenPrecision = (style: Style, precision: Precision): Exclude<Precision, 'auto'> => {
  if (precision !== 'auto') return precision
  return fasterInEightBits.some((name) => name === style.architecture) && levelScalesOf(style) ? 'int8' : 'fp32'
}
