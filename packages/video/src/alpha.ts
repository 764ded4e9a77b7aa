/**
 * The transparency of frames: read from a decoder's alpha plane, written as a plane for encoders, or replaced by a
 * white background.
 */
import type { Picture } from '@animegan/core'
import type { Plane, YuvLayout } from './yuv.ts'

/** A picture with the transparency of a frame's fourth plane; opaque if there is none. */
export const withAlpha = (
  { width, height, data }: Picture,
  bytes: Uint8Array,
  plane: Plane | undefined,
  { depth }: Pick<YuvLayout, 'depth'>,
): Picture => {
  const out = new Uint8Array(width * height * 4)
  const size = depth > 8 ? 2 : 1
  for (let y = 0, i = 0, o = 0; y < height; y++) {
    const row = plane ? plane.offset + y * plane.stride : 0
    for (let x = 0; x < width; x++) {
      out[o++] = data[i++]
      out[o++] = data[i++]
      out[o++] = data[i++]
      const at = row + x * size
      out[o++] = !plane ? 255 : size === 1 ? bytes[at] : (bytes[at] | (bytes[at + 1] << 8)) >> (depth - 8)
    }
  }
  return { width, height, channels: 4, data: out }
}

/** Writes a picture's transparency as a plane; repeats its last row and column up to the plane's size. */
export const alphaPlane = (
  { width, height, channels, data }: Picture,
  across: number,
  down: number,
  out: Uint8Array,
): void => {
  for (let y = 0, o = 0; y < down; y++) {
    const row = Math.min(y, height - 1) * width
    for (let x = 0; x < across; x++) out[o++] = channels === 4 ? data[(row + Math.min(x, width - 1)) * 4 + 3] : 255
  }
}

/** A picture on a white background, without transparency. */
export const onWhite = ({ width, height, channels, data }: Picture): Picture => {
  if (channels === 3) return { width, height, channels, data }
  const out = new Uint8Array(width * height * 3)
  for (let i = 0, o = 0; o < out.length; i += 4) {
    const alpha = data[i + 3]
    for (let k = 0; k < 3; k++) out[o++] = Math.round((data[i + k] * alpha + 255 * (255 - alpha)) / 255)
  }
  return { width, height, channels: 3, data: out }
}
