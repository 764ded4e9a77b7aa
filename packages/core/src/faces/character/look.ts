/** How a style draws heads: what its file says as `character`, as far as it says it; else as usual. */
import type { Style } from '@animegan/models'
import type { CharacterLook } from './subject.ts'

const USUAL: CharacterLook = { lineColour: 1, lineWidth: 1, tones: 1, edge: 1, blush: 1, saturation: 1 }
/** More than this of anything is no look. */
const MOST = 2

/**
 * The look of a style: `character` of its metadata is JSON with numbers from 0 to 2 by the names of `CharacterLook`. What is
 * missing, or is no such number, is as usual.
 */
export const lookOf = ({ metadata }: Style): CharacterLook => {
  const said = parsed(metadata.character)
  const look: Record<string, number> = { ...USUAL }
  for (const name of Object.keys(USUAL)) {
    const value = said[name]
    if (typeof value === 'number' && value >= 0 && value <= MOST) look[name] = value
  }
  return look as unknown as CharacterLook
}

const parsed = (text: string | undefined): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(text ?? '{}') ?? {}) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}
