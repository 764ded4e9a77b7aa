/** Rows of pictures resized, and rows summed to one: what resampling does most. */
import { highDoubles, highSum, lowDoubles, lowSum, singles } from './lanes'

/**
 * Resizes a row of RGB bytes by `count` times `size` whole-number weights (i32) from `first` (i32) on, into three singles a pixel: sums
 * times `share`. Reads a byte and writes a single more than there are.
 */
export function acrossRgb(
  row: usize,
  first: usize,
  weights: usize,
  size: i32,
  count: i32,
  share: f32,
  out: usize,
): void {
  const shares = f32x4.splat(share)
  let weight = weights
  let to = out
  for (let i: i32 = 0; i < count; i++) {
    let from = row + <usize>(3 * load<i32>(first + ((<usize>i) << 2)))
    let sum = i32x4.splat(0)
    for (let k: i32 = 0; k < size; k++) {
      const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)))
      sum = i32x4.add(sum, i32x4.mul(four, v128.load32_splat(weight)))
      from += 3
      weight += 4
    }
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(sum), shares))
    to += 12
  }
}

/** The same of RGBA bytes, by doubles: colours multiplied by alpha / 255, and alpha. */
export function acrossRgba(row: usize, first: usize, weights: usize, size: i32, count: i32, out: usize): void {
  const one: f64 = 1
  const most = f64x2.splat(255)
  const mostOfBlue = f64x2.replace_lane(most, 1, one)
  let weight = weights
  let to = out
  for (let i: i32 = 0; i < count; i++) {
    let from = row + <usize>(4 * load<i32>(first + ((<usize>i) << 2)))
    let redGreen = f64x2.splat(0)
    let blueAlpha = f64x2.splat(0)
    for (let k: i32 = 0; k < size; k++) {
      const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)))
      const visible = f64x2.splat(load<f64>(weight) * <f64>load<u8>(from, 3))
      const low = f64x2.convert_low_i32x4_s(four)
      const high = f64x2.replace_lane(f64x2.convert_low_i32x4_s(i64x2.shuffle(four, four, 1, 1)), 1, one)
      redGreen = f64x2.add(redGreen, f64x2.mul(visible, low))
      blueAlpha = f64x2.add(blueAlpha, f64x2.mul(visible, high))
      from += 4
      weight += 8
    }
    v128.store(to, singles(f64x2.div(redGreen, most), f64x2.div(blueAlpha, mostOfBlue)))
    to += 16
  }
}

/**
 * The sum of `size` rows of `length` singles by weights (doubles). They are a ring, the first of them row `start` of it. Rows are added
 * four by four, those that are left over first; `length` is rounded up to four.
 */
export function sumRows(
  ring: usize,
  stride: i32,
  start: i32,
  size: i32,
  weights: usize,
  length: i32,
  out: usize,
): void {
  const bytes = (<usize>stride) << 2
  let at = start
  let done = size & 3
  if (done === 0) memory.fill(out, 0, (<usize>((length + 3) & ~3)) << 2)
  else {
    for (let x: i32 = 0; x < length; x += 4) {
      let low = f64x2.splat(0)
      let high = f64x2.splat(0)
      let row = at
      for (let k: i32 = 0; k < done; k++) {
        const four = v128.load(ring + <usize>row * bytes + ((<usize>x) << 2))
        const weight = v128.load64_splat(weights + ((<usize>k) << 3))
        low = f64x2.add(low, f64x2.mul(weight, lowDoubles(four)))
        high = f64x2.add(high, f64x2.mul(weight, highDoubles(four)))
        row = row + 1 === size ? 0 : row + 1
      }
      v128.store(out + ((<usize>x) << 2), singles(low, high))
    }
    at = (at + done) % size
  }
  for (; done < size; done += 4) {
    const a = ring + <usize>at * bytes
    const b = ring + <usize>((at + 1) % size) * bytes
    const c = ring + <usize>((at + 2) % size) * bytes
    const d = ring + <usize>((at + 3) % size) * bytes
    at = (at + 4) % size
    const weight = weights + ((<usize>done) << 3)
    const p = v128.load64_splat(weight, 0)
    const q = v128.load64_splat(weight, 8)
    const r = v128.load64_splat(weight, 16)
    const s = v128.load64_splat(weight, 24)
    for (let x: i32 = 0; x < length; x += 4) {
      const place = (<usize>x) << 2
      const sum = v128.load(out + place)
      const first = v128.load(a + place)
      const second = v128.load(b + place)
      const third = v128.load(c + place)
      const fourth = v128.load(d + place)
      const low = lowSum(p, first, q, second, r, third, s, fourth)
      const high = highSum(p, first, q, second, r, third, s, fourth)
      v128.store(out + place, singles(f64x2.add(lowDoubles(sum), low), f64x2.add(highDoubles(sum), high)))
    }
  }
}

/** Four singles rounded to whole numbers from 0 to 255. */
function levels(four: v128): v128 {
  const zero = f64x2.splat(0)
  const most = f64x2.splat(255)
  const half = f64x2.splat(0.5)
  const low = f64x2.add(f64x2.min(most, f64x2.max(zero, lowDoubles(four))), half)
  const high = f64x2.add(f64x2.min(most, f64x2.max(zero, highDoubles(four))), half)
  return i64x2.shuffle(i32x4.trunc_sat_f64x2_s_zero(low), i32x4.trunc_sat_f64x2_s_zero(high), 0, 2)
}

/** Singles as bytes, rounded, from 0 to 255; `length` is rounded up to four. */
export function toBytes(values: usize, length: i32, out: usize): void {
  const zero = i32x4.splat(0)
  for (let x: i32 = 0; x < length; x += 4) {
    const words = i16x8.narrow_i32x4_u(levels(v128.load(values + ((<usize>x) << 2))), zero)
    store<u32>(out + <usize>x, i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0))
  }
}

/** The byte of a double. */
function toByte(value: f64): u8 {
  return value <= 0 ? 0 : value >= 255 ? 255 : <u8>(<i32>(value + 0.5))
}

/** Pixels whose colours are multiplied by alpha / 255, singles, as bytes of RGBA; black where alpha rounds to 0. */
export function toRgbaBytes(values: usize, count: i32, out: usize): void {
  for (let i: i32 = 0; i < count; i++) {
    const from = values + ((<usize>i) << 4)
    const to = out + ((<usize>i) << 2)
    const visible = <f64>load<f32>(from, 12)
    const alpha = toByte(visible)
    if (alpha === 0) {
      store<u32>(to, 0)
      continue
    }
    const scale = 255 / visible
    store<u8>(to, toByte(<f64>load<f32>(from) * scale), 0)
    store<u8>(to, toByte(<f64>load<f32>(from, 4) * scale), 1)
    store<u8>(to, toByte(<f64>load<f32>(from, 8) * scale), 2)
    store<u8>(to, alpha, 3)
  }
}
