/**
 * The landmarks of a face: 478 points on lids, irises, lips, brows, nose and outline, by MediaPipe's face mesh. The
 * network sees the face upright in a crop 1.5 times its box; the resulting points locate the face better, so a second
 * pass starts from them. topology.ts says which point is which; detector.ts finds the faces.
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

/** A point on a face; z points away from the camera, also in pixels of the picture, 0 near the middle of the head. */
export interface Point3 extends Point {
  readonly z: number
}

/** An iris as a circle in the picture. */
export interface Iris extends Point {
  readonly radius: number
}

export interface Landmarks {
  /** 478 points in pixels of the picture, including points outside its border. */
  readonly points: readonly Point3[]
  /** The network's confidence that there is a face, 0 to 1; below a half the points mean nothing. */
  readonly presence: number
  /** The person's right and left iris; a guess where an eye is closed or covered. */
  readonly rightIris: Iris
  readonly leftIris: Iris
}

/** The landmarker's network file. */
export interface LandmarkModels {
  /** `face_landmark_with_attention.tflite` of @animegan/models. */
  readonly faceMesh: Uint8Array
}

export interface Landmarker extends Closeable {
  /**
   * The landmarks of a face found in the picture; undefined when the face's box and eyes are not valid positions.
   * Transparency is ignored. The same picture, face and engine give the same landmarks.
   */
  landmarks(picture: Picture, face: Face): Promise<Landmarks | undefined>
}

/** The network's crop is this many times the face's box, as in MediaPipe's graphs. */
const MARGIN = 1.5
/** Least confidence at which the points are worth a second pass. */
const PRESENT = 0.5

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * Loads the network. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not the expected network.
 */
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

/** An iris from its centre and four points on its edge. */
export const irisOf = (points: readonly Point3[], [middle, ...edge]: readonly number[]): Iris => {
  const { x, y } = points[middle]
  const radius = edge.reduce((sum, i) => sum + Math.hypot(points[i].x - x, points[i].y - y), 0) / edge.length
  return { x, y, radius }
}

const squareOfFace = ({ box, rightEye, leftEye }: Face): Square => ({
  middle: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
  side: MARGIN * Math.max(box.width, box.height),
  turn: tiltOf(rightEye, leftEye),
})

/** The square around all points, rotated like the line between the outer eye corners. */
const squareOfPoints = (points: readonly Point3[]): Square => {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return {
    middle: { x: (left + right) / 2, y: (top + bottom) / 2 },
    side: MARGIN * Math.max(right - left, bottom - top),
    turn: tiltOf(points[EYES[0].outer], points[EYES[1].outer]),
  }
}

/** Whether a square can be cut: its numbers are finite and it is at least a pixel wide. */
const isPlace = ({ middle, side, turn }: Square): boolean =>
  Number.isFinite(middle.x + middle.y + side + turn) && side >= 1
