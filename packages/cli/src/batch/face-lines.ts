/** Messages for people about the faces of an input. */
import type { FaceReport } from '@animegan/node'
import { faceAdviceLine } from '../faces/words.ts'

/** The advice on a picture's faces as text, one line per kind. */
export const adviceLines = (faces: readonly FaceReport[]): string[] => {
  const kinds = faces.flatMap(({ advice }) => advice)
  return [...new Set(kinds)].map((kind) => faceAdviceLine(kind, kinds.filter((other) => other === kind).length))
}

/** A number of faces as text. */
export const countFaces = (count: number): string =>
  count === 0 ? 'no face' : count === 1 ? '1 face' : `${count} faces`
