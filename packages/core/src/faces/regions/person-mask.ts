/**
 * How much of each pixel is a person, by MediaPipe's selfie segmentation: one soft mask for all people near the camera. Who
 * is who, and what of them is hair or skin, it does not know.
 */
import { cast, div, encodeOnnx, input, transpose } from '@animegan/graph'
import { readTfLite, SELFIE_SIZE, selfieSegmentation } from '@animegan/models'
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import { stretchLikeMediaPipe } from '../landmarks/cut.ts'
import type { Plane } from './plane.ts'

/** What the mask is made by. */
export interface PersonModels {
  /** `selfie_segmentation.tflite` of @animegan/models. */
  readonly person: Uint8Array
}

export interface PersonMask extends Closeable {
  /**
   * The share of a person, 0 to 1, at 256 by 256 places spread evenly over the picture: `resizePlane` brings it to the
   * picture's size. A picture's transparency is ignored. The same picture and engine give the same mask.
   */
  mask(picture: Picture): Promise<Plane>
}

/** Loads the network. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not what it should be. */
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
