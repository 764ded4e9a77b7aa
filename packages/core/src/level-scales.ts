/**
 * Level scales in a style's metadata: the numbers that the 8-bit levels of each of a network's tensors stand for. This
 * file reads and writes them; eight-bit.ts measures them.
 */
import { AnimeganError, type LevelScale } from '@animegan/graph'
import type { Style } from '@animegan/models'

/** The key in a style's metadata. */
export const levelsKey = 'levels'

/**
 * Reads the scale and zero of each tensor's levels from a style. Undefined if the style is not calibrated. Throws
 * AnimeganError `bad-weights` for invalid ones.
 */
export const levelScalesOf = ({ title, metadata }: Style): LevelScale[] | undefined => {
  const text = metadata[levelsKey]
  if (text === undefined) return undefined
  const refusal = new AnimeganError(
    'bad-weights',
    `style ${title}: expected pairs of a scale and a zero as ${levelsKey}, found something else; calibrate it again`,
  )
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw refusal
  }
  if (!Array.isArray(list)) throw refusal
  return list.map((pair: unknown): LevelScale => {
    const [scale, zero, ...rest]: unknown[] = Array.isArray(pair) ? pair : []
    if (typeof scale !== 'number' || typeof zero !== 'number' || rest.length > 0) throw refusal
    if (!(scale > 0 && scale < Infinity && Number.isInteger(zero) && zero >= 0 && zero <= 255)) throw refusal
    return { scale, zero }
  })
}

/** A copy of the style with these scales in its metadata, to six digits. */
export const withLevelScales = <S extends Style>(style: S, scales: readonly LevelScale[]): S => {
  const text = JSON.stringify(scales.map(({ scale, zero }) => [Number(scale.toPrecision(6)), zero]))
  return { ...style, metadata: { ...style.metadata, [levelsKey]: text } }
}
