/**
 * Reads the networks for faces and people from `@animegan/models`, which is installed with this package.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FaceModels, LandmarkModels, PersonModels } from '@animegan/core'
import { reasonOf } from '../text.ts'

const read = async (name: string, what: string): Promise<Uint8Array> => {
  const file = `@animegan/models/weights/${name}.tflite`
  try {
    return await readFile(createRequire(import.meta.url).resolve(file))
  } catch (error) {
    throw new Error(`${file}: expected ${what}, found ${reasonOf(error)}; run npm install again`)
  }
}

/** Reads the face detector's networks. Throws a one-line error if the package is not completely installed. */
export const faceModels = async (): Promise<FaceModels> => {
  const [shortRange, fullRange] = await Promise.all(
    ['short', 'full'].map((range) => read(`face_detection_${range}_range`, "the face detector's network")),
  )
  return { shortRange, fullRange }
}

/** Reads the networks for landmarks and the person mask. Throws like `faceModels`. */
export const portraitModels = async (): Promise<LandmarkModels & PersonModels> => {
  const [faceMesh, person] = await Promise.all([
    read('face_landmark_with_attention', "the landmarks' network"),
    read('selfie_segmentation', "the person mask's network"),
  ])
  return { faceMesh, person }
}
