/**
 * Random crops: a square of a picture, at a random place and scale, mirrored or not, resampled to the training size.
 * Depends only on the random numbers and the picture's size.
 */
import type { Picture } from '@animegan/core'
import type { Pictures } from '../pictures.ts'
import type { Random } from '../random.ts'

/** How crops are chosen. */
export interface CropRule {
  /** Side of a crop in pixels. */
  readonly size: number
  /**
   * The smallest and largest scale factor of a crop; below 1 it is reduced. Factors that would need a square larger
   * than the picture are not used, and a picture too small for all of them is enlarged as needed.
   */
  readonly scale: readonly [number, number]
  /** Whether half of the crops are mirrored, left to right. */
  readonly flip: boolean
}

/** Chooses a crop: the factor log-uniformly, the position uniformly. */
export const drawCrop = async (
  picture: Picture,
  random: Random,
  rule: CropRule,
  resize: Pictures['resize'],
): Promise<Picture> => {
  const { width, height } = picture
  const { size, scale, flip } = rule
  const short = Math.min(width, height)
  const least = Math.max(scale[0], size / short)
  const most = Math.max(scale[1], least)
  const side = Math.min(short, Math.max(1, Math.round(size / (least * (most / least) ** random.uniform()))))
  const x = random.below(width - side + 1)
  const y = random.below(height - side + 1)
  const mirrored = flip && random.uniform() < 0.5
  const crop = await resize(picture, { left: x, top: y, width: side, height: side }, size, size)
  return mirrored ? mirror(crop) : crop
}

/** The picture mirrored left to right. */
const mirror = ({ width, height, channels, data }: Picture): Picture => {
  const out = new Uint8Array(data.length)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = width - 1; x >= 0; x--, i += channels) {
      const from = (y * width + x) * channels
      for (let c = 0; c < channels; c++) out[i + c] = data[from + c]
    }
  }
  return { width, height, channels, data: out }
}
