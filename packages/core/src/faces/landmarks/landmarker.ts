/**
 * The landmarks of a face: 478 places on lids, irises, lips, brows, nose and outline, by MediaPipe's face mesh. The face is
 * shown to the network upright and half again as large as its box; the points that it finds say better where it lies, and
 * it is looked at once more. Which point is which is topology.ts's; faces are found by detector.ts.
 */
import { cast, div, encodeOnnx, input, transpose } from '@animegan/graph'
import { FACE_MESH_SIZE, faceMesh, readTfLite } from '@animegan/models'
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import type { Face, Point } from '../face.ts'
import { tiltOf } from '../find/candidate.ts'
import { fromPiece, type Square } from '../find/crop.ts'
import { cutLikeMediaPipe } from './cut.ts'
import { EYES } from './topology.ts'

/** A place on a face; z runs away from the camera, in pixels of the picture too, 0 about the middle of the head. */
export interface Point3 extends Point {
  readonly z: number
}

/** An iris as a circle in the picture. */
export interface Iris extends Point {
  readonly radius: number
}

export interface Landmarks {
  /** 478 places in pixels of the picture, places beyond its border included. */
  readonly points: readonly Point3[]
  /** How sure the network is that there is a face, 0 to 1; below a half the places mean nothing. */
  readonly presence: number
  /** The person's right and left iris. Where an eye is closed or covered, it is a guess. */
  readonly rightIris: Iris
  readonly leftIris: Iris
}

/** What the landmarker is made of. */
export interface LandmarkModels {
  /** `face_landmark_with_attention.tflite` of @animegan/models. */
  readonly faceMesh: Uint8Array
}

export interface Landmarker extends Closeable {
  /**
   * The landmarks of a face that was found in the picture; undefined when the face's box and eyes are no place. A
   * picture's transparency is ignored. The same picture, face and engine give the same landmarks.
   */
  landmarks(picture: Picture, face: Face): Promise<Landmarks | undefined>
}

/** The network sees this much more than the face's box, as MediaPipe's graphs say. */
const MARGIN = 1.5
/** At least this sure is the network that there is a face where its points are worth a second look. */
const PRESENT = 0.5

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Loads the network. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not what it should be. */
export const createLandmarker = async (models: LandmarkModels, engine: Engine): Promise<Landmarker> => {
  const shape = [1, FACE_MESH_SIZE, FACE_MESH_SIZE, 3]
  const x = transpose(div(cast(input('picture', shape, 'uint8'), 'float32'), 255), [0, 3, 1, 2])
  const { points, presence } = faceMesh(readTfLite(models.faceMesh), x)
  const session = await engine.load(encodeOnnx({ points, presence }))

  const look = async (picture: Picture, square: Square): Promise<Landmarks> => {
    const data = cutLikeMediaPipe(picture, square, FACE_MESH_SIZE)
    const result = await session.run({ picture: { dtype: 'uint8', shape, data } }, { handOver: true })
    const numbers = result.points.data as Float32Array
    const place = fromPiece(square, FACE_MESH_SIZE)
    const found = Array.from({ length: numbers.length / 3 }, (_, i): Point3 => {
      const { x, y } = place({ x: numbers[3 * i], y: numbers[3 * i + 1] })
      return { x, y, z: (numbers[3 * i + 2] * square.side) / FACE_MESH_SIZE }
    })
    const [rightIris, leftIris] = EYES.map(({ iris }) => irisOf(found, iris)) as [Iris, Iris]
    return { points: found, presence: sigmoid(Number(result.presence.data[0])), rightIris, leftIris }
  }

  return {
    landmarks: async (picture, face) => {
      const square = squareOfFace(face)
      if (!isPlace(square)) return undefined
      const first = await look(picture, square)
      const again = squareOfPoints(first.points)
      return first.presence >= PRESENT && isPlace(again) ? look(picture, again) : first
    },
    ...closeable(() => session.close()),
  }
}

/** An iris from its middle and the four places on its edge. */
const irisOf = (points: readonly Point3[], [middle, ...edge]: readonly number[]): Iris => {
  const { x, y } = points[middle]
  const radius = edge.reduce((sum, i) => sum + Math.hypot(points[i].x - x, points[i].y - y), 0) / edge.length
  return { x, y, radius }
}

const squareOfFace = ({ box, rightEye, leftEye }: Face): Square => ({
  middle: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
  side: MARGIN * Math.max(box.width, box.height),
  turn: tiltOf(rightEye, leftEye),
})

/** The square around all points, turned as the line between the eyes' outer corners is. */
const squareOfPoints = (points: readonly Point3[]): Square => {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return {
    middle: { x: (left + right) / 2, y: (top + bottom) / 2 },
    side: MARGIN * Math.max(right - left, bottom - top),
    turn: tiltOf(points[EYES[0].outer], points[EYES[1].outer]),
  }
}

/** Whether a square can be cut: its numbers are numbers, and it is at least a pixel wide. */
const isPlace = ({ middle, side, turn }: Square): boolean =>
  Number.isFinite(middle.x + middle.y + side + turn) && side >= 1
