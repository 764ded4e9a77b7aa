/**
 * The frame of a face, in which faces of any size, position and tilt are measured. Its origin is midway between the
 * eyes, x points to the person's left eye, y down the face, and its unit is about the distance between the eyes. After
 * FFHQ's alignment (Karras et al., "A Style-Based Generator Architecture", 2019, appendix A), which bryandlee's
 * face2paint uses too. Moves points only, no pixels.
 */
import type { Face, Point } from '../face.ts'

/** A similarity between a face's frame and the picture that the face is in. */
export interface Alignment {
  /** The point midway between the eyes, in pixels of the picture. */
  readonly origin: Point
  /** Picture pixels per unit: the distance between the eyes, or 0.9 of that from eyes to mouth if larger. */
  readonly unit: number
  /** The direction of the frame's x axis in the picture: cosine and sine of the head's tilt, clockwise. */
  readonly cos: number
  readonly sin: number
}

/** The crop that the network sees, in the frame: a square from hair to chin with face2paint's margin. */
export const CROP = { x: 0, y: 0.1, halfSide: 2.6 } as const

/**
 * Aligns a face by its key points. The direction is the mean of the eye line and the normal of the line from the eyes
 * to the mouth, so it still works where one of them is short, as for heads seen from the side or from above. Undefined
 * when eyes and mouth coincide or are not finite numbers.
 */
export const alignFace = ({ rightEye, leftEye, mouth }: Face): Alignment | undefined => {
  const origin = { x: (rightEye.x + leftEye.x) / 2, y: (rightEye.y + leftEye.y) / 2 }
  const eyes = { x: leftEye.x - rightEye.x, y: leftEye.y - rightEye.y }
  const down = { x: mouth.x - origin.x, y: mouth.y - origin.y }
  const unit = Math.max(Math.hypot(eyes.x, eyes.y), 0.9 * Math.hypot(down.x, down.y))
  const across = { x: eyes.x + down.y, y: eyes.y - down.x }
  const length = Math.hypot(across.x, across.y)
  if (!(Number.isFinite(unit) && Number.isFinite(origin.x + origin.y) && length > unit / 100)) return undefined
  return { origin, unit, cos: across.x / length, sin: across.y / length }
}

/** A point of the picture in the face's frame. */
export const toFrame = ({ origin, unit, cos, sin }: Alignment, { x, y }: Point): Point => {
  const [dx, dy] = [(x - origin.x) / unit, (y - origin.y) / unit]
  return { x: dx * cos + dy * sin, y: dy * cos - dx * sin }
}

/** A point of the face's frame in the picture. */
export const toPicture = ({ origin, unit, cos, sin }: Alignment, { x, y }: Point): Point => ({
  x: origin.x + unit * (x * cos - y * sin),
  y: origin.y + unit * (x * sin + y * cos),
})
