/**
 * How much of each pixel is a person, by MediaPipe's selfie segmentation: one soft mask for all people near the camera.
 * Does not tell people, or hair and skin, apart.
 */
import { cast, div, encodeOnnx, input, transpose } from '@animegan/graph'
import { readTfLite, SELFIE_SIZE, selfieSegmentation } from '@animegan/models'
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import { stretchLikeMediaPipe } from '../landmarks/cut.ts'
import type { Plane } from './plane.ts'

/** The network file for the mask. */
export interface PersonModels {
  /** `selfie_segmentation.tflite` of @animegan/models. */
  readonly person: Uint8Array
}

export interface PersonMask extends Closeable {
  /**
   * How much of the picture is a person, 0 to 1, at 256 by 256 points spread evenly over it: `resizePlane` brings it to
   * the picture's size. Transparency is ignored. The same picture and engine give the same mask.
   */
  mask(picture: Picture): Promise<Plane>
}

/**
 * Loads the network. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not the expected network.
 */
export const createPersonMask = async (models: PersonModels, engine: Engine): Promise<PersonMask> => {
  const shape = [1, SELFIE_SIZE, SELFIE_SIZE, 3]
  const x = transpose(div(cast(input('picture', shape, 'uint8'), 'float32'), 255), [0, 3, 1, 2])
  const session = await engine.load(encodeOnnx({ mask: selfieSegmentation(readTfLite(models.person), x) }))
  return {
    mask: async (picture) => {
      const data = stretchLikeMediaPipe(picture, SELFIE_SIZE)
      const { mask } = await session.run({ picture: { dtype: 'uint8', shape, data } }, { handOver: true })
      return { width: SELFIE_SIZE, height: SELFIE_SIZE, data: mask.data as Float32Array }
    },
    ...closeable(() => session.close()),
  }
}
