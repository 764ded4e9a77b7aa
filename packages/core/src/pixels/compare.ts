/**
 * The before/after picture: two pictures of one size side by side with a thin divider. Does not scale or label them.
 */
import type { Picture } from '../picture.ts'

/**
 * Copies `from` into `data` (rows `width` pixels wide, `channels` each) at column `left`, opaque where it has no alpha.
 */
function place(from: Picture, data: Uint8Array, width: number, channels: 3 | 4, left: number): void {
  for (let y = 0; y < from.height; y++) {
    const start = y * from.width * from.channels
    let o = (y * width + left) * channels
    if (from.channels === channels) {
      data.set(from.data.subarray(start, start + from.width * channels), o)
      continue
    }
    for (let x = 0, s = start; x < from.width; x++, s += from.channels, o += channels) {
      data[o] = from.data[s]
      data[o + 1] = from.data[s + 1]
      data[o + 2] = from.data[s + 2]
      data[o + 3] = 255
    }
  }
}

/**
 * `before`, a white divider (1/200 of the width, 2 to 16 pixels), and `after`, left to right. The result has alpha when
 * either picture has.
 */
export function sideBySide(before: Picture, after: Picture): Picture {
  if (before.width !== after.width || before.height !== after.height) {
    throw new RangeError(
      `sideBySide: expected two pictures of one size, given ${before.width} x ${before.height} and ${after.width} x ${after.height}`,
    )
  }
  const divider = Math.min(16, Math.max(2, Math.round(before.width / 200)))
  const width = before.width * 2 + divider
  const channels = before.channels === 4 || after.channels === 4 ? 4 : 3
  const data = new Uint8Array(width * before.height * channels).fill(255)
  place(before, data, width, channels, 0)
  place(after, data, width, channels, before.width + divider)
  return { width, height: before.height, channels, data }
}
