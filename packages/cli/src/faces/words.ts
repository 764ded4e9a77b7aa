/**
 * Messages about problems with faces, with the remedy. @animegan/core's `adviseFaces` finds the problems; `--json`
 * prints its codes unchanged.
 */
import type { FaceAdvice } from '@animegan/core'

const words: Readonly<Record<FaceAdvice, string>> = {
  'face-small': 'too small to draw well; go closer, or use a larger copy of the picture',
  'face-blurred': 'blurred; use a sharper picture, or a lower --strength',
  'face-dark': 'too dark; brighten the picture first, or turn the face to the light',
  'face-cut': 'cut off by the border; use a picture that shows the whole head',
}

/** One line for a kind of advice and the number of faces it applies to. */
export const faceAdviceLine = (kind: FaceAdvice, count: number): string =>
  `${count === 1 ? 'a face is' : `${count} faces are`} ${words[kind]}`
