/**
 * The crop in which a face's regions are found: a square from above the hair to the shoulders, at two sizes, with its
 * landmarks. Upright in the picture whatever the head's tilt, and inside the picture, so every pixel comes from the
 * photo.
 */
import type { Picture } from '../../picture.ts'
import { extractRgb } from '../../pixels/pad.ts'
import { resample } from '../../pixels/resample.ts'
import { fromHead, type Head, headOf } from '../landmarks/head.ts'
import type { Landmarks, Point3 } from '../landmarks/landmarker.ts'

/** Side of the regions, in pixels. */
export const SIZE = 256
/** Side of the crop for fine details: frames of glasses, stubble. */
export const FINE_SIZE = 2 * SIZE

/** The crop's side in units of the head, and its centre in the head's frame. */
const SIDE = 4.5
const MIDDLE = { x: 0, y: 0.28 }
/** If less of a head than this is in the picture, regions cannot be told apart. */
const LEAST_SIDE = 1.2

/** A rectangle of whole pixels of a picture. */
export interface PixelSquare {
  readonly x: number
  readonly y: number
  readonly side: number
}

export interface PortraitCrop {
  /** Where it lies in the picture. */
  readonly square: PixelSquare
  /** RGB pictures with sides of 256 and 512 pixels. */
  readonly small: Picture
  readonly fine: Picture
  /** Landmarks and head in pixels of `small`. */
  readonly points: readonly Point3[]
  readonly head: Head
}

/** The square around a head, within the picture; undefined where the head lies outside it, or is larger than it. */
export const portraitSquare = (
  { width, height }: Pick<Picture, 'width' | 'height'>,
  head: Head,
): PixelSquare | undefined => {
  const { x, y } = fromHead(head, MIDDLE)
  if (!(x >= 0 && y >= 0 && x < width && y < height)) return undefined
  const side = Math.max(1, Math.min(Math.round(SIDE * head.unit), width, height))
  if (side < LEAST_SIDE * head.unit) return undefined
  const start = (middle: number, size: number): number =>
    Math.min(Math.max(Math.round(middle - side / 2), 0), size - side)
  return { x: start(x, width), y: start(y, height), side }
}

/**
 * The crop around a head; undefined where the landmarks do not form a head, lie outside the picture, or are larger than
 * it.
 */
export const cropPortrait = (picture: Picture, landmarks: Pick<Landmarks, 'points'>): PortraitCrop | undefined => {
  const inPicture = headOf(landmarks)
  const square = inPicture && portraitSquare(picture, inPicture)
  if (!square) return undefined
  const { side } = square
  const cut: Picture = {
    width: side,
    height: side,
    channels: 3,
    data: extractRgb(picture, square.x, square.y, side, side),
  }
  const fine = resample(cut, FINE_SIZE, FINE_SIZE)
  const scale = SIZE / side
  const points = landmarks.points.map((point) => ({
    x: (point.x - square.x) * scale,
    y: (point.y - square.y) * scale,
    z: point.z * scale,
  }))
  const head = headOf({ points })
  return head && { square, small: resample(fine, SIZE, SIZE), fine, points, head }
}
