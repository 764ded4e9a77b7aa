/**
 * Faces in a run: found in a picture, redrawn in its styled copy or drawn as portraits, and told of. How they are drawn
 * is @animegan/core's; where results go is one.ts's.
 */
import {
  adviseFaces,
  type Face,
  type FaceAdvice,
  type FaceDetector,
  type FaceStylizer,
  type Picture,
  type StylizeOptions,
} from '@animegan/core'
import { faceAdviceLine } from '../faces/words.ts'

/** What is done with faces; a run without it looks for none. */
export interface FaceRun {
  /** `auto`: redrawn where that is better; `only`: each a portrait, and nothing else. */
  readonly mode: 'auto' | 'only'
  /** Anime proportions, 0 to 1; default: core's for the mode. */
  readonly proportions?: number
  /** Gives what finds them, made at the first call. */
  detector(): Promise<FaceDetector>
  /** Gives what draws them, made at the first call. */
  stylizer(): Promise<FaceStylizer>
}

/** A face as it is told of: its box in pixels of the upright input, and what became of it. */
export interface FaceReport {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** How sure the detector is, 0 to 1. */
  readonly score: number
  /** What is wrong with it, if anything: why it may come out badly. */
  readonly advice: readonly FaceAdvice[]
  /** Whether it was drawn at a scale of its own; otherwise the style drew it well enough as it was. */
  readonly redrawn?: boolean
  /** Its portrait's file. */
  readonly output?: string
}

/** What of a face in a picture is told, without what became of it. */
export const describeFace = (picture: Picture, face: Face): FaceReport => {
  const { box, score } = face
  return {
    x: Math.round(box.x),
    y: Math.round(box.y),
    width: Math.round(box.width),
    height: Math.round(box.height),
    score: Math.round(score * 1000) / 1000,
    advice: adviseFaces(picture, [face])[0]?.advice ?? [],
  }
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
