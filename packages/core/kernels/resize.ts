/** Planes at other sizes: cubic B-splines to enlarge smoothly, and numbers between pixels' middles, bilinear. */
import { highSum, interleave, lowSum, separate, singles } from './lanes'

/**
 * A plane of `width` by `height` brought to a square of `side` by four taps along each axis, within a box of it; 0 elsewhere. Taps are four
 * indices (i32) and four weights (singles) for each place. `wide` has room for `side * height` singles, `line` for `width * 4` doubles and
 * `side * 4` singles.
 */
export function enlarge(
  data: usize,
  width: i32,
  height: i32,
  firstAcross: usize,
  weightsAcross: usize,
  firstDown: usize,
  weightsDown: usize,
  wide: usize,
  line: usize,
  out: usize,
  side: i32,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
): void {
  memory.fill(out, 0, (<usize>(side * side)) << 2)
  if (left >= right || top >= bottom) return
  const firstRow = load<i32>(firstDown + ((<usize>top) << 4))
  const lastRow = load<i32>(firstDown + ((<usize>(bottom - 1)) << 4), 12)
  const four = line + ((<usize>width) << 5)
  for (let y = firstRow; y <= lastRow; y += 4) {
    interleave(data, width, height, y, 0, 0, line)
    for (let x = left; x < right; x++) {
      const taps = firstAcross + ((<usize>x) << 4)
      const weights = weightsAcross + ((<usize>x) << 4)
      const a = line + ((<usize>load<i32>(taps, 0)) << 5)
      const b = line + ((<usize>load<i32>(taps, 4)) << 5)
      const c = line + ((<usize>load<i32>(taps, 8)) << 5)
      const d = line + ((<usize>load<i32>(taps, 12)) << 5)
      const p = f64x2.splat(load<f32>(weights, 0))
      const q = f64x2.splat(load<f32>(weights, 4))
      const r = f64x2.splat(load<f32>(weights, 8))
      const s = f64x2.splat(load<f32>(weights, 12))
      let low = f64x2.mul(p, v128.load(a))
      let high = f64x2.mul(p, v128.load(a, 16))
      low = f64x2.add(low, f64x2.mul(q, v128.load(b)))
      high = f64x2.add(high, f64x2.mul(q, v128.load(b, 16)))
      low = f64x2.add(low, f64x2.mul(r, v128.load(c)))
      high = f64x2.add(high, f64x2.mul(r, v128.load(c, 16)))
      low = f64x2.add(low, f64x2.mul(s, v128.load(d)))
      high = f64x2.add(high, f64x2.mul(s, v128.load(d, 16)))
      v128.store(four + ((<usize>x) << 4), singles(low, high))
    }
    separate(four, wide, side, height, y, left, right)
  }
  for (let y = top; y < bottom; y++) {
    const taps = firstDown + ((<usize>y) << 4)
    const weights = weightsDown + ((<usize>y) << 4)
    const a = wide + ((<usize>(load<i32>(taps, 0) * side)) << 2)
    const b = wide + ((<usize>(load<i32>(taps, 4) * side)) << 2)
    const c = wide + ((<usize>(load<i32>(taps, 8) * side)) << 2)
    const d = wide + ((<usize>(load<i32>(taps, 12) * side)) << 2)
    const p = <f64>load<f32>(weights, 0)
    const q = <f64>load<f32>(weights, 4)
    const r = <f64>load<f32>(weights, 8)
    const s = <f64>load<f32>(weights, 12)
    const ps = f64x2.splat(p)
    const qs = f64x2.splat(q)
    const rs = f64x2.splat(r)
    const ss = f64x2.splat(s)
    const row = out + ((<usize>(y * side)) << 2)
    let x = left
    for (; x + 4 <= right; x += 4) {
      const at = (<usize>x) << 2
      const first = v128.load(a + at)
      const second = v128.load(b + at)
      const third = v128.load(c + at)
      const fourth = v128.load(d + at)
      const low = lowSum(ps, first, qs, second, rs, third, ss, fourth)
      const high = highSum(ps, first, qs, second, rs, third, ss, fourth)
      v128.store(row + at, singles(low, high))
    }
    for (; x < right; x++) {
      const at = (<usize>x) << 2
      const sum =
        p * <f64>load<f32>(a + at) +
        q * <f64>load<f32>(b + at) +
        r * <f64>load<f32>(c + at) +
        s * <f64>load<f32>(d + at)
      store<f32>(row + at, <f32>sum)
    }
  }
}

/**
 * A plane read between its pixels' middles: for each column and row of the result the two places (i32) around it and the weight (single)
 * of the second.
 */
export function readBetween(
  data: usize,
  width: i32,
  firstAcross: usize,
  secondAcross: usize,
  weightAcross: usize,
  columns: i32,
  firstDown: usize,
  secondDown: usize,
  weightDown: usize,
  rows: i32,
  out: usize,
): void {
  let to = out
  for (let y: i32 = 0; y < rows; y++) {
    const place = (<usize>y) << 2
    const upper = data + ((<usize>(load<i32>(firstDown + place) * width)) << 2)
    const lower = data + ((<usize>(load<i32>(secondDown + place) * width)) << 2)
    const v = <f64>load<f32>(weightDown + place)
    for (let x: i32 = 0; x < columns; x++) {
      const column = (<usize>x) << 2
      const left = (<usize>load<i32>(firstAcross + column)) << 2
      const right = (<usize>load<i32>(secondAcross + column)) << 2
      const u = <f64>load<f32>(weightAcross + column)
      const above = <f64>load<f32>(upper + left) * (1 - u) + <f64>load<f32>(upper + right) * u
      const below = <f64>load<f32>(lower + left) * (1 - u) + <f64>load<f32>(lower + right) * u
      store<f32>(to, <f32>(above * (1 - v) + below * v))
      to += 4
    }
  }
}

/** A plane read at `count` places (singles, counted from the middle of the first pixel), bilinear, the border repeated. */
export function readAt(data: usize, width: i32, height: i32, x: usize, y: usize, count: i32, out: usize): void {
  for (let i: i32 = 0; i < count; i++) {
    const place = (<usize>i) << 2
    const column = min(max(<f64>load<f32>(x + place), 0), <f64>(width - 1))
    const row = min(max(<f64>load<f32>(y + place), 0), <f64>(height - 1))
    const left = <i32>column
    const top = <i32>row
    const right: usize = left + 1 < width ? 4 : 0
    const below: usize = top + 1 < height ? (<usize>width) << 2 : 0
    const at = data + ((<usize>(top * width + left)) << 2)
    const u = column - <f64>left
    const a = <f64>load<f32>(at)
    const b = <f64>load<f32>(at + right)
    const c = <f64>load<f32>(at + below)
    const d = <f64>load<f32>(at + below + right)
    const upper = a + (b - a) * u
    const lower = c + (d - c) * u
    store<f32>(out + place, <f32>(upper + (lower - upper) * (row - <f64>top)))
  }
}

/**
 * Where each pixel of a box of a square of `size` comes from along an axis, 0 across, 1 down: as far from its own place as a grid of
 * `points` by `points` moves (singles, shares of the size) says, bilinear; between pixels' middles. 0 elsewhere.
 */
export function gridPlaces(
  moves: usize,
  points: i32,
  size: i32,
  axis: i32,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
  out: usize,
): void {
  memory.fill(out, 0, (<usize>(size * size)) << 2)
  const last = <f64>(points - 1)
  const step = last / <f64>size
  for (let y = top; y < bottom; y++) {
    const gy = min((<f64>y + 0.5) * step, last)
    const row = min(<i32>gy, points - 2)
    const v = gy - <f64>row
    for (let x = left; x < right; x++) {
      const gx = min((<f64>x + 0.5) * step, last)
      const column = min(<i32>gx, points - 2)
      const u = gx - <f64>column
      const upper = moves + ((<usize>(row * points + column)) << 2)
      const lower = upper + ((<usize>points) << 2)
      const a = <f64>load<f32>(upper)
      const c = <f64>load<f32>(lower)
      const above = a + (<f64>load<f32>(upper, 4) - a) * u
      const below = c + (<f64>load<f32>(lower, 4) - c) * u
      const place = <f64>(axis === 0 ? x : y) + <f64>size * (above + (below - above) * v)
      store<f32>(out + ((<usize>(y * size + x)) << 2), <f32>place)
    }
  }
}

/**
 * A mask of bytes, `width` by `width`, moved by a linear map, as singles from 0 to 1: the result's pixel (x, y) is read, bilinear with the border
 * repeated, at (x0 + x * ax + y * bx, y0 + x * ay + y * by), counted from the middle of the first pixel.
 */
export function moveMask(
  mask: usize,
  width: i32,
  out: usize,
  x0: f64,
  y0: f64,
  ax: f64,
  ay: f64,
  bx: f64,
  by: f64,
): void {
  const most = <f64>(width - 1)
  let to = out
  for (let y: i32 = 0; y < width; y++) {
    for (let x: i32 = 0; x < width; x++) {
      const column = min(max(x0 + <f64>x * ax + <f64>y * bx, 0), most)
      const row = min(max(y0 + <f64>x * ay + <f64>y * by, 0), most)
      const left = <i32>column
      const top = <i32>row
      const at = mask + <usize>(top * width + left)
      const right = <usize>(left + 1 < width ? 1 : 0)
      const below = <usize>(top + 1 < width ? width : 0)
      const u = column - <f64>left
      const a = <f64>load<u8>(at)
      const c = <f64>load<u8>(at + below)
      const upper = a + (<f64>load<u8>(at + right) - a) * u
      const lower = c + (<f64>load<u8>(at + below + right) - c) * u
      store<f32>(to, <f32>((upper + (lower - upper) * (row - <f64>top)) / 255))
      to += 4
    }
  }
}
