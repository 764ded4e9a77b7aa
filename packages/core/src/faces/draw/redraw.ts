/**
 * Redraws one face in a styled picture: it is cut out of the photo, given its proportions, scaled for the network,
 * drawn, upsampled to the picture's scale along the photo's edges, and joined. face-stylizer.ts decides which faces,
 * and in which order.
 */
import type { Picture } from '../../picture.ts'
import { blend } from '../../pixels/blend.ts'
import { guidedRows } from '../../pixels/guided-upsample.ts'
import type { StylizeOptions, Stylizer } from '../../stylizer.ts'
import { type Alignment, toFrame, toPicture } from './alignment.ts'
import { colourDifference, join, rimOf } from './join.ts'
import { type Proportions, toPhoto } from './proportions.ts'
import { cut, lowOf, type Region, squareOf, toLow } from './region.ts'
import type { Rim } from './rim.ts'
import { warpRows } from './warp.ts'

/** The face to redraw, and how. */
export interface Sitter {
  readonly alignment: Alignment
  readonly region: Region
  readonly proportions: Proportions
  /** Opacity of the redrawn face, 0 to 1. */
  readonly weight: number
  /** Nearby faces that the rim must not cut into. */
  readonly neighbours: readonly Alignment[]
}

/**
 * Redraws a face in `picture`, in place, and returns its rim. Apart from the two pictures, memory holds only a
 * temporary copy of the region and what the network sees; the full-size face is made row by row.
 *
 * @param photo the original, of the picture's size
 */
export const redrawFace = async (
  stylizer: Stylizer,
  photo: Picture,
  picture: Picture,
  { alignment, region, proportions, weight, neighbours }: Sitter,
  { strength = 1, scene, signal }: Pick<StylizeOptions, 'strength' | 'scene' | 'signal'>,
): Promise<Rim> => {
  const { rows, low } = shownFace(photo, region, alignment, proportions)
  const square = await stylizer.stylize(squareOf(low, region), { effectSize: region.side, scene, signal })
  const drawnLow = lowOf(square, region)
  const guided = guidedRows(low, drawnLow, region.width, region.height)
  const pair = { around: toLow(cut(picture, region), region), drawn: blend(low, drawnLow, strength) }
  const rim = rimOf(pair, alignment, region, proportions.length > 0, neighbours)
  const shown = new Uint8Array(region.width * 3)
  const drawn = new Uint8Array(region.width * 3)
  const row = (data: Uint8Array): Picture => ({ width: region.width, height: 1, channels: 3, data })
  const drawRow = (y: number): Uint8Array => {
    rows(y, shown)
    guided(y, shown, drawn)
    return blend(row(shown), row(drawn), strength).data
  }
  join(picture, drawRow, region, alignment, rim, colourDifference(pair, alignment, region, rim), weight)
  return rim
}

/** The photo's region with the proportions applied: row by row, and at the network's scale. */
const shownFace = (photo: Picture, region: Region, alignment: Alignment, proportions: Proportions) => {
  const { x: left, y: top, width, height } = region
  // An opaque photo is read in place; for one with transparency, the filled region is kept.
  const filled = photo.channels === 4 ? cut(photo, region) : undefined
  const from = filled ? { picture: filled, x: 0, y: 0 } : { picture: photo, x: left, y: top }
  const rows = warpRows(from.picture, width, (y, xs, ys) => {
    for (let x = 0; x < width; x++) {
      xs[x] = from.x + x
      ys[x] = from.y + y
      if (proportions.length === 0) continue
      const point = toFrame(alignment, { x: left + x + 0.5, y: top + y + 0.5 })
      const moved = toPhoto(proportions, point)
      if (moved.x === point.x && moved.y === point.y) continue
      const source = toPicture(alignment, moved)
      xs[x] = source.x - left + from.x - 0.5
      ys[x] = source.y - top + from.y - 0.5
    }
  })
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) rows(y, data.subarray(y * width * 3))
  return { rows, low: toLow({ width, height, channels: 3, data }, region) }
}
