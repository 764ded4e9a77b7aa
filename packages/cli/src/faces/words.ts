/**
 * What is wrong with a face, in plain words with the remedy. What is wrong is found by @animegan/core's `adviseFaces`; the
 * words in `--json` are its own, unchanged.
 */
import type { FaceAdvice } from '@animegan/core'

const words: Readonly<Record<FaceAdvice, string>> = {
  'face-small': 'too small to draw well; take it from nearer, or use a larger copy of the picture',
  'face-blurred': 'blurred; use a sharper picture, or a lower --strength',
  'face-dark': 'too dark; brighten the picture first, or turn the face to the light',
  'face-cut': 'cut off by the border; use a picture that shows the whole head',
}

/** One line for a kind of advice and the number of faces that it holds for. */
export const faceAdviceLine = (kind: FaceAdvice, count: number): string =>
  `${count === 1 ? 'a face is' : `${count} faces are`} ${words[kind]}`
