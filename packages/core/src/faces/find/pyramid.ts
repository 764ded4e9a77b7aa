/**
 * The scales at which a picture is searched for faces, and the tiles that each is cut into. A network sees faces of one
 * size best and of a range of sizes well; each level of the pyramid shows it a range of the picture's faces, and the
 * ranges overlap. It plans and cuts; it looks at nothing.
 */
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'

/** Width in pixels of the smallest face that the network sees well. */
const SEEN = 16
/** From one level to the next: well within the range of widths that one level covers, 16 to 100 pixels. */
const STEP = 4
/** The last level has its short side at most this long, so that a face as large as the picture is in range. */
const LAST_SIDE = 128
/** And at least this long, as far as there is that much. */
const LEAST_LAST_SIDE = 96
/** Pictures are searched at their own size up to this many pixels, for faces smaller than were asked for cost little. */
const FREE_PIXELS = 1_500_000
/** Larger ones are searched smaller, but no smaller than this: halving is quick, and the network has a notion of what it halves. */
const LEAST_FIRST = 0.5
/** Beyond this the network sees less again: it knows no faces as soft. */
const MOST_ENLARGED = 2
/** A closer look is this much larger than the picture, or is not taken. */
const LEAST_CLOSER = 1.25

/**
 * The scales for a picture, largest first: so that faces from `smallest` pixels wide to the whole picture are seen. Unless a
 * width is asked for, that is 16 pixels in pictures of up to 1.5 megapixels, 24 up to 3.4, and 32 in those of 6 and more.
 */
export const scalesOf = (width: number, height: number, smallest: number | undefined): number[] => {
  const short = Math.min(width, height)
  const first =
    smallest === undefined
      ? Math.max(LEAST_FIRST, Math.min(1, Math.sqrt(FREE_PIXELS / (width * height))))
      : Math.min(MOST_ENLARGED, SEEN / smallest)
  const scales = [Math.max(first, Math.min(1, LEAST_LAST_SIDE / short))]
  while (scales.at(-1)! * short > LAST_SIDE) scales.push(Math.max(scales.at(-1)! / STEP, LEAST_LAST_SIDE / short))
  return scales
}

/**
 * The scale of a closer look at a picture with small faces, where there are likely to be smaller ones; undefined where it
 * is not worth it, in large pictures.
 */
export const closerScaleOf = (width: number, height: number): number | undefined => {
  const scale = Math.min(MOST_ENLARGED, Math.sqrt(FREE_PIXELS / (width * height)))
  return scale >= LEAST_CLOSER ? scale : undefined
}

/** The picture at a scale. */
export interface Level {
  readonly picture: Picture
  /** Pixels of it for one of the picture's. */
  readonly scale: number
}

/** A smaller or larger level, made from a level near it. Sides are at least one pixel. */
export const levelOf = (from: Level, scale: number): Level => {
  const { width, height } = from.picture
  // Only halves: quarters by means are so sharp that one face in a hundred is taken for another thing.
  if (from.scale === 2 * scale && width > 1 && height > 1) return { picture: halved(from.picture), scale }
  const side = (size: number): number => Math.max(1, Math.round((size * scale) / from.scale))
  const picture = resample(from.picture, side(width), side(height), 'coarse')
  return { picture, scale: (from.scale * picture.width) / width }
}

/** The means of each four pixels, RGB, without a last odd column or row: a fraction of the time of resampling. */
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

/** Side of a tile. With larger ones a run takes up to twice as long by the pixel: its tensors leave the processor's cache. */
const TILE = 256
/** What neighbours share: a face of this size is whole in one of them, and of a larger one most is. 64 finds no more. */
const SHARED = 32

/** A part of a level as the network takes it, RGB with sides that are multiples; black beyond the picture. */
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
