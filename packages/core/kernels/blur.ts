/** Weighted means over squares, such as Gaussian ones: along rows, then along columns. */
import { highDoubles, lowDoubles, singles } from './lanes'

/**
 * The mean by `2 * radius + 1` weights (doubles) along both axes, the border repeated, in place. `across` has room for
 * `width * (height + 2 * radius)` singles, `line` for `width + 2 * radius + 8` doubles.
 */
export function weightedMean(
  data: usize,
  across: usize,
  line: usize,
  weights: usize,
  width: i32,
  height: i32,
  radius: i32,
): void {
  const count = 2 * radius + 1
  const length = width + 2 * radius
  const within = across + ((<usize>(radius * width)) << 2)
  for (let y: i32 = 0; y < height; y++) {
    const row = data + ((<usize>(y * width)) << 2)
    const out = within + ((<usize>(y * width)) << 2)
    for (let x: i32 = 0; x < length; x++) {
      const at = <usize>min(max(x - radius, 0), width - 1)
      store<f64>(line + ((<usize>x) << 3), load<f32>(row + (at << 2)))
    }
    let x: i32 = 0
    for (; x + 8 <= width; x += 8) {
      let a = f64x2.splat(0)
      let b = f64x2.splat(0)
      let c = f64x2.splat(0)
      let d = f64x2.splat(0)
      let from = line + ((<usize>x) << 3)
      for (let k: i32 = 0; k < count; k++) {
        const weight = v128.load64_splat(weights + ((<usize>k) << 3))
        a = f64x2.add(a, f64x2.mul(weight, v128.load(from)))
        b = f64x2.add(b, f64x2.mul(weight, v128.load(from, 16)))
        c = f64x2.add(c, f64x2.mul(weight, v128.load(from, 32)))
        d = f64x2.add(d, f64x2.mul(weight, v128.load(from, 48)))
        from += 8
      }
      v128.store(out + ((<usize>x) << 2), singles(a, b))
      v128.store(out + ((<usize>x) << 2), singles(c, d), 16)
    }
    for (; x < width; x++) {
      let total: f64 = 0
      for (let k: i32 = 0; k < count; k++) {
        total += load<f64>(weights + ((<usize>k) << 3)) * load<f64>(line + ((<usize>(x + k)) << 3))
      }
      store<f32>(out + ((<usize>x) << 2), <f32>total)
    }
  }
  const bytes = (<usize>width) << 2
  for (let y: i32 = 0; y < radius; y++) {
    memory.copy(across + <usize>y * bytes, within, bytes)
    memory.copy(within + <usize>(height + y) * bytes, within + <usize>(height - 1) * bytes, bytes)
  }
  for (let y: i32 = 0; y < height; y++) {
    const out = data + <usize>y * bytes
    let x: i32 = 0
    for (; x + 8 <= width; x += 8) {
      let a = f64x2.splat(0)
      let b = f64x2.splat(0)
      let c = f64x2.splat(0)
      let d = f64x2.splat(0)
      let from = across + <usize>y * bytes + ((<usize>x) << 2)
      for (let k: i32 = 0; k < count; k++) {
        const weight = v128.load64_splat(weights + ((<usize>k) << 3))
        const left = v128.load(from)
        const right = v128.load(from, 16)
        a = f64x2.add(a, f64x2.mul(weight, lowDoubles(left)))
        b = f64x2.add(b, f64x2.mul(weight, highDoubles(left)))
        c = f64x2.add(c, f64x2.mul(weight, lowDoubles(right)))
        d = f64x2.add(d, f64x2.mul(weight, highDoubles(right)))
        from += bytes
      }
      v128.store(out + ((<usize>x) << 2), singles(a, b))
      v128.store(out + ((<usize>x) << 2), singles(c, d), 16)
    }
    for (; x < width; x++) {
      let total: f64 = 0
      let from = across + <usize>y * bytes + ((<usize>x) << 2)
      for (let k: i32 = 0; k < count; k++) {
        total += load<f64>(weights + ((<usize>k) << 3)) * <f64>load<f32>(from)
        from += bytes
      }
      store<f32>(out + ((<usize>x) << 2), <f32>total)
    }
  }
}
