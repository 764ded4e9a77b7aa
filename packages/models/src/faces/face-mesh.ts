/**
 * MediaPipe's face mesh with attention (Grishchenko et al. 2020, arXiv:2006.10962), from its TensorFlow Lite file: 478
 * landmarks of a face that fills the picture. A first network finds 468; others then refine the lips and eyes and add
 * five points for each iris. MediaPipe's `tensors_to_face_landmarks_with_attention` defines which points those are.
 * @animegan/core cuts faces out of pictures.
 */
import { concat, gather, mean, reshape, slice, type Tensor } from '@animegan/graph'
import { mismatch } from '../formats/bad-weights.ts'
import type { TfLiteModel } from '../formats/tflite.ts'
import { tfLiteGraph } from '../mapping/tflite.ts'

/** Height and width of the input picture. */
export const FACE_MESH_SIZE = 192

/** Number of landmarks it returns. */
export const FACE_MESH_POINTS = 478

export interface FaceMesh {
  /**
   * `[1, 478, 3]`: x and y in pixels of the picture, z in the same unit, smaller nearer to the camera, 0 near the middle
   * of the head.
   */
  readonly points: Tensor
  /** `[1, 1, 1, 1]`: whether there is a face, before the sigmoid. */
  readonly presence: Tensor
}

/**
 * Points of the mesh that the lip network refines (lower outer, upper outer, and so on inwards), in the file's order.
 */
const LIPS = [
  [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409],
  [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415],
  [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408],
  [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407],
].flat()

/** The lids of the eye that is on the left of an upright picture, the person's right one. */
const RIGHT_LIDS = [33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173]
/** The lids and the rings around them, out to the brow. */
const RIGHT_EYE = [
  RIGHT_LIDS,
  [130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190],
  [226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189],
  [35, 124, 46, 53, 52, 65],
  [143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55, 193],
].flat()

const LEFT_LIDS = [263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398]
const LEFT_EYE = [
  LEFT_LIDS,
  [359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414],
  [446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413],
  [265, 353, 276, 283, 282, 295],
  [372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417],
].flat()

/** Points without irises. */
const MESH_POINTS = 468
/** The centre of an iris and four points on its edge. */
const IRIS_POINTS = 5

/** The file's other outputs, and which mesh points each refines. */
const refinements = [
  ['output_lips', LIPS],
  ['output_left_eye', RIGHT_EYE],
  ['output_right_eye', LEFT_EYE],
  ['output_left_iris', [468, 469, 470, 471, 472]],
  ['output_right_iris', [473, 474, 475, 476, 477]],
] as const

/** For each landmark, its index in the mesh and refinements laid end to end. */
const lastWord = (): number[] => {
  const sources = Array.from({ length: FACE_MESH_POINTS }, (_, i) => i)
  let at = MESH_POINTS
  for (const [, points] of refinements) for (const point of points) sources[point] = at++
  return sources
}

/**
 * The landmarks in a picture `x` [1, 3, 192, 192], 0 to 1. Throws an `AnimeganError` (`bad-weights`) when the file is
 * not this network.
 */
export const faceMesh = (model: TfLiteModel, x: Tensor): FaceMesh => {
  const names = ['output_mesh', 'conv_faceflag', ...refinements.map(([name]) => name)]
  const [mesh, presence, ...refined] = tfLiteGraph(model, x, names)
  const sizes = [mesh, presence, ...refined].map(({ shape }) => shape.join())
  const wanted = ['1,1404,1,1', '1,1,1,1', ...refinements.map(([, points]) => `1,1,1,${2 * points.length}`)]
  if (sizes.join(' ') !== wanted.join(' ')) mismatch('face mesh', `outputs of ${wanted.join('; ')}`, sizes.join('; '))

  const points = reshape(mesh, [1, MESH_POINTS, 3])
  const parts = refined.map((part, i) => reshape(part, [1, refinements[i][1].length, 2]))
  const places = gather(concat([slice(points, 2, 0, 2), ...parts], 1), 1, lastWord())
  const depths = slice(points, 2, 2)
  // The depth of an iris is the mean depth of its lids.
  const irises = [RIGHT_LIDS, LEFT_LIDS].flatMap((lids) =>
    Array.from({ length: IRIS_POINTS }, () => mean(gather(depths, 1, lids), [1])),
  )
  return { points: concat([places, concat([depths, ...irises], 1)], 2), presence }
}
