/** The numeric precision of a style's network, and its choice if left open. */
import type { Architecture, Style } from '@animegan/models'
import type { Engine } from './engine.ts'
import { levelScalesOf } from './level-scales.ts'

/**
 * Floats (`fp32`); 8 bits (`int8`), for a calibrated style; or `auto`: 8 bits for a calibrated style whose network has
 * been measured to be faster in them, on an engine that has kernels for them, otherwise floats.
 */
export type Precision = 'auto' | 'fp32' | 'int8'

/** Networks measured to be faster in 8 bits than in floats, with no visible difference. */
const fasterInEightBits: readonly Architecture[] = ['live-half']

/**
 * The precision to use for a style on an engine. Throws AnimeganError `bad-weights` if the style's level scales are
 * invalid.
 */
export const chosenPrecision = (
  style: Style,
  { eightBits }: Pick<Engine, 'eightBits'>,
  precision: Precision = 'auto',
): Exclude<Precision, 'auto'> => {
  if (precision !== 'auto') return precision
  return eightBits && fasterInEightBits.includes(style.architecture) && levelScalesOf(style) ? 'int8' : 'fp32'
}
