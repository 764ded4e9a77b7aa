/**
 * Random crops: a square of a picture, at a random place and scale, mirrored or not, resampled to the size that a network
 * is trained at. What is drawn depends on the random numbers and the picture's size only.
 */
import type { Picture } from '@animegan/core'
import sharp from 'sharp'
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

/** Draws a crop: the factor log-uniformly, the place uniformly. */
export const drawCrop = async (picture: Picture, random: Random, rule: CropRule): Promise<Picture> => {
  const { width, height, channels, data } = picture
  const { size, scale, flip } = rule
  const short = Math.min(width, height)
  const least = Math.max(scale[0], size / short)
  const most = Math.max(scale[1], least)
  const side = Math.min(short, Math.max(1, Math.round(size / (least * (most / least) ** random.uniform()))))
  const x = random.below(width - side + 1)
  const y = random.below(height - side + 1)
  const mirrored = flip && random.uniform() < 0.5
  const pixels = await sharp(data, { raw: { width, height, channels } })
    .extract({ left: x, top: y, width: side, height: side })
    .resize({ width: size, height: size, fit: 'fill', kernel: 'lanczos3' })
    .flop(mirrored)
    .raw()
    .toBuffer()
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length)
  return { width: size, height: size, channels: 3, data: bytes }
}
