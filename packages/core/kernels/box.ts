/** Means over squares, by running sums: along rows, four at once, then along columns, row by row. */
import { highDoubles, interleave, lowDoubles, separate, singles } from './lanes'

/**
 * The mean over squares of side `2 * (radius + part) + 1`, whose outermost pixels count for `part`, 0 to 1; the border repeated, in place.
 * `across` has room for as many singles; `line` for `(width + 2 * radius + 3) * 4` doubles and `width * 4` singles.
 */
export function boxMean(
  data: usize,
  across: usize,
  line: usize,
  width: i32,
  height: i32,
  radius: i32,
  part: f64,
): void {
  const share = 1 / (2 * (<f64>radius + part) + 1)
  const shares = f64x2.splat(share)
  const start = f64x2.splat(radius + 1)
  const means = line + ((<usize>(width + 2 * radius + 3)) << 5)
  for (let y: i32 = 0; y < height; y += 4) {
    interleave(data, width, height, y, radius + 1, radius + 1, line)
    // As a loop over one row would: the first number as often as it is repeated, then those after it.
    const middle = line + ((<usize>(radius + 1)) << 5)
    let low = f64x2.mul(start, v128.load(middle))
    let high = f64x2.mul(start, v128.load(middle, 16))
    for (let k: i32 = 1; k <= radius; k++) {
      const at = middle + ((<usize>k) << 5)
      low = f64x2.add(low, v128.load(at))
      high = f64x2.add(high, v128.load(at, 16))
    }
    let before = line + 32
    let next = middle + ((<usize>(radius + 1)) << 5)
    if (part === 0) {
      for (let x: i32 = 0; x < width; x++) {
        v128.store(means + ((<usize>x) << 4), singles(f64x2.mul(low, shares), f64x2.mul(high, shares)))
        low = f64x2.add(low, f64x2.sub(v128.load(next), v128.load(before)))
        high = f64x2.add(high, f64x2.sub(v128.load(next, 16), v128.load(before, 16)))
        next += 32
        before += 32
      }
    } else {
      const parts = f64x2.splat(part)
      for (let x: i32 = 0; x < width; x++) {
        const nextLow = v128.load(next)
        const nextHigh = v128.load(next, 16)
        const edgesLow = f64x2.mul(parts, f64x2.add(v128.load(before - 32), nextLow))
        const edgesHigh = f64x2.mul(parts, f64x2.add(v128.load(before - 16), nextHigh))
        const meanLow = f64x2.mul(f64x2.add(low, edgesLow), shares)
        const meanHigh = f64x2.mul(f64x2.add(high, edgesHigh), shares)
        v128.store(means + ((<usize>x) << 4), singles(meanLow, meanHigh))
        low = f64x2.add(low, f64x2.sub(nextLow, v128.load(before)))
        high = f64x2.add(high, f64x2.sub(nextHigh, v128.load(before, 16)))
        next += 32
        before += 32
      }
    }
    separate(means, across, width, height, y, 0, width)
  }
  const last = (height - 1) * width
  const sums = line
  for (let x: i32 = 0; x < width; x++) {
    let sum = <f64>(radius + 1) * <f64>load<f32>(across + ((<usize>x) << 2))
    for (let k: i32 = 1; k <= radius; k++) {
      sum += <f64>load<f32>(across + ((<usize>(min(last, k * width) + x)) << 2))
    }
    store<f64>(sums + ((<usize>x) << 3), sum)
  }
  const parts = f64x2.splat(part)
  for (let y: i32 = 0; y < height; y++) {
    const row = data + ((<usize>(y * width)) << 2)
    const next = across + ((<usize>min(last, (y + radius + 1) * width)) << 2)
    const before = across + ((<usize>max(0, (y - radius) * width)) << 2)
    const edge = across + ((<usize>max(0, (y - radius - 1) * width)) << 2)
    let x: i32 = 0
    for (; x + 4 <= width; x += 4) {
      const at = (<usize>x) << 2
      const place = sums + ((<usize>x) << 3)
      const low = v128.load(place)
      const high = v128.load(place, 16)
      const coming = v128.load(next + at)
      const going = v128.load(before + at)
      let sumLow = low
      let sumHigh = high
      if (part > 0) {
        const first = v128.load(edge + at)
        sumLow = f64x2.add(low, f64x2.mul(parts, f64x2.add(lowDoubles(first), lowDoubles(coming))))
        sumHigh = f64x2.add(high, f64x2.mul(parts, f64x2.add(highDoubles(first), highDoubles(coming))))
      }
      v128.store(row + at, singles(f64x2.mul(sumLow, shares), f64x2.mul(sumHigh, shares)))
      v128.store(place, f64x2.add(low, f64x2.sub(lowDoubles(coming), lowDoubles(going))))
      v128.store(place, f64x2.add(high, f64x2.sub(highDoubles(coming), highDoubles(going))), 16)
    }
    for (; x < width; x++) {
      const at = (<usize>x) << 2
      const place = sums + ((<usize>x) << 3)
      const sum = load<f64>(place)
      const edges = part * (<f64>load<f32>(edge + at) + <f64>load<f32>(next + at))
      store<f32>(row + at, <f32>((sum + edges) * share))
      store<f64>(place, sum + (<f64>load<f32>(next + at) - <f64>load<f32>(before + at)))
    }
  }
}
