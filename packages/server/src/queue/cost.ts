/**
 * What a job costs, before it is done: megapixels of work. The unit is what the network sees of one megapixel; reading,
 * writing and faces are counted as parts of it. The proportions need to be right, not the absolute numbers: workers
 * measure how many of these they do in a second.
 */
import { type AnimateOptions, effectSizes, fitLongSide, type Style } from '@animegan/core'

/** A picture as its header states it. */
export interface PictureSize {
  readonly width: number
  readonly height: number
  /** 1, or the number of an animation's frames. */
  readonly frames: number
}

/** Work that every picture needs, whatever its size. */
const EACH = 0.05
/** Reading, resizing and writing a megapixel, against what the network does with one. */
const HANDLING = 0.1

/** The longest side of a preview. */
export const PREVIEW_SIDE = 256

/** The cost of drawing a picture. */
export const costOf = ({ width, height, frames }: PictureSize, style: Style, options: AnimateOptions): number => {
  const result = options.size === undefined ? { width, height } : fitLongSide(width, height, options.size)
  const seen = fitLongSide(result.width, result.height, effectSizes(style)(result, options.effectSize))
  const handled = width * height + result.width * result.height
  return EACH + (frames * (seen.width * seen.height + (HANDLING * handled) / 2)) / 1e6
}

/** The cost of a picture's preview: its first frame is read whole, and drawn small. */
export const previewCostOf = ({ width, height }: PictureSize): number =>
  EACH + (PREVIEW_SIDE ** 2 + (HANDLING * width * height) / 2) / 1e6

/** Joining a clip, against drawing its parts. */
const JOINING = 0.02

/** The cost of joining parts that cost so much. */
export const costOfJoining = (parts: number): number => EACH + JOINING * parts

/** The cost of drawing a small square whole. */
export const costOfSquare = (side: number): number => EACH + ((1 + HANDLING) * side ** 2) / 1e6
