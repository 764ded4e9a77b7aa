/** Where a field passes a level: far from it nothing needs to be computed, and that is nearly everywhere. */
import { highDoubles, lowDoubles } from './lanes'

/** How steep a field is at a pixel, for each pixel. */
function slopeAt(data: usize, width: i32, height: i32, x: i32, y: i32): f64 {
  const i = y * width + x
  const right = x < width - 1 ? i + 1 : i
  const left = x > 0 ? i - 1 : i
  const below = y < height - 1 ? i + width : i
  const upper = y > 0 ? i - width : i
  const across = <f64>load<f32>(data + ((<usize>right) << 2)) - <f64>load<f32>(data + ((<usize>left) << 2))
  const down = <f64>load<f32>(data + ((<usize>below) << 2)) - <f64>load<f32>(data + ((<usize>upper) << 2))
  return Math.sqrt(across * across + down * down) / 2
}

/** Whether all of four doubles and doubles are farther from 0 than `reach`. */
function allBeyond(low: v128, high: v128, reach: f64): bool {
  const bound = f64x2.splat(reach)
  return i64x2.all_true(v128.and(f64x2.gt(f64x2.abs(low), bound), f64x2.gt(f64x2.abs(high), bound)))
}

/**
 * Where a field is above a level, within a box; 0 elsewhere: 1 above, and between `reach` below and above the level
 * as its slope says, which is taken for `least` at least, over `softness` pixels.
 */
export function above(
  data: usize,
  out: usize,
  width: i32,
  height: i32,
  level: f64,
  softness: f64,
  reach: f64,
  least: f64,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
): void {
  memory.fill(out, 0, (<usize>(width * height)) << 2)
  const levels = f64x2.splat(level)
  const zero = f64x2.splat(0)
  const one = f32x4.splat(1)
  for (let y = top; y < bottom; y++) {
    let x = left
    while (x < right) {
      const place = (<usize>(y * width + x)) << 2
      if (x + 4 <= right) {
        const four = v128.load(data + place)
        const low = f64x2.sub(lowDoubles(four), levels)
        const high = f64x2.sub(highDoubles(four), levels)
        if (allBeyond(low, high, reach)) {
          const inside = i32x4.shuffle(f64x2.gt(low, zero), f64x2.gt(high, zero), 0, 2, 4, 6)
          v128.store(out + place, v128.and(inside, one))
          x += 4
          continue
        }
      }
      const end = min(right, x + 4)
      for (; x < end; x++) {
        const at = (<usize>(y * width + x)) << 2
        const over = <f64>load<f32>(data + at) - level
        let share: f64
        if (over > reach || over < -reach) share = over > 0 ? 1 : 0
        else {
          const slope = slopeAt(data, width, height, x, y)
          share = min(1, max(0, 0.5 + over / (softness * max(slope, least))))
        }
        store<f32>(out + at, <f32>share)
      }
    }
  }
}

/**
 * The pixels of a box in which a field is within `reach` of a level and at least `least` steep: their indices (i32) and slopes (doubles). Gives their
 * number.
 */
export function nearLevel(
  data: usize,
  indices: usize,
  slopes: usize,
  width: i32,
  height: i32,
  level: f64,
  reach: f64,
  least: f64,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
): i32 {
  const levels = f64x2.splat(level)
  let count: i32 = 0
  for (let y = top; y < bottom; y++) {
    let x = left
    while (x < right) {
      if (x + 4 <= right) {
        const four = v128.load(data + ((<usize>(y * width + x)) << 2))
        if (allBeyond(f64x2.sub(lowDoubles(four), levels), f64x2.sub(highDoubles(four), levels), reach)) {
          x += 4
          continue
        }
      }
      const end = min(right, x + 4)
      for (; x < end; x++) {
        const i = y * width + x
        if (Math.abs(<f64>load<f32>(data + ((<usize>i) << 2)) - level) > reach) continue
        const slope = slopeAt(data, width, height, x, y)
        if (slope < least) continue
        store<i32>(indices + ((<usize>count) << 2), i)
        store<f64>(slopes + ((<usize>count) << 3), slope)
        count++
      }
    }
  }
  return count
}
