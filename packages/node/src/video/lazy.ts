/**
 * The functions for clips as this package exports them: each loads what it needs at its first call, because mediabunny
 * alone takes as long to load as everything that pictures need.
 */
type Clip = typeof import('./clip.ts')
type Flicker = typeof import('./flicker.ts')
type Parts = typeof import('./parts.ts')

export const animateClipFile: Clip['animateClipFile'] = async (...of) =>
  (await import('./clip.ts')).animateClipFile(...of)

export const flickerOf: Flicker['flickerOf'] = async (...of) => (await import('./flicker.ts')).flickerOf(...of)

export const outlineClip: Parts['outlineClip'] = async (...of) => (await import('./parts.ts')).outlineClip(...of)

export const readFirstFrame: Parts['readFirstFrame'] = async (...of) =>
  (await import('./parts.ts')).readFirstFrame(...of)

export const animateClipPart: Parts['animateClipPart'] = async (...of) =>
  (await import('./parts.ts')).animateClipPart(...of)

export const joinClipParts: Parts['joinClipParts'] = async (...of) => (await import('./parts.ts')).joinClipParts(...of)
