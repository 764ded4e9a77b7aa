/** Rotates and mirrors pictures by a clip's display matrix. Quarter turns only; does not scale. */
import type { Picture } from '@animegan/core'

/** Clockwise, in degrees. */
export type Rotation = 0 | 90 | 180 | 270

/** The picture turned clockwise by `rotation`, then mirrored left to right if `flip` is set. */
export const orient = (picture: Picture, rotation: Rotation, flip: boolean): Picture => {
  if (rotation === 0 && !flip) return picture
  const { width: w, height: h, channels, data } = picture
  const [width, height] = rotation % 180 === 0 ? [w, h] : [h, w]
  // Where the result's pixel (0, 0) is in the picture, and the steps from there to the right and down.
  const start = { 0: 0, 90: (h - 1) * w, 180: h * w - 1, 270: w - 1 }[rotation]
  const right = { 0: 1, 90: -w, 180: -1, 270: w }[rotation]
  const down = { 0: w, 90: 1, 180: -w, 270: -1 }[rotation]
  const [from, step] = flip ? [start + right * (width - 1), -right] : [start, right]
  const out = new Uint8Array(data.length)
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0, s = (from + y * down) * channels; x < width; x++, s += step * channels) {
      for (let k = 0; k < channels; k++) out[o++] = data[s + k]
    }
  }
  return { width, height, channels, data: out }
}
