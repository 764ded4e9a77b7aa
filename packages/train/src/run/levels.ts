/** The last step of a finished run: calibrates the style for 8 bits on photos of the run. */
import { AnimeganError, calibrate, type Engine, type Picture } from '@animegan/core'
import type { Style } from '@animegan/models'
import type { Dataset } from '../data/index.ts'
import type { Pictures } from '../pictures.ts'

/** Number of photos to measure on, and their long side. */
const count = 16
const longSide = 512

/** The calibrated style; the style unchanged if its network has no 8-bit form. */
export const withLevels = async (
  style: Style,
  dataset: Dataset,
  pictures: Pictures,
  engine: Engine,
): Promise<Style> => {
  const photos: Picture[] = []
  for (const path of dataset.somePhotos(count)) photos.push(await pictures.read(path, longSide))
  try {
    return await calibrate(style, engine, photos)
  } catch (error) {
    if (error instanceof AnimeganError && error.code === 'unsupported') return style
    throw error
  }
}
