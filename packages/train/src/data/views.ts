/**
 * Views: a whole light-corrected photo at one of a few sizes, and its painting. Photos are balanced and painted before
 * crops are cut, because their light is that of the whole picture, and only at a few sizes, so that paintings can be
 * cached.
 */
import { balance, type Picture, resample } from '@animegan/core'
import type { Random } from '../random.ts'
import type { Painter } from './painter.ts'

/** Number of sizes of each photo. */
const sizes = 3

/** A photo, and its painting if there is one, of the same size. */
export interface View {
  readonly photo: Picture
  readonly target?: Picture
}

/** How squares are cut. */
export interface ViewRule {
  /** Side of a square in pixels. */
  readonly size: number
  /**
   * The smallest and largest scale factor of photos; below 1 they are reduced. Photos too small for a square are
   * enlarged.
   */
  readonly scale: readonly [number, number]
}

/** The scale factors of a photo: in equal ratios, from the smallest that holds a square. */
export const viewScales = ({ width, height }: Picture, { size, scale }: ViewRule): number[] => {
  const least = Math.max(scale[0], size / Math.min(width, height))
  const most = Math.max(scale[1], least)
  return Array.from({ length: sizes }, (_, i) => least * (most / least) ** (i / (sizes - 1)))
}

/** A square of a view of a photo, and of its painting if `paint` is given: size, position and mirroring are random. */
export const drawView = async (
  original: Picture,
  random: Random,
  rule: ViewRule,
  paint: Painter | undefined,
): Promise<View> => {
  const { size } = rule
  const scale = viewScales(original, rule)[random.below(sizes)]
  const side = (length: number): number => Math.max(size, Math.round(length * scale))
  const photo = balance(resample(original, side(original.width), side(original.height)))
  const x = random.below(photo.width - size + 1)
  const y = random.below(photo.height - size + 1)
  const mirrored = random.uniform() < 0.5
  const own = (picture: Picture): Picture => square(picture, x, y, size, mirrored)
  return { photo: own(photo), target: paint && own(await paint(photo)) }
}

/** A square of a picture, mirrored left to right or not. */
const square = ({ width, data }: Picture, left: number, top: number, size: number, mirrored: boolean): Picture => {
  const out = new Uint8Array(size * size * 3)
  for (let y = 0, o = 0; y < size; y++) {
    for (let x = 0; x < size; x++, o += 3) {
      const s = 3 * ((top + y) * width + left + (mirrored ? size - 1 - x : x))
      out[o] = data[s]
      out[o + 1] = data[s + 1]
      out[o + 2] = data[s + 2]
    }
  }
  return { width: size, height: size, channels: 3, data: out }
}
