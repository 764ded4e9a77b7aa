/**
 * Random crops: a square of a picture, at a random place and scale, mirrored or not, resampled to the size that a network
 * is trained at. What is drawn depends on the random numbers and the picture's size only.
 */
import type { Picture } from '@animegan/core'
import type { Pictures } from '../pictures.ts'
import type { Random } from '../random.ts'

/** How crops are drawn. */
export interface CropRule {
  /** Side of a crop in pixels. */
  readonly size: number
  /**
   * The least and largest factor that a crop is enlarged by; below 1, reduced. Those that would need a square larger than
   * the picture are not drawn, and a picture too small for all of them is enlarged by what it takes.
   */
  readonly scale: readonly [number, number]
  /** Whether every other crop is mirrored, left to right. */
  readonly flip: boolean
}

/** A crop with what lies around it: its pixels are `size` squared of the picture's, from `left`, `top` on. */
export interface Crop {
  readonly picture: Picture
  readonly left: number
  readonly top: number
}

/**
 * Draws a crop: the factor log-uniformly, the place uniformly.
 *
 * @param margin pixels to add on each side, at the crop's scale; fewer (down to none) where the picture ends
 */
export const drawCrop = async (
  picture: Picture,
  random: Random,
  rule: CropRule,
  resize: Pictures['resize'],
  margin = 0,
): Promise<Crop> => {
  const { width, height } = picture
  const { size, scale, flip } = rule
  const short = Math.min(width, height)
  const least = Math.max(scale[0], size / short)
  const most = Math.max(scale[1], least)
  const side = Math.min(short, Math.max(1, Math.round(size / (least * (most / least) ** random.uniform()))))
  const x = random.below(width - side + 1)
  const y = random.below(height - side + 1)
  const mirrored = flip && random.uniform() < 0.5

  // Margins are whole pixels of the picture and of the crop, so the scale is off by less than a pixel over all.
  const wanted = Math.round((margin * side) / size)
  const [left, right, top, bottom] = [x, width - x - side, y, height - y - side].map((room) => Math.min(wanted, room))
  const scaled = (length: number): number => Math.round((length * size) / side)
  const region = { left: x - left, top: y - top, width: left + side + right, height: top + side + bottom }
  const crop = await resize(picture, region, scaled(left) + size + scaled(right), scaled(top) + size + scaled(bottom))
  return {
    picture: mirrored ? mirror(crop) : crop,
    left: scaled(mirrored ? right : left),
    top: scaled(top),
  }
}

/** The picture, left to right. */
const mirror = ({ width, height, channels, data }: Picture): Picture => {
  const out = new Uint8Array(data.length)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = width - 1; x >= 0; x--, i += channels) {
      const from = (y * width + x) * channels
      for (let c = 0; c < channels; c++) out[i + c] = data[from + c]
    }
  }
  return { width, height, channels, data: out }
}

/** The crop's own pixels, without its margin, written to `out` from `offset` on: `size * size * 3` bytes. */
export const writeCrop = ({ picture, left, top }: Crop, size: number, out: Uint8Array, offset: number): void => {
  const { width, data } = picture
  for (let y = 0; y < size; y++) {
    const from = ((top + y) * width + left) * 3
    out.set(data.subarray(from, from + size * 3), offset + y * size * 3)
  }
}
