/**
 * Where the face detector's networks are: in `@animegan/models`, which is installed with this package.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FaceModels } from '@animegan/core'
import { reasonOf } from '../text.ts'

const read = async (name: string): Promise<Uint8Array> => {
  const file = `@animegan/models/weights/face_detection_${name}.tflite`
  try {
    return await readFile(createRequire(import.meta.url).resolve(file))
  } catch (error) {
    throw new Error(`${file}: expected the face detector's network, found ${reasonOf(error)}; run npm install again`)
  }
}

/** Reads the networks. Throws an error of one line when the package is not installed whole. */
export const faceModels = async (): Promise<FaceModels> => {
  const [shortRange, fullRange] = await Promise.all([read('short_range'), read('full_range')])
  return { shortRange, fullRange }
}
