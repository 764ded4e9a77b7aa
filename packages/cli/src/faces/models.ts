/**
 * Where the networks for faces and people are: in npm packages of MediaPipe, which are installed with the command. Only four
 * networks are read of them; their own runtimes are never loaded. `build/models.mjs` takes the same four out.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FaceModels, LandmarkModels, PersonModels } from '@animegan/core'
import { reasonOf } from '../text.ts'

const read = async (file: string, what: string): Promise<Uint8Array> => {
  try {
    return await readFile(createRequire(import.meta.url).resolve(file))
  } catch (error) {
    throw new Error(`${file}: expected ${what}, found ${reasonOf(error)}; run npm install again`)
  }
}

const readDetector = (range: 'short' | 'full'): Promise<Uint8Array> =>
  read(`@mediapipe/face_detection/face_detection_${range}_range.tflite`, "the face detector's network")

/** Reads the face detector's networks. Throws an error of one line when the package is not installed whole. */
export const faceModels = async (): Promise<FaceModels> => {
  const [shortRange, fullRange] = await Promise.all([readDetector('short'), readDetector('full')])
  return { shortRange, fullRange }
}

/** The face mesh with attention lies first among what its package has packed into one file. */
const FACE_MESH_BYTES = 2_495_952

/**
 * Reads the networks for landmarks and for the mask of people. Throws an error of one line when a package is not installed
 * whole.
 */
export const portraitModels = async (): Promise<LandmarkModels & PersonModels> => {
  const [packed, person] = await Promise.all([
    read('@mediapipe/face_mesh/face_mesh_solution_packed_assets.data', "the landmarks' network"),
    read('@mediapipe/selfie_segmentation/selfie_segmentation.tflite', "the person mask's network"),
  ])
  return { faceMesh: packed.subarray(0, FACE_MESH_BYTES), person }
}
