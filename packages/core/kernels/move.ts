/** Moves a transparent picture by a linear map, sharply. */

/** The four weights of Catmull-Rom for a place `t` between the second and the third of four samples, as lanes. */
function weightsAt(t: f32): v128 {
  const a = t * (-0.5 + t * (1.0 - 0.5 * t))
  const b: f32 = 1.0 + t * t * (-2.5 + 1.5 * t)
  const c = t * (0.5 + t * (2.0 - 1.5 * t))
  const d = t * t * (-0.5 + 0.5 * t)
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a), 1, b), 2, c), 3, d)
}

/** Four pixels in a row by their weights. */
function rowSum(at: usize, weights: v128): v128 {
  let sum = f32x4.mul(v128.load(at), i32x4.shuffle(weights, weights, 0, 0, 0, 0))
  sum = f32x4.add(sum, f32x4.mul(v128.load(at, 16), i32x4.shuffle(weights, weights, 1, 1, 1, 1)))
  sum = f32x4.add(sum, f32x4.mul(v128.load(at, 32), i32x4.shuffle(weights, weights, 2, 2, 2, 2)))
  return f32x4.add(sum, f32x4.mul(v128.load(at, 48), i32x4.shuffle(weights, weights, 3, 3, 3, 3)))
}

/**
 * A square of `side` pixels of RGBA bytes, as one of `size`: the result's pixel (x, y) is read, by Catmull-Rom with colours by their alpha, at
 * (x0 + x * ax - y * ay, y0 + x * ay + y * ax), counted from the middle of the first pixel. Beyond the square all is transparent. `singles` has room for
 * `(side + 4) * (side + 4) * 4` singles.
 */
export function moveRgba(
  bytes: usize,
  side: i32,
  singles: usize,
  out: usize,
  size: i32,
  x0: f64,
  y0: f64,
  ax: f64,
  ay: f64,
): void {
  const stride = (<usize>(side + 4)) << 4
  memory.fill(singles, 0, stride * <usize>(side + 4))
  for (let y: i32 = 0; y < side; y++) {
    let to = singles + <usize>(y + 2) * stride + 32
    for (let x: i32 = 0; x < side; x++) {
      const four = v128.load32_zero(bytes + ((<usize>(y * side + x)) << 2))
      const value = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(four)))
      const alpha = f32x4.extract_lane(value, 3)
      v128.store(to, f32x4.replace_lane(f32x4.mul(value, f32x4.splat(alpha / 255)), 3, alpha))
      to += 16
    }
  }
  for (let y: i32 = 0; y < size; y++) {
    for (let x: i32 = 0; x < size; x++) {
      const place = out + ((<usize>(y * size + x)) << 2)
      const px = x0 + <f64>x * ax - <f64>y * ay
      const py = y0 + <f64>x * ay + <f64>y * ax
      const left = Math.floor(px)
      const top = Math.floor(py)
      if (!(left >= -1 && top >= -1 && left < <f64>side && top < <f64>side)) {
        store<u32>(place, 0)
        continue
      }
      const across = weightsAt(<f32>(px - left))
      const down = weightsAt(<f32>(py - top))
      const at = singles + <usize>(<i32>top + 1) * stride + ((<usize>(<i32>left + 1)) << 4)
      let sum = f32x4.mul(rowSum(at, across), i32x4.shuffle(down, down, 0, 0, 0, 0))
      sum = f32x4.add(sum, f32x4.mul(rowSum(at + stride, across), i32x4.shuffle(down, down, 1, 1, 1, 1)))
      sum = f32x4.add(sum, f32x4.mul(rowSum(at + 2 * stride, across), i32x4.shuffle(down, down, 2, 2, 2, 2)))
      sum = f32x4.add(sum, f32x4.mul(rowSum(at + 3 * stride, across), i32x4.shuffle(down, down, 3, 3, 3, 3)))
      const alpha = f32x4.extract_lane(sum, 3)
      if (alpha < 0.5) {
        store<u32>(place, 0)
        continue
      }
      const colours = f32x4.replace_lane(f32x4.mul(sum, f32x4.splat(255 / alpha)), 3, alpha)
      const whole = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.max(colours, f32x4.splat(0)), f32x4.splat(0.5)))
      const words = i16x8.narrow_i32x4_s(whole, whole)
      store<u32>(place, i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0))
    }
  }
}
