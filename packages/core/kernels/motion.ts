/**
 * Finds patches of one plane in another, and the motion of cells from them: the arithmetic of frames/patch-search.ts and frames/motion.ts,
 * in single precision. `prepareSearch` sets the planes that the other functions search.
 */

/** Side of a patch in pixels; smaller if the planes are. */
const PATCH: i32 = 8
/** Pixels from one patch to the next, the last of a row or column ends with the plane; and the side of a cell. */
const STRIDE: i32 = 4
const CELL: i32 = 2

let width: i32 = 0
let height: i32 = 0
/** Sizes of the patches, and how far beyond the border they may lie. */
let across: i32 = 0
let down: i32 = 0
let margin: i32 = 0
/** Row length of the other plane with its margins. */
let stride: i32 = 0
/** Places of singles: the first plane, twice its gradients, and the other plane with its margins. */
let plane: usize = 0
let gradientsX: usize = 0
let gradientsY: usize = 0
let values: usize = 0

/** What a search found: where, the mean squared difference there, and how distinctive the patch is. */
let foundU: f64 = 0
let foundV: f64 = 0
let foundError: f64 = 0
let foundTexture: f64 = 0

/**
 * Takes two planes of bytes. `data`, `gx` and `gy` have room for `columns * rows` singles, `padded` for those of a plane that is larger by
 * `2 * border + 1` both ways, and four more.
 */
export function prepareSearch(
  from: usize,
  to: usize,
  columns: i32,
  rows: i32,
  border: i32,
  data: usize,
  gx: usize,
  gy: usize,
  padded: usize,
): void {
  width = columns
  height = rows
  margin = border
  across = min(PATCH, columns)
  down = min(PATCH, rows)
  stride = columns + 2 * border + 1
  plane = data
  gradientsX = gx
  gradientsY = gy
  values = padded
  for (let y: i32 = 0; y < rows; y++) {
    const row = from + <usize>(y * columns)
    const above = y > 0 ? row - <usize>columns : row
    const below = y < rows - 1 ? row + <usize>columns : row
    for (let x: i32 = 0; x < columns; x++) {
      const at = (<usize>(y * columns + x)) << 2
      const right = <i32>load<u8>(row + <usize>min(x + 1, columns - 1))
      const left = <i32>load<u8>(row + <usize>max(x - 1, 0))
      store<f32>(data + at, <f32>load<u8>(row + <usize>x))
      store<f32>(gx + at, <f32>(right - left))
      store<f32>(gy + at, <f32>(<i32>load<u8>(below + <usize>x) - <i32>load<u8>(above + <usize>x)))
    }
  }
  const high = rows + 2 * border + 1
  for (let y: i32 = 0; y < high; y++) {
    const row = to + <usize>(min(max(y - border, 0), rows - 1) * columns)
    const out = padded + ((<usize>(y * stride)) << 2)
    for (let x: i32 = 0; x < stride; x++) {
      store<f32>(out + ((<usize>x) << 2), <f32>load<u8>(row + <usize>min(max(x - border, 0), columns - 1)))
    }
  }
}

function sumOf(four: v128): f64 {
  return (
    <f64>f32x4.extract_lane(four, 0) +
    <f64>f32x4.extract_lane(four, 1) +
    <f64>f32x4.extract_lane(four, 2) +
    <f64>f32x4.extract_lane(four, 3)
  )
}

/** A place of the other plane, with its margin, that patches may have. */
function placeWithin(at: f64, length: i32, patch: i32): f64 {
  return min(<f64>(length - patch + margin), max(<f64>-margin, at)) + <f64>margin
}

/**
 * Starts at (u, v) and steps until steps get small, for the patch with its corner at (x, y); stops at a mean squared difference of
 * `unseen`.
 */
export function searchPatch(x: i32, y: i32, startU: f64, startV: f64, steps: i32, unseen: f64): void {
  const area = <f64>(across * down)
  const wide = across === PATCH
  const corner = (<usize>(y * width + x)) << 2
  const rowBytes = (<usize>width) << 2
  const strideBytes = (<usize>stride) << 2
  let sumX: f64 = 0
  let sumY: f64 = 0
  let xx: f64 = 0
  let xy: f64 = 0
  let yy: f64 = 0
  if (wide) {
    let a = f32x4.splat(0)
    let b = f32x4.splat(0)
    let aa = f32x4.splat(0)
    let ab = f32x4.splat(0)
    let bb = f32x4.splat(0)
    let at = corner
    for (let j: i32 = 0; j < down; j++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const gx = v128.load(gradientsX + at + half)
        const gy = v128.load(gradientsY + at + half)
        a = f32x4.add(a, gx)
        b = f32x4.add(b, gy)
        aa = f32x4.add(aa, f32x4.mul(gx, gx))
        ab = f32x4.add(ab, f32x4.mul(gx, gy))
        bb = f32x4.add(bb, f32x4.mul(gy, gy))
      }
      at += rowBytes
    }
    sumX = sumOf(a)
    sumY = sumOf(b)
    xx = sumOf(aa)
    xy = sumOf(ab)
    yy = sumOf(bb)
  } else {
    for (let j: i32 = 0; j < down; j++) {
      for (let i: i32 = 0; i < across; i++) {
        const at = corner + <usize>j * rowBytes + ((<usize>i) << 2)
        const gx = <f64>load<f32>(gradientsX + at)
        const gy = <f64>load<f32>(gradientsY + at)
        sumX += gx
        sumY += gy
        xx += gx * gx
        xy += gx * gy
        yy += gy * gy
      }
    }
  }
  // With means removed, and halved because the gradients are doubled. A small multiple of the identity keeps flat patches in place.
  xx = area + (xx - (sumX * sumX) / area) / 4
  xy = (xy - (sumX * sumY) / area) / 4
  yy = area + (yy - (sumY * sumY) / area) / 4
  const determinant = xx * yy - xy * xy
  let u = startU
  let v = startV
  let bestU = u
  let bestV = v
  let best: f64 = Infinity
  for (let step: i32 = 0; step <= steps; step++) {
    const atX = placeWithin(<f64>x + u, width, across)
    const atY = placeWithin(<f64>y + v, height, down)
    const x0 = <i32>atX
    const y0 = <i32>atY
    const fx = atX - <f64>x0
    const fy = atY - <f64>y0
    const a = f32x4.splat(<f32>((1 - fx) * (1 - fy)))
    const b = f32x4.splat(<f32>(fx * (1 - fy)))
    const c = f32x4.splat(<f32>((1 - fx) * fy))
    const d = f32x4.splat(<f32>(fx * fy))
    let sum: f64 = 0
    let squares: f64 = 0
    let bx: f64 = 0
    let by: f64 = 0
    let there = values + ((<usize>(y0 * stride + x0)) << 2)
    let here = corner
    if (wide) {
      let sums = f32x4.splat(0)
      let squareSums = f32x4.splat(0)
      let sumsX = f32x4.splat(0)
      let sumsY = f32x4.splat(0)
      for (let j: i32 = 0; j < down; j++) {
        for (let half: usize = 0; half < 32; half += 16) {
          const upper = there + half
          const lower = upper + strideBytes
          const moved = f32x4.add(
            f32x4.add(f32x4.mul(a, v128.load(upper)), f32x4.mul(b, v128.load(upper, 4))),
            f32x4.add(f32x4.mul(c, v128.load(lower)), f32x4.mul(d, v128.load(lower, 4))),
          )
          const residual = f32x4.sub(moved, v128.load(plane + here + half))
          sums = f32x4.add(sums, residual)
          squareSums = f32x4.add(squareSums, f32x4.mul(residual, residual))
          sumsX = f32x4.add(sumsX, f32x4.mul(v128.load(gradientsX + here + half), residual))
          sumsY = f32x4.add(sumsY, f32x4.mul(v128.load(gradientsY + here + half), residual))
        }
        there += strideBytes
        here += rowBytes
      }
      sum = sumOf(sums)
      squares = sumOf(squareSums)
      bx = sumOf(sumsX)
      by = sumOf(sumsY)
    } else {
      for (let j: i32 = 0; j < down; j++) {
        for (let i: i32 = 0; i < across; i++) {
          const at = (<usize>i) << 2
          const residual = movedTo(there + at, fx, fy) - <f64>load<f32>(plane + here + at)
          sum += residual
          squares += residual * residual
          bx += <f64>load<f32>(gradientsX + here + at) * residual
          by += <f64>load<f32>(gradientsY + here + at) * residual
        }
        there += strideBytes
        here += rowBytes
      }
    }
    squares -= (sum * sum) / area
    if (squares < best) {
      bestU = u
      bestV = v
      best = squares
    }
    if (squares < unseen * area) break
    bx = (bx - (sumX * sum) / area) / 2
    by = (by - (sumY * sum) / area) / 2
    const du = (yy * bx - xy * by) / determinant
    const dv = (xx * by - xy * bx) / determinant
    u -= du
    v -= dv
    const most = <f64>margin
    if (du * du + dv * dv < 1e-4 || Math.abs(u - startU) > most || Math.abs(v - startV) > most) break
  }
  foundU = bestU
  foundV = bestV
  foundError = best / area
  foundTexture = determinant / (xx + yy)
}

/** What the last search found, as four doubles. */
export function writeFound(out: usize): void {
  store<f64>(out, foundU, 0)
  store<f64>(out, foundV, 8)
  store<f64>(out, foundError, 16)
  store<f64>(out, foundTexture, 24)
}

/** The other plane between its pixels. */
function movedTo(at: usize, fx: f64, fy: f64): f64 {
  const below = at + ((<usize>stride) << 2)
  const a = <f64>load<f32>(at)
  const c = <f64>load<f32>(below)
  const top = a + fx * (<f64>load<f32>(at, 4) - a)
  const bottom = c + fx * (<f64>load<f32>(below, 4) - c)
  return top + fy * (bottom - top)
}

/** The mean absolute difference of the patch at (x, y) to the other plane at (x + u, y + v), whose singles are left in `moved`. */
export function patchDifference(x: i32, y: i32, u: f64, v: f64, moved: usize): f64 {
  const atX = placeWithin(<f64>x + u, width, across)
  const atY = placeWithin(<f64>y + v, height, down)
  const x0 = <i32>atX
  const y0 = <i32>atY
  const fx = atX - <f64>x0
  const fy = atY - <f64>y0
  let sum: f64 = 0
  let to = moved
  for (let j: i32 = 0; j < down; j++) {
    const there = values + ((<usize>((y0 + j) * stride + x0)) << 2)
    const here = plane + ((<usize>((y + j) * width + x)) << 2)
    for (let i: i32 = 0; i < across; i++) {
      const at = (<usize>i) << 2
      const value = movedTo(there + at, fx, fy)
      store<f32>(to, <f32>value)
      to += 4
      sum += Math.abs(value - <f64>load<f32>(here + at))
    }
  }
  return sum / <f64>(across * down)
}

/** Where the `i`th patch of a side starts. */
function startOf(i: i32, side: i32): i32 {
  return min(i * STRIDE, max(0, side - PATCH))
}

/** Looks from (u, v) on, and keeps what is found where it fits much better than what the patch had. */
function tryFrom(
  x: i32,
  y: i32,
  u: f64,
  v: f64,
  steps: i32,
  unseen: f64,
  better: f64,
  least: f64,
  foundUs: usize,
  foundVs: usize,
): f64 {
  searchPatch(x, y, u, v, steps, unseen)
  if (foundError >= better * least) return least
  store<f32>(foundUs, <f32>foundU)
  store<f32>(foundVs, <f32>foundV)
  return foundError
}

/**
 * Searches all of the `patchColumns` by `patchRows` patches, from the vectors of cells at half the size (`coarseU`, `coarseV`: singles, `coarseColumns` by
 * `coarseRows`; none where 0); gives each one's vector and misfit, and for each cell the sums of vectors, of their squares, and
 * of weights (singles, 0 before). `moved` has room for a patch.
 */
export function searchLevel(
  patchColumns: i32,
  patchRows: i32,
  coarseU: usize,
  coarseV: usize,
  coarseColumns: i32,
  coarseRows: i32,
  steps: i32,
  unseen: f64,
  lost: f64,
  better: f64,
  us: usize,
  vs: usize,
  misfits: usize,
  cellColumns: i32,
  cellU: usize,
  cellV: usize,
  cellSquares: usize,
  cellWeights: usize,
  moved: usize,
): void {
  for (let row: i32 = 0; row < patchRows; row++) {
    const y = startOf(row, height)
    for (let column: i32 = 0; column < patchColumns; column++) {
      const x = startOf(column, width)
      const patch = (<usize>(row * patchColumns + column)) << 2
      let startU: f64 = 0
      let startV: f64 = 0
      if (coarseColumns > 0) {
        // The cell, at half the size, of the patch's middle.
        const there = min(coarseColumns - 1, (x + (across >> 1)) >> 2)
        const cell = (<usize>(min(coarseRows - 1, (y + (down >> 1)) >> 2) * coarseColumns + there)) << 2
        startU = 2 * <f64>load<f32>(coarseU + cell)
        startV = 2 * <f64>load<f32>(coarseV + cell)
      }
      const toU = us + patch
      const toV = vs + patch
      let least = tryFrom(x, y, startU, startV, steps, unseen, better, Infinity, toU, toV)
      if (least > lost) least = tryFrom(x, y, 0, 0, steps, unseen, better, least, toU, toV)
      if (least > lost && x > 0) {
        least = tryFrom(x, y, load<f32>(toU - 4), load<f32>(toV - 4), steps, unseen, better, least, toU, toV)
      }
      if (least > lost && y > 0) {
        const above = (<usize>patchColumns) << 2
        tryFrom(x, y, load<f32>(toU - above), load<f32>(toV - above), steps, unseen, better, least, toU, toV)
      }
      const u = <f64>load<f32>(toU)
      const v = <f64>load<f32>(toV)
      store<f32>(misfits + patch, <f32>patchDifference(x, y, u, v, moved))
      for (let j: i32 = 0; j < down; j += CELL) {
        const below = j + 1 < down ? 1 : 0
        for (let k: i32 = 0; k < across; k += CELL) {
          const right: usize = k + 1 < across ? 4 : 0
          const i = moved + ((<usize>(j * across + k)) << 2)
          const t = i + ((<usize>(below * across)) << 2)
          const o = plane + ((<usize>((y + j) * width + x + k)) << 2)
          const s = o + ((<usize>(below * width)) << 2)
          const misfit =
            Math.abs(<f64>load<f32>(i) - <f64>load<f32>(o)) +
            Math.abs(<f64>load<f32>(i + right) - <f64>load<f32>(o + right)) +
            Math.abs(<f64>load<f32>(t) - <f64>load<f32>(s)) +
            Math.abs(<f64>load<f32>(t + right) - <f64>load<f32>(s + right))
          // The last patch of a row or column may begin in the middle of a cell; it then counts from the next cell on.
          const cell = (<usize>(((y + j + 1) >> 1) * cellColumns + ((x + k + 1) >> 1))) << 2
          const weight = foundTexture / max(1, misfit / 4)
          add(cellU + cell, weight * u)
          add(cellV + cell, weight * v)
          add(cellSquares + cell, weight * (u * u + v * v))
          add(cellWeights + cell, weight)
        }
      }
    }
  }
}

function add(place: usize, amount: f64): void {
  store<f32>(place, <f32>(<f64>load<f32>(place) + amount))
}
