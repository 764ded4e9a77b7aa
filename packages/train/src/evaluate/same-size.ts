/** What every measure of a photo and its result asks of the two: one size. */
import type { Picture } from '@animegan/core'

/** Throws a RangeError that names the measure unless the pictures have one size. */
export const requireSameSize = (measure: string, photo: Picture, result: Picture): void => {
  if (photo.width === result.width && photo.height === result.height) return
  throw new RangeError(
    `${measure}: expected two pictures of one size, given ${photo.width} x ${photo.height} and ${result.width} x ${result.height}`,
  )
}
