/**
 * Faces in a run: found in a picture, redrawn in its styled copy or drawn as portraits, and told of. How they are drawn
 * is @animegan/core's; where results go is one.ts's.
 */
import type { Face, Picture, StylizeOptions } from '@animegan/core'
import type { FaceTools } from '@animegan/node'
import { describeFace, type FaceReport } from '@animegan/node'
import { faceAdviceLine } from '../faces/words.ts'

/** What is done with faces; a run without it looks for none. */
export interface FaceRun extends FaceTools {
  /** `auto`: redrawn where that is better; `only`: each a portrait, and nothing else. */
  readonly mode: 'auto' | 'only'
}

/** The advice on a picture's faces in words, a line for each kind. */
export const adviceLines = (faces: readonly FaceReport[]): string[] => {
  const kinds = faces.flatMap(({ advice }) => advice)
  return [...new Set(kinds)].map((kind) => faceAdviceLine(kind, kinds.filter((other) => other === kind).length))
}

/** A number of faces in words. */
export const countFaces = (count: number): string =>
  count === 0 ? 'no face' : count === 1 ? '1 face' : `${count} faces`

/** Redraws the faces of a picture over its styled copy, and tells of them. */
export const redrawFaces = async (
  original: Picture,
  styled: Picture,
  run: FaceRun,
  options: Pick<StylizeOptions, 'strength' | 'effectSize'>,
): Promise<{ readonly picture: Picture; readonly reports: FaceReport[] }> => {
  const faces = await (await run.detector()).detect(original)
  if (faces.length === 0) return { picture: styled, reports: [] }
  const stylizer = await run.stylizer()
  const { proportions } = run
  const { picture, redrawn } = await stylizer.redraw(original, styled, faces, {
    ...options,
    ...(proportions !== undefined && { proportions }),
  })
  return {
    picture,
    reports: faces.map((face) => ({ ...describeFace(original, face), redrawn: redrawn.includes(face) })),
  }
}

/** The first of an animation's frames with faces, and these, from left to right. */
export const findSitters = async (
  frames: readonly Picture[],
  run: FaceRun,
): Promise<{ readonly frame: Picture; readonly faces: readonly Face[] }> => {
  const detector = await run.detector()
  for (const frame of frames) {
    const faces = await detector.detect(frame)
    if (faces.length > 0) return { frame, faces: faces.toSorted((a, b) => a.box.x - b.box.x || a.box.y - b.box.y) }
  }
  throw new Error('expected a face for a portrait, found none: try a picture in which it is larger, or --faces auto')
}
