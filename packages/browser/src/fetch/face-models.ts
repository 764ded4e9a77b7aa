/**
 * The networks that find faces and those that draw characters: files of @animegan/models. Written so that bundlers
 * recognise the addresses and include the files.
 */
import type { CharacterModels, FaceModels } from '@animegan/core'
import { fetchBytes } from './fetch-bytes.ts'

/** Addresses of the networks; default: where the bundler put them. */
export interface FaceModelFiles {
  readonly shortRange?: string | URL | undefined
  readonly fullRange?: string | URL | undefined
}

/** Fetches the networks, for `createAnimator`'s `faces`. Rejects with `not-found` if they cannot be fetched. */
export const fetchFaceModels = async ({
  shortRange = new URL('@animegan/models/weights/face_detection_short_range.tflite', import.meta.url),
  fullRange = new URL('@animegan/models/weights/face_detection_full_range.tflite', import.meta.url),
}: FaceModelFiles = {}): Promise<FaceModels> => {
  const [near, far] = await Promise.all([fetchBytes(shortRange), fetchBytes(fullRange)])
  return { shortRange: near, fullRange: far }
}

/** Addresses of the networks for drawing characters; default: where the bundler put them. */
export interface CharacterModelFiles {
  readonly faceMesh?: string | URL | undefined
  readonly person?: string | URL | undefined
  readonly regions?: string | URL | undefined
}

/** Fetches the networks for `createAnimator`'s `characters`. Rejects with `not-found` if they cannot be fetched. */
export const fetchCharacterModels = async ({
  faceMesh = new URL('@animegan/models/weights/face_landmark_with_attention.tflite', import.meta.url),
  person = new URL('@animegan/models/weights/selfie_segmentation.tflite', import.meta.url),
  regions = new URL('@animegan/models/weights/portrait_regions.safetensors', import.meta.url),
}: CharacterModelFiles = {}): Promise<CharacterModels> => {
  const [mesh, mask, classes] = await Promise.all([faceMesh, person, regions].map((file) => fetchBytes(file)))
  return { faceMesh: mesh, person: mask, regions: classes }
}
