/** The before/after picture in one: the left half of one picture, a thin divider, the right half of the other. */
import type { Picture } from '../picture.ts'

/** Both pictures have one size, also that of the result. The divider is white, 2 to 8 pixels wide. */
export const splitView = (before: Picture, after: Picture): Picture => {
  const { width, height } = after
  const channels = before.channels === 4 || after.channels === 4 ? 4 : 3
  const data = new Uint8Array(width * height * channels).fill(255)
  const divider = Math.min(8, Math.max(2, Math.round(width / 200)))
  const left = (width - divider) >> 1
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o += channels) {
      if (x >= left && x < left + divider) continue
      const from = x < left ? before : after
      const s = (y * width + x) * from.channels
      for (let k = 0; k < from.channels; k++) data[o + k] = from.data[s + k]
    }
  }
  return { width, height, channels, data }
}
