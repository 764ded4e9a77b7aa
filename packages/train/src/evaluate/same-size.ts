/** The check that a photo and its result have the same size, which all measures of the two need. */
import type { Picture } from '@animegan/core'

/** Throws a RangeError that names the measure if the pictures differ in size. */
export const requireSameSize = (measure: string, photo: Picture, result: Picture): void => {
  if (photo.width === result.width && photo.height === result.height) return
  throw new RangeError(
    `${measure}: expected two pictures of one size, given ${photo.width} x ${photo.height} and ${result.width} x ${result.height}`,
  )
}
