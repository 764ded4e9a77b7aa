/**
 * What the levels of a network's tensors stand for in 8 bits, as a style's metadata keeps it. Reads and writes it; measuring is
 * eight-bit.ts's.
 */
import { AnimeganError, type LevelScale } from '@animegan/graph'
import type { Style } from '@animegan/models'

/** The key of a style's metadata. */
const key = 'levels'

/** What levels stand for, in a style's file: a list of scales and zeros. Undefined when the style is not calibrated. */
export const levelScalesOf = ({ title, metadata }: Style): LevelScale[] | undefined => {
  const text = metadata[key]
  if (text === undefined) return undefined
  const refusal = new AnimeganError(
    'bad-weights',
    `style ${title}: expected pairs of a scale and a zero as ${key}, found others; calibrate it anew`,
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

/** The style with these in its metadata, scales to six digits. */
export const withLevelScales = (style: Style, scales: readonly LevelScale[]): Style => {
  const text = JSON.stringify(scales.map(({ scale, zero }) => [Number(scale.toPrecision(6)), zero]))
  return { ...style, metadata: { ...style.metadata, [key]: text } }
}
