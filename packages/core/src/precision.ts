/** The numeric precision of a style's network, and its choice if left open. */
import type { Style } from '@animegan/models'
import type { Engine } from './engine.ts'
import { levelScalesOf } from './level-scales.ts'
import type { Footprint } from './program.ts'

/**
 * Floats (`fp32`); 8 bits (`int8`), for a calibrated style; or `auto`: 8 bits for a calibrated style whose network has
 * no normalisation, on an engine that has kernels for them, otherwise floats. With normalisation, a picture's statistics
 * must be measured in floats first, which takes longer than floats alone.
 */
export type Precision = 'auto' | 'fp32' | 'int8'

/**
 * The precision to use for a style on an engine. Throws AnimeganError `bad-weights` if the style's level scales are
 * invalid.
 */
export const chosenPrecision = (
  style: Style,
  { hasStatistics }: Pick<Footprint, 'hasStatistics'>,
  { eightBits }: Pick<Engine, 'eightBits'>,
  precision: Precision = 'auto',
): Exclude<Precision, 'auto'> => {
  if (precision !== 'auto') return precision
  return eightBits && !hasStatistics && levelScalesOf(style) ? 'int8' : 'fp32'
}
