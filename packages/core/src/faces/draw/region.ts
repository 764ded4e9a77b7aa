/**
 * The part of a picture needed to redraw a face: the rectangle around the face's crop, at the picture's scale and at
 * the network's, and the position of the network's square in it. Cuts and shrinks; draws nothing.
 */
import type { Picture } from '../../picture.ts'
import { fillTransparent } from '../../pixels/blend.ts'
import { resample } from '../../pixels/resample.ts'
import type { Point } from '../face.ts'
import { type Alignment, CROP, toPicture } from './alignment.ts'
import { type RowSource, warp } from './warp.ts'

/** Up to this tilt a head is not turned upright for the network: turning it there and back costs sharpness. */
const UPRIGHT = (12 * Math.PI) / 180
/**
 * Minimum size at which a small face is drawn, as a share of the style's best size, so that eyes have room for lines.
 */
const LEAST_OF_BEST = 0.6
/** A small face is enlarged for the network by at most this; with more, the network would draw blur. */
const MOST_ENLARGED = 4
/** The smallest face worth drawing: 4 pixels between its eyes. */
const LEAST_UNIT = 4

/** A rectangle of a picture, and the same at the network's scale. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Its size at the network's scale. */
  readonly lowWidth: number
  readonly lowHeight: number
  /** Side of the network's square. */
  readonly side: number
  /** The square's centre in the low region (the centre of its first pixel is (0, 0)), and the square's direction. */
  readonly middle: Point
  readonly cos: number
  readonly sin: number
}

/** The side of a face's crop, in pixels of the picture. */
export const cropSide = ({ unit }: Alignment): number => 2 * CROP.halfSide * unit

/**
 * The side at which the network should see a face's crop: the style's best, `faceSize`. A smaller crop is brought
 * halfway there, to the geometric mean, so that lines in the face are not much finer than those around it; without
 * `enlarge` it keeps its size.
 */
export const networkSide = (alignment: Alignment, faceSize: number, enlarge = true): number => {
  const full = cropSide(alignment)
  if (full >= faceSize) return faceSize
  if (!enlarge) return Math.ceil(full)
  return Math.round(Math.min(MOST_ENLARGED * full, Math.max(Math.sqrt(full * faceSize), LEAST_OF_BEST * faceSize)))
}

/**
 * The region of a face in a picture of the given size, for a network that sees its crop at `faceSize` pixels. Undefined
 * when the face lies outside the picture or is too small to draw.
 */
export const regionOf = (
  alignment: Alignment,
  size: { readonly width: number; readonly height: number },
  faceSize: number,
  enlarge = true,
): Region | undefined => {
  if (alignment.unit < LEAST_UNIT) return undefined
  const tilt = Math.atan2(alignment.sin, alignment.cos)
  const turned = Math.sign(tilt) * Math.max(0, Math.abs(tilt) - UPRIGHT)
  const [cos, sin] = [Math.cos(turned), Math.sin(turned)]
  const centre = toPicture(alignment, CROP)
  const full = cropSide(alignment)
  const reach = (full / 2) * (Math.abs(cos) + Math.abs(sin)) + 2
  const x = Math.max(0, Math.floor(centre.x - reach))
  const y = Math.max(0, Math.floor(centre.y - reach))
  const width = Math.min(size.width, Math.ceil(centre.x + reach)) - x
  const height = Math.min(size.height, Math.ceil(centre.y + reach)) - y
  if (width < 1 || height < 1) return undefined
  const side = networkSide(alignment, faceSize, enlarge)
  const lowWidth = Math.max(1, Math.round((width * side) / full))
  const lowHeight = Math.max(1, Math.round((height * side) / full))
  // At whole pixels of the low region, so an upright square is cut out, not resampled.
  const half = (side - 1) / 2
  const middle = {
    x: Math.round(((centre.x - x) * lowWidth) / width - 0.5 - half) + half,
    y: Math.round(((centre.y - y) * lowHeight) / height - 0.5 - half) + half,
  }
  return { x, y, width, height, lowWidth, lowHeight, side, middle, cos, sin }
}

/** A rectangle of a picture as an opaque picture: transparent pixels are filled from their surroundings. */
export const cut = (picture: Picture, { x, y, width, height }: Region): Picture => {
  const { channels, data } = picture
  const out = new Uint8Array(width * height * channels)
  const row = width * channels
  for (let j = 0; j < height; j++) {
    const from = ((y + j) * picture.width + x) * channels
    out.set(data.subarray(from, from + row), j * row)
  }
  return fillTransparent({ width, height, channels, data: out })
}

/** A cut region at the network's scale. */
export const toLow = (region: Picture, { lowWidth, lowHeight }: Region): Picture =>
  resample(region, lowWidth, lowHeight)

/** The network's square, cut from the low region; mirrored beyond the picture's border. */
export const squareOf = (low: Picture, { side, middle, cos, sin }: Region): Picture => {
  const half = (side - 1) / 2
  return warp(low, side, side, (j, xs, ys) => {
    for (let i = 0; i < side; i++) {
      xs[i] = middle.x + (i - half) * cos - (j - half) * sin
      ys[i] = middle.y + (i - half) * sin + (j - half) * cos
    }
  })
}

/** The network's result for the square, put back into the low region. */
export const lowOf = (square: Picture, { lowWidth, lowHeight, middle, cos, sin }: Region): Picture => {
  const half = (square.width - 1) / 2
  const source: RowSource = (y, xs, ys) => {
    for (let x = 0; x < lowWidth; x++) {
      const [dx, dy] = [x - middle.x, y - middle.y]
      xs[x] = half + dx * cos + dy * sin
      ys[x] = half + dy * cos - dx * sin
    }
  }
  return warp(square, lowWidth, lowHeight, source)
}
