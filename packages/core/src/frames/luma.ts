/**
 * Brightness (luma) as one plane of whole numbers from 0 to 255, with halving and pyramids: the input for finding
 * shots, repeats and motion. Not a colour conversion for pictures that people see.
 */
import type { Picture } from '../picture.ts'

/** One plane of 8-bit numbers, `width * height` of them, row by row. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** BT.601 luma of sRGB bytes, in steps of 1/256; alpha is ignored. */
export const lumaOf = ({ width, height, channels, data }: Picture): Plane => {
  const luma = new Uint8Array(width * height)
  for (let i = 0, s = 0; i < luma.length; i++, s += channels) {
    luma[i] = (77 * data[s] + 150 * data[s + 1] + 29 * data[s + 2] + 128) >> 8
  }
  return { width, height, data: luma }
}

/**
 * Half the width and height, rounded up: means of 2 x 2, the last row and column repeated where they lack a partner.
 */
export const halve = ({ width, height, data }: Plane): Plane => {
  const halfWidth = (width + 1) >> 1
  const halfHeight = (height + 1) >> 1
  const half = new Uint8Array(halfWidth * halfHeight)
  for (let y = 0, o = 0; y < halfHeight; y++) {
    const top = 2 * y * width
    const bottom = 2 * y + 1 < height ? top + width : top
    for (let x = 0; x < halfWidth; x++, o++) {
      const left = 2 * x
      const right = left + 1 < width ? left + 1 : left
      half[o] = (data[top + left] + data[top + right] + data[bottom + left] + data[bottom + right] + 2) >> 2
    }
  }
  return { width: halfWidth, height: halfHeight, data: half }
}

/** Pyramids stop above this side, so that patches of 8 have room to move. */
const coarsest = 24

/** The plane, its half, the half of that, and so on. */
export const pyramidOf = (plane: Plane): Plane[] => {
  const levels = [plane]
  while (Math.min(levels.at(-1)!.width, levels.at(-1)!.height) >= 2 * coarsest) levels.push(halve(levels.at(-1)!))
  return levels
}
