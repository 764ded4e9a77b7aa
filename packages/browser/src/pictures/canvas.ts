/**
 * Puts a picture on a canvas, for the browser's encoders and for reducing it. Strip by strip, to avoid a third copy in
 * memory.
 */
import { AnimeganError, type Picture } from '@animegan/core'

const STRIP_ROWS = 256

/** The picture on a canvas of its size; `flatten` puts it on white. */
export const canvasOf = ({ width, height, channels, data }: Picture, flatten: boolean): OffscreenCanvas => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new AnimeganError('out-of-memory', 'expected memory for a canvas, found none')
  for (let y = 0; y < height; y += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, height - y)
    const strip = new ImageData(width, rows)
    for (let s = y * width * channels, o = 0; o < strip.data.length; s += channels, o += 4) {
      const alpha = channels === 4 ? data[s + 3] : 255
      const white = flatten ? 255 - alpha : 0
      const part = flatten ? alpha / 255 : 1
      strip.data[o] = data[s] * part + white
      strip.data[o + 1] = data[s + 1] * part + white
      strip.data[o + 2] = data[s + 2] * part + white
      strip.data[o + 3] = flatten ? 255 : alpha
    }
    context.putImageData(strip, 0, y)
  }
  return canvas
}
