/** Mixes a picture with an earlier one that is moved cell by cell: frames/steady.ts's filter. */

/** Four bytes as whole numbers. */
function four(bytes: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(bytes)))
}

/** Four bytes of `from`, moved by a part of a pixel, mixed into those of `to` by weights of 1/65536; only `count` of them are written. */
function mixFour(
  to: usize,
  from: usize,
  right: usize,
  down: usize,
  rest: v128,
  a: v128,
  b: v128,
  c: v128,
  d: v128,
  count: i32,
): void {
  let sum = i32x4.add(i32x4.mul(rest, four(to)), i32x4.splat(32768))
  sum = i32x4.add(sum, i32x4.mul(a, four(from)))
  sum = i32x4.add(sum, i32x4.mul(b, four(from + right)))
  sum = i32x4.add(sum, i32x4.mul(c, four(from + down)))
  sum = i32x4.add(sum, i32x4.mul(d, four(from + down + right)))
  const words = i16x8.narrow_i32x4_u(i32x4.shr_u(sum, 16), sum)
  const bytes = i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0)
  if (count === 4) store<u32>(to, bytes)
  else if (count === 2) store<u16>(to, <u16>bytes)
  else {
    store<u16>(to, <u16>bytes)
    store<u8>(to, <u8>(bytes >> 16), 2)
  }
}

/**
 * Mixes `past` into `out`, both bytes of `channels` a pixel: cells of `side` pixels have vectors (`u`, `v`: i16) in sixteenths of a pixel,
 * squares of 2x2 pixels a share of the past (bytes) in 1/256. Reads a few bytes beyond the end of both.
 */
export function mixMoved(
  out: usize,
  past: usize,
  width: i32,
  height: i32,
  channels: i32,
  u: usize,
  v: usize,
  columns: i32,
  side: i32,
  shares: usize,
): void {
  const stride = width * channels
  const halfWidth = (width + 1) >> 1
  for (let y: i32 = 0; y < height; y++) {
    const half = shares + <usize>((y >> 1) * halfWidth)
    let cell = (<usize>((y / side) * columns)) << 1
    for (let x: i32 = 0; x < width; x += side) {
      const atU = <i32>load<i16>(u + cell)
      const atV = <i32>load<i16>(v + cell)
      cell += 2
      const fx = atU & 15
      const fy = atV & 15
      const right = <usize>(fx ? channels : 0)
      const down = <usize>(fy ? stride : 0)
      let to = out + <usize>(y * stride + x * channels)
      let from = past + <usize>((y + (atV >> 4)) * stride + (x + (atU >> 4)) * channels)
      const end = min(width, x + side)
      for (let at = x; at < end; at += 2) {
        const share = <i32>load<u8>(half + <usize>(at >> 1))
        const bytes = min(2, end - at) * channels
        if (share > 0) {
          // Bilinear, in 1/256; shares in 1/256: 1/65536 in all.
          const rest = i32x4.splat((256 - share) << 8)
          const a = i32x4.splat((16 - fx) * (16 - fy) * share)
          const b = i32x4.splat(fx * (16 - fy) * share)
          const c = i32x4.splat((16 - fx) * fy * share)
          const d = i32x4.splat(fx * fy * share)
          mixFour(to, from, right, down, rest, a, b, c, d, min(4, bytes))
          if (bytes > 4) mixFour(to + 4, from + 4, right, down, rest, a, b, c, d, bytes - 4)
        }
        to += <usize>bytes
        from += <usize>bytes
      }
    }
  }
}
