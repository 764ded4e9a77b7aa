/** How a style draws heads: what its file says as `character`, as far as it says it; else as usual. */
import type { Style } from '@animegan/models'
import type { CharacterLook } from './subject.ts'

/** What is usual of each, and the most. */
export const characterRanges: Readonly<Record<keyof CharacterLook, { readonly usual: number; readonly most: number }>> =
  {
    lineColour: { usual: 1, most: 2 },
    lineWidth: { usual: 1, most: 2 },
    tones: { usual: 1, most: 2 },
    edge: { usual: 1, most: 2 },
    blush: { usual: 1, most: 2 },
    saturation: { usual: 1, most: 2 },
    ambience: { usual: 0, most: 1 },
  }

/**
 * The look of a style: `character` of its metadata is JSON with numbers by the names of `CharacterLook`. What is
 * missing, or is no such number, is as usual.
 */
export const lookOf = ({ metadata }: Style): CharacterLook => {
  const said = parsed(metadata.character)
  const look = Object.entries(characterRanges).map(([name, { usual, most }]) => {
    const value = said[name]
    return [name, typeof value === 'number' && value >= 0 && value <= most ? value : usual]
  })
  return Object.fromEntries(look) as CharacterLook
}

const parsed = (text: string | undefined): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(text ?? '{}') ?? {}) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}
