/**
 * Advice on the faces of a picture before styling: one that is too small, blurred, too dark or cut by the border comes
 * out badly. It measures the picture alone and changes nothing; callers write the text for people. ../advice.ts has
 * advice on the whole picture.
 */
import { measurePicture } from '../../advice.ts'
import type { Picture } from '../../picture.ts'
import type { Face } from '../face.ts'
import { cutSquare } from './crop.ts'

/** A problem with a face. */
export type FaceAdvice = 'face-small' | 'face-blurred' | 'face-dark' | 'face-cut'

/** A face with problems, most important first. */
export interface AdvisedFace {
  readonly face: Face
  readonly advice: readonly FaceAdvice[]
}

/** Below this width in pixels, an eye is a few pixels and a drawn one is a guess. */
const LEAST_WIDTH = 48
/** Side in pixels at which a face is judged: what is sharp at this size is sharp to the network. */
const JUDGED = 160
/**
 * Of 153 portraits none is above 0.66; of the same portraits blurred by 1/40 of the face's width, 19 in 20 are above
 * 0.82.
 */
const MOST_BLUR = 0.74
/**
 * Limits for a dark face: the luminance (of 255) below which half of it lies, and nearly all of it. In portraits 36 and
 * 128.
 */
const DARK = { median: 32, light: 90 }
/** The share of a face's width that may lie outside the picture. */
const MOST_OUTSIDE = 0.12

/** The faces that will come out badly, in the order given, and why. Usually none. */
export const adviseFaces = (picture: Picture, faces: readonly Face[]): AdvisedFace[] =>
  faces.map((face) => ({ face, advice: adviceFor(picture, face) })).filter(({ advice }) => advice.length > 0)

const adviceFor = (picture: Picture, { box }: Face): FaceAdvice[] => {
  const found: FaceAdvice[] = []
  const outside = Math.max(-box.x, -box.y, box.x + box.width - picture.width, box.y + box.height - picture.height)
  if (outside > MOST_OUTSIDE * box.width) found.push('face-cut')
  if (box.width < LEAST_WIDTH) found.push('face-small')
  const { blur, median, light } = measureFace(picture, { box })
  if (median < DARK.median && light < DARK.light) found.push('face-dark')
  // In the dark there are no edges to judge, and those of a small face are as sharp as they can be.
  else if (box.width >= LEAST_WIDTH && blur > MOST_BLUR) found.push('face-blurred')
  return found
}

/** Measures the part of a face that is in the picture. */
export const measureFace = (picture: Picture, { box }: Pick<Face, 'box'>): ReturnType<typeof measurePicture> => {
  const side = Math.max(8, Math.min(JUDGED, Math.round(box.width)))
  const data = new Uint8Array(side * side * 3)
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  cutSquare(picture, { middle, side: box.width, turn: 0 }, side, data, 0)
  return measurePicture({ width: side, height: side, channels: 3, data })
}
