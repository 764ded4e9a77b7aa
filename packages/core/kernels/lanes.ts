/**
 * Moves between single precision, in which planes are kept, and double precision, in which kernels compute: so that a kernel gives the
 * bytes of the same loop written in JavaScript, whose numbers are doubles.
 */

/** The first two of four singles, as doubles. */
export function lowDoubles(four: v128): v128 {
  return f64x2.promote_low_f32x4(four)
}

/** The last two. */
export function highDoubles(four: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(four, four, 1, 1))
}

/** Two and two doubles, rounded to four singles. */
export function singles(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** The first two of four numbers in each of four rows, summed by weights, as doubles. */
export function lowSum(p: v128, a: v128, q: v128, b: v128, r: v128, c: v128, s: v128, d: v128): v128 {
  let sum = f64x2.mul(p, lowDoubles(a))
  sum = f64x2.add(sum, f64x2.mul(q, lowDoubles(b)))
  sum = f64x2.add(sum, f64x2.mul(r, lowDoubles(c)))
  return f64x2.add(sum, f64x2.mul(s, lowDoubles(d)))
}

/** The same of the last two. */
export function highSum(p: v128, a: v128, q: v128, b: v128, r: v128, c: v128, s: v128, d: v128): v128 {
  let sum = f64x2.mul(p, highDoubles(a))
  sum = f64x2.add(sum, f64x2.mul(q, highDoubles(b)))
  sum = f64x2.add(sum, f64x2.mul(r, highDoubles(c)))
  return f64x2.add(sum, f64x2.mul(s, highDoubles(d)))
}

/**
 * Brings numbers of four rows side by side: `line[4 * i + r]` becomes the double of row `r` at `first + i`, the border repeated.
 * Rows beyond the last one are the last one.
 */
export function interleave(data: usize, width: i32, height: i32, row: i32, before: i32, after: i32, line: usize): void {
  const a = data + ((<usize>(min(row, height - 1) * width)) << 2)
  const b = data + ((<usize>(min(row + 1, height - 1) * width)) << 2)
  const c = data + ((<usize>(min(row + 2, height - 1) * width)) << 2)
  const d = data + ((<usize>(min(row + 3, height - 1) * width)) << 2)
  let to = line + ((<usize>before) << 5)
  let x: i32 = 0
  for (; x + 4 <= width; x += 4) {
    const at = (<usize>x) << 2
    const p = v128.load(a + at)
    const q = v128.load(b + at)
    const r = v128.load(c + at)
    const s = v128.load(d + at)
    const pq = i32x4.shuffle(p, q, 0, 4, 1, 5)
    const rs = i32x4.shuffle(r, s, 0, 4, 1, 5)
    const pqHigh = i32x4.shuffle(p, q, 2, 6, 3, 7)
    const rsHigh = i32x4.shuffle(r, s, 2, 6, 3, 7)
    v128.store(to, lowDoubles(pq), 0)
    v128.store(to, lowDoubles(rs), 16)
    v128.store(to, highDoubles(pq), 32)
    v128.store(to, highDoubles(rs), 48)
    v128.store(to, lowDoubles(pqHigh), 64)
    v128.store(to, lowDoubles(rsHigh), 80)
    v128.store(to, highDoubles(pqHigh), 96)
    v128.store(to, highDoubles(rsHigh), 112)
    to += 128
  }
  for (; x < width; x++) {
    const at = (<usize>x) << 2
    store<f64>(to, load<f32>(a + at), 0)
    store<f64>(to, load<f32>(b + at), 8)
    store<f64>(to, load<f32>(c + at), 16)
    store<f64>(to, load<f32>(d + at), 24)
    to += 32
  }
  const last = to - 32
  const lastLow = v128.load(last)
  const lastHigh = v128.load(last, 16)
  for (let i: i32 = 0; i < after; i++) {
    v128.store(to, lastLow)
    v128.store(to, lastHigh, 16)
    to += 32
  }
  const first = line + ((<usize>before) << 5)
  const firstLow = v128.load(first)
  const firstHigh = v128.load(first, 16)
  for (let i: i32 = 0; i < before; i++) {
    const at = line + ((<usize>i) << 5)
    v128.store(at, firstLow)
    v128.store(at, firstHigh, 16)
  }
}

/**
 * The way back: columns `from` to before `to` of `line`, four singles a column, to four rows of `out`, whose rows are `stride` long. Rows
 * from `height` on are left out.
 */
export function separate(line: usize, out: usize, stride: i32, height: i32, row: i32, from: i32, to: i32): void {
  const a = out + ((<usize>(row * stride)) << 2)
  const b = out + ((<usize>(min(row + 1, height - 1) * stride)) << 2)
  const c = out + ((<usize>(min(row + 2, height - 1) * stride)) << 2)
  const d = out + ((<usize>(min(row + 3, height - 1) * stride)) << 2)
  let x = from
  for (; x + 4 <= to; x += 4) {
    const at = line + ((<usize>x) << 4)
    const p = v128.load(at)
    const q = v128.load(at, 16)
    const r = v128.load(at, 32)
    const s = v128.load(at, 48)
    const pq = i32x4.shuffle(p, q, 0, 4, 1, 5)
    const rs = i32x4.shuffle(r, s, 0, 4, 1, 5)
    const pqHigh = i32x4.shuffle(p, q, 2, 6, 3, 7)
    const rsHigh = i32x4.shuffle(r, s, 2, 6, 3, 7)
    const place = (<usize>x) << 2
    v128.store(a + place, i64x2.shuffle(pq, rs, 0, 2))
    v128.store(b + place, i64x2.shuffle(pq, rs, 1, 3))
    v128.store(c + place, i64x2.shuffle(pqHigh, rsHigh, 0, 2))
    v128.store(d + place, i64x2.shuffle(pqHigh, rsHigh, 1, 3))
  }
  for (; x < to; x++) {
    const at = line + ((<usize>x) << 4)
    const place = (<usize>x) << 2
    store<f32>(a + place, load<f32>(at, 0))
    store<f32>(b + place, load<f32>(at, 4))
    store<f32>(c + place, load<f32>(at, 8))
    store<f32>(d + place, load<f32>(at, 12))
  }
}
