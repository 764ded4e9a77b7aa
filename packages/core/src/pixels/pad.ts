/**
 * Copies a rectangle out of a picture as plain RGB, as network input. Beyond the right or bottom edge the rectangle is
 * filled by reflection, which is how pictures are padded to a network's size multiple. Ignores transparency: pass it
 * the picture from `fillTransparent`.
 */
import type { Picture } from '../picture.ts'

/** Index `i >= 0` folded into 0..n-1 by mirrors that do not repeat the edge: for n = 3, 0 1 2 1 0 1 2 1 ... */
export function mirror(i: number, n: number): number {
  if (n === 1) return 0
  const period = 2 * (n - 1)
  const k = i % period
  return k < n ? k : period - k
}

/**
 * The `w * h * 3` bytes of the rectangle whose top left corner is (x, y). Alpha is dropped. (x, y) may not be negative;
 * everything beyond the right and bottom edges mirrors the inside.
 */
export function extractRgb(picture: Picture, x: number, y: number, w: number, h: number): Uint8Array {
  if (![x, y, w, h].every(Number.isInteger) || x < 0 || y < 0 || w < 0 || h < 0) {
    throw new RangeError(
      `extractRgb: expected a rectangle of whole pixels from 0 on, given ${w} x ${h} at (${x}, ${y})`,
    )
  }
  const { width, height, channels, data } = picture
  if (width < 1 || height < 1) {
    throw new RangeError(`extractRgb: expected a picture with pixels, given ${width} x ${height}`)
  }
  const out = new Uint8Array(w * h * 3)
  const inside = Math.max(0, Math.min(w, width - x))
  for (let row = 0, o = 0; row < h; row++) {
    const line = mirror(y + row, height) * width
    if (channels === 3) {
      out.set(data.subarray((line + x) * 3, (line + x + inside) * 3), o)
      o += inside * 3
    } else {
      for (let i = 0, s = (line + x) * 4; i < inside; i++, s += 4, o += 3) {
        out[o] = data[s]
        out[o + 1] = data[s + 1]
        out[o + 2] = data[s + 2]
      }
    }
    for (let i = inside; i < w; i++, o += 3) {
      const s = (line + mirror(x + i, width)) * channels
      out[o] = data[s]
      out[o + 1] = data[s + 1]
      out[o + 2] = data[s + 2]
    }
  }
  return out
}
