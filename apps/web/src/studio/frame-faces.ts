/**
 * What finds and draws the faces that are followed through frames: a clip's, or the camera's. Those of photos, which are
 * looked for before they are drawn, are face-finder.ts's. No two frames have the same face: what was drawn is not remembered.
 */
import { createFaceStylizer, type FrameFaces } from '@animegan/core'
import type { Ready } from './painter.ts'
import type { StyleOptions } from './protocol.ts'

/** As the options have it; undefined where faces are left to the style. */
export const frameFacesOf = async (
  { finder, stylizer, style }: Ready,
  { followed }: Pick<StyleOptions, 'followed'>,
): Promise<FrameFaces | undefined> =>
  followed && { detector: await finder.ready(), stylizer: createFaceStylizer(stylizer, style), ...followed }
