/**
 * MediaPipe's selfie segmentation, from its TensorFlow Lite file: how much of each pixel belongs to a person. For
 * people near the camera; one mask for all of them.
 */
import type { Tensor } from '@animegan/graph'
import { mismatch } from '../formats/bad-weights.ts'
import type { TfLiteModel } from '../formats/tflite.ts'
import { tfLiteGraph } from '../mapping/tflite.ts'

/** Height and width of the input picture. */
export const SELFIE_SIZE = 256

/**
 * How much of each pixel is person, 0 to 1, [1, 1, 256, 256], in a picture `x` [1, 3, 256, 256], 0 to 1. Throws an
 * `AnimeganError` (`bad-weights`) when the file is not this network.
 */
export const selfieSegmentation = (model: TfLiteModel, x: Tensor): Tensor => {
  const [mask] = tfLiteGraph(model, x, ['activation_10'])
  const shape = `1,1,${SELFIE_SIZE},${SELFIE_SIZE}`
  if (mask.shape.join() !== shape) mismatch('selfie segmentation', `a mask of ${shape}`, mask.shape.join())
  return mask
}
