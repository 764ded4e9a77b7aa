/**
 * One face redrawn in a styled picture: cut out of the photo, brought into proportion and to the network's scale, drawn,
 * brought back to the picture's own scale along the photo's edges, and joined. Which faces, and in which order, is
 * face-stylizer.ts's.
 */
import type { Picture } from '../picture.ts'
import { blend } from '../pixels/blend.ts'
import { guidedUpsample } from '../pixels/guided-upsample.ts'
import type { StylizeOptions, Stylizer } from '../stylizer.ts'
import { type Alignment, toFrame, toPicture } from './alignment.ts'
import { colourDifference, join, rimOf } from './join.ts'
import { type Proportions, toPhoto } from './proportions.ts'
import { cut, lowOf, type Region, squareOf, toLow } from './region.ts'
import type { Rim } from './rim.ts'
import { warp } from './warp.ts'

/** What is to be redrawn. */
export interface Sitter {
  readonly alignment: Alignment
  readonly region: Region
  readonly proportions: Proportions
  /** How much of the redrawn face shows, 0 to 1. */
  readonly weight: number
  /** Faces nearby, which the rim is to leave whole. */
  readonly neighbours: readonly Alignment[]
}

/**
 * Redraws a face over `picture`, in place, and gives the rim that it ends at.
 *
 * @param photo the original, of the picture's size
 */
export const redrawFace = async (
  stylizer: Stylizer,
  photo: Picture,
  picture: Picture,
  { alignment, region, proportions, weight, neighbours }: Sitter,
  { strength = 1, signal }: Pick<StylizeOptions, 'strength' | 'signal'>,
): Promise<Rim> => {
  const shown = inProportion(cut(photo, region), region, alignment, proportions)
  const low = toLow(shown, region)
  const square = await stylizer.stylize(squareOf(low, region), { effectSize: region.side, ...(signal && { signal }) })
  const drawn = blend(shown, guidedUpsample(low, lowOf(square, region), shown), strength)
  const pair = { around: toLow(cut(picture, region), region), drawn: toLow(drawn, region) }
  const rim = rimOf(pair, alignment, region, proportions.length > 0, neighbours)
  join(picture, drawn, region, alignment, rim, colourDifference(pair, alignment, region, rim), weight)
  return rim
}

/** A region of the photo with the face in proportion; pixels that do not move are the photo's own. */
const inProportion = (photo: Picture, region: Region, alignment: Alignment, proportions: Proportions): Picture => {
  if (proportions.length === 0) return photo
  return warp(photo, region.width, region.height, (y, xs, ys) => {
    for (let x = 0; x < region.width; x++) {
      xs[x] = x
      ys[x] = y
      const point = toFrame(alignment, { x: region.x + x + 0.5, y: region.y + y + 0.5 })
      const from = toPhoto(proportions, point)
      if (from.x === point.x && from.y === point.y) continue
      const source = toPicture(alignment, from)
      xs[x] = source.x - region.x - 0.5
      ys[x] = source.y - region.y - 0.5
    }
  })
}
