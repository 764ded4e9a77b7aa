/** What is told about the faces of an input, in lines for people. */
import type { FaceReport } from '@animegan/node'
import { faceAdviceLine } from '../faces/words.ts'

/** The advice on a picture's faces in words, a line for each kind. */
export const adviceLines = (faces: readonly FaceReport[]): string[] => {
  const kinds = faces.flatMap(({ advice }) => advice)
  return [...new Set(kinds)].map((kind) => faceAdviceLine(kind, kinds.filter((other) => other === kind).length))
}

/** A number of faces in words. */
export const countFaces = (count: number): string =>
  count === 0 ? 'no face' : count === 1 ? '1 face' : `${count} faces`
