/** The last touch to a style that a run has finished: what its levels in 8 bits stand for, measured on photos of the run. */
import { AnimeganError, calibrate, type Engine, type Picture } from '@animegan/core'
import type { Style } from '@animegan/models'
import type { Dataset } from '../data/index.ts'
import type { Pictures } from '../pictures.ts'

/** Photos to measure on. */
const count = 16
const longSide = 512

/** The style, calibrated; as it is if its network cannot be had in 8 bits. */
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
