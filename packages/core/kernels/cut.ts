/** Pieces cut out of pictures in fractions of a pixel, in whole numbers, as OpenCV's warpPerspective does: landmarks/cut.ts. */

function within(at: i32, length: i32): i32 {
  return min(max(at, 0), length - 1)
}

/** JavaScript's rounding: halves up. */
function rounded(value: f64): i32 {
  return <i32>Math.floor(value + 0.5)
}

/**
 * A piece of `size` by `size` pixels of RGB, whose pixel (u, v) is at (x0 + u * ax + v * bx, y0 + u * ay + v * by) of a picture of `channels` bytes a
 * pixel, of which rows from `top` on are in memory; bilinear by 32nds of a pixel, the border repeated.
 */
export function cutPiece(
  pixels: usize,
  top: i32,
  width: i32,
  height: i32,
  channels: i32,
  size: i32,
  x0: f64,
  y0: f64,
  ax: f64,
  ay: f64,
  bx: f64,
  by: f64,
  out: usize,
): void {
  let to = out
  for (let v: i32 = 0; v < size; v++) {
    for (let u: i32 = 0; u < size; u++) {
      const x = rounded((x0 + <f64>u * ax + <f64>v * bx) * 32)
      const y = rounded((y0 + <f64>u * ay + <f64>v * by) * 32)
      const column = x >> 5
      const row = y >> 5
      const right = x & 31
      const below = y & 31
      const left = within(column, width)
      const next = within(column + 1, width)
      const upper = (within(row, height) - top) * width
      const lower = (within(row + 1, height) - top) * width
      const a = pixels + <usize>((upper + left) * channels)
      const b = pixels + <usize>((upper + next) * channels)
      const c = pixels + <usize>((lower + left) * channels)
      const d = pixels + <usize>((lower + next) * channels)
      for (let channel: usize = 0; channel < 3; channel++) {
        const above = (32 - right) * <i32>load<u8>(a + channel) + right * <i32>load<u8>(b + channel)
        const under = (32 - right) * <i32>load<u8>(c + channel) + right * <i32>load<u8>(d + channel)
        store<u8>(to, <u8>(((32 - below) * above + below * under + 512) >> 10))
        to++
      }
    }
  }
}
