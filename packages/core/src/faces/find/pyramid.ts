/**
 * The scales at which a picture is searched for faces, and the tiles of each. A network sees faces of one size best and
 * of a range of sizes well; each level of the pyramid covers one range of face sizes, and the ranges overlap. This file
 * plans and cuts; it runs no network.
 */
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'

/** Width in pixels of the smallest face that the network sees well. */
const SEEN = 16
/** Scale from one level to the next: well within the range of widths that one level covers, 16 to 100 pixels. */
const STEP = 4
/** The short side of the last level is at most this long, so that a face as large as the picture is in range. */
const LAST_SIDE = 128
/** And at least this long, if the picture is. */
const LEAST_LAST_SIDE = 96
/**
 * Up to this many pixels, pictures are searched at full size, because finding faces smaller than requested costs
 * little.
 */
const FREE_PIXELS = 1_500_000
/**
 * Larger ones are searched at a smaller scale, but not below this: halving is fast, and the network still gives hints
 * at half size.
 */
const LEAST_FIRST = 0.5
/** Beyond this scale the network finds fewer faces again, since it has not learnt such soft ones. */
const MOST_ENLARGED = 2
/** A closer look enlarges by at least this, or is skipped. */
const LEAST_CLOSER = 1.25

/** Pixels that count for the cost of a search: of a panorama or a strip, those of a part with sides of 2 to 1. */
const pixelsOf = (width: number, height: number): number => {
  const short = Math.min(width, height)
  return short * Math.min(2 * short, Math.max(width, height))
}

/**
 * The scales for a picture, largest first, so that faces from `smallest` pixels wide to the whole picture are found.
 * Default: 16 pixels in pictures of up to 1.5 megapixels, 24 up to 3.4, and 32 from 6 on.
 */
export const scalesOf = (width: number, height: number, smallest: number | undefined): number[] => {
  const short = Math.min(width, height)
  const first =
    smallest === undefined
      ? Math.max(LEAST_FIRST, Math.min(1, Math.sqrt(FREE_PIXELS / pixelsOf(width, height))))
      : Math.min(MOST_ENLARGED, SEEN / smallest)
  const scales = [Math.max(first, Math.min(1, LEAST_LAST_SIDE / short))]
  while (scales.at(-1)! * short > LAST_SIDE) scales.push(Math.max(scales.at(-1)! / STEP, LEAST_LAST_SIDE / short))
  return scales
}

/**
 * The scale of a closer look at a picture with small faces, which probably has smaller ones too; undefined in large
 * pictures, where it is not worth it.
 */
export const closerScaleOf = (width: number, height: number): number | undefined => {
  const scale = Math.min(MOST_ENLARGED, Math.sqrt(FREE_PIXELS / pixelsOf(width, height)))
  return scale >= LEAST_CLOSER ? scale : undefined
}

/** The picture at a scale. */
export interface Level {
  readonly picture: Picture
  /** Its pixels per picture pixel. */
  readonly scale: number
}

/** A smaller or larger level, made from a level near it. Sides are at least one pixel. */
export const levelOf = (from: Level, scale: number): Level => {
  const { width, height } = from.picture
  // Only for halves: averaging down to a quarter gives such sharp pixels that one face in a hundred is missed.
  if (from.scale === 2 * scale && width > 1 && height > 1) return { picture: halved(from.picture), scale }
  const side = (size: number): number => Math.max(1, Math.round((size * scale) / from.scale))
  const picture = resample(from.picture, side(width), side(height), 'coarse')
  return { picture, scale: (from.scale * picture.width) / width }
}

/** Means of 2 x 2 pixels, RGB, dropping a last odd column or row: takes a fraction of the time of resampling. */
const halved = ({ width, height, channels, data }: Picture): Picture => {
  const [columns, rows] = [width >> 1, height >> 1]
  const out = new Uint8Array(columns * rows * 3)
  for (let y = 0, o = 0; y < rows; y++) {
    let above = 2 * y * width * channels
    let below = above + width * channels
    for (let x = 0; x < columns; x++, o += 3, above += 2 * channels, below += 2 * channels) {
      for (let c = 0; c < 3; c++) {
        const sum = data[above + c] + data[above + channels + c] + data[below + c] + data[below + channels + c]
        out[o + c] = (sum + 2) >> 2
      }
    }
  }
  return { width: columns, height: rows, channels: 3, data: out }
}

/**
 * Side of a tile. Larger ones take up to twice as long per pixel, because tensors no longer fit the processor's cache.
 */
const TILE = 256
/**
 * Overlap of neighbours: a face of this size is whole in one of them, and most of a larger one is. 64 finds no more.
 */
const SHARED = 32

/** A part of a level as network input, RGB with sides that are multiples; black outside the picture. */
export interface LevelTile {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const starts = (size: number): number[] => {
  if (size <= TILE) return [0]
  const count = Math.ceil((size - SHARED) / (TILE - SHARED))
  return Array.from({ length: count }, (_, i) => Math.round(((size - TILE) * i) / (count - 1)))
}

/** The tiles of a level whose sides are `width` and `height`. */
export const tilesOf = (width: number, height: number, multiple: number): LevelTile[] => {
  const padded = (size: number): number => Math.ceil(Math.min(size, TILE) / multiple) * multiple
  return starts(height).flatMap((top) =>
    starts(width).map((left) => ({ left, top, width: padded(width), height: padded(height) })),
  )
}

/** The pixels of a tile. */
export const cutTile = ({ width, height, channels, data }: Picture, tile: LevelTile): Uint8Array => {
  const out = new Uint8Array(tile.width * tile.height * 3)
  const rows = Math.min(tile.height, height - tile.top)
  const columns = Math.min(tile.width, width - tile.left)
  for (let y = 0; y < rows; y++) {
    const from = ((tile.top + y) * width + tile.left) * channels
    const to = y * tile.width * 3
    if (channels === 3) out.set(data.subarray(from, from + columns * 3), to)
    else {
      for (let x = 0; x < columns; x++) {
        out.set(data.subarray(from + x * 4, from + x * 4 + 3), to + x * 3)
      }
    }
  }
  return out
}
