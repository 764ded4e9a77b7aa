/**
 * A face found in a picture: its box and key points, in pixels of that picture. Detectors return it; styling, tracking
 * and the page's outlines use it. Nothing here finds or draws faces.
 */

/** A point in a picture, in pixels from its top left corner; may be fractional or outside the picture. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A rectangle in a picture, in pixels; may reach beyond the picture. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * One face. Right and left are the person's own, as in MediaPipe: in an upright picture the right eye has the smaller
 * x.
 */
export interface Face {
  /** From the brow to the chin, about square, upright in the picture whatever the head's tilt. */
  readonly box: Box
  /** The detector's confidence, 0 to 1. */
  readonly score: number
  readonly rightEye: Point
  readonly leftEye: Point
  /** Tip of the nose. */
  readonly nose: Point
  /** Middle of the mouth. */
  readonly mouth: Point
  /** Where the ears begin (tragion), if the detector reports them. */
  readonly rightEar?: Point
  readonly leftEar?: Point
}

/** The face in a picture `sx` times as wide and `sy` times as high; itself if neither changes. */
export const scaledFace = <F extends Face>(face: F, sx: number, sy: number): F => {
  if (sx === 1 && sy === 1) return face
  const move = ({ x, y }: Point): Point => ({ x: x * sx, y: y * sy })
  const { box, rightEye, leftEye, nose, mouth, rightEar, leftEar } = face
  return {
    ...face,
    box: { x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy },
    rightEye: move(rightEye),
    leftEye: move(leftEye),
    nose: move(nose),
    mouth: move(mouth),
    ...(rightEar && { rightEar: move(rightEar) }),
    ...(leftEar && { leftEar: move(leftEar) }),
  }
}
