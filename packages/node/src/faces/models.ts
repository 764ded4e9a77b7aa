/**
 * Reads the networks for faces and people from `@animegan/models`, which is installed with this package.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { CharacterModels, FaceModels } from '@animegan/core'
import { reasonOf } from '../text.ts'

const read = async (name: string, what: string): Promise<Uint8Array> => {
  const file = `@animegan/models/weights/${name}`
  try {
    return await readFile(createRequire(import.meta.url).resolve(file))
  } catch (error) {
    throw new Error(`${file}: expected ${what}, found ${reasonOf(error)}; run npm install again`)
  }
}

/** Reads the face detector's networks. Throws a one-line error if the package is not completely installed. */
export const faceModels = async (): Promise<FaceModels> => {
  const [shortRange, fullRange] = await Promise.all(
    ['short', 'full'].map((range) => read(`face_detection_${range}_range.tflite`, "the face detector's network")),
  )
  return { shortRange, fullRange }
}

/** Reads the networks for landmarks, the person mask and regions. Throws like `faceModels`. */
export const portraitModels = async (): Promise<CharacterModels> => {
  const [faceMesh, person, regions] = await Promise.all([
    read('face_landmark_with_attention.tflite', "the landmarks' network"),
    read('selfie_segmentation.tflite', "the person mask's network"),
    read('portrait_regions.safetensors', "the regions' network"),
  ])
  return { faceMesh, person, regions }
}
