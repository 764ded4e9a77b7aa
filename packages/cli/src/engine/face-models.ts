/** The face detector's networks: BlazeFace, from the npm package that carries it, whose own runtime is not used. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FaceModels } from '@animegan/core'
import { describeError } from '../text.ts'

const PACKAGE = '@mediapipe/face_detection'

/** Reads the two networks from the installed package. Throws an error of one line when it is not there. */
export const readFaceModels = async (): Promise<FaceModels> => {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))
    const read = (name: string): Promise<Uint8Array> => readFile(join(folder, name))
    return {
      shortRange: await read('face_detection_short_range.tflite'),
      fullRange: await read('face_detection_full_range.tflite'),
    }
  } catch (error) {
    throw new Error(`${describeError(error, PACKAGE)}; reinstall it, or use --faces off`)
  }
}
