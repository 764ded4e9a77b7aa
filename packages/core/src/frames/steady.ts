/**
 * The temporal filter: a result is mixed with its predecessor, moved along with the source, where the source moved along
 * is what it was. Still and moving things alike keep what was drawn on them; what is new, hidden or changed is taken as
 * it comes. Motion is searched and judged at half size in brightness; the mixing is in whole numbers.
 *
 * Motion-compensated recursive filtering as in Dubois & Sabri, Noise Reduction in Image Sequences Using
 * Motion-Compensated Temporal Filtering (1984), but of the result, gated by its source. Chosen by the warping error of
 * results against their sources' (live, clips of people and of things): 1.6 to 4.7 unfiltered, 0.5 to 2.1 with this, and
 * still 1.5 to 3.8 when only gated by difference, with nothing moved. A frame of 720p takes 17 to 27 ms.
 */
import type { Picture } from '../picture.ts'
import type { Plane } from './luma.ts'
import { type Motion, motionBetween } from './motion.ts'
import { patchSide } from './patch-search.ts'

/** What the filter remembers: a result, and its source's brightness at half size with its halves. */
export interface Steadied {
  readonly result: Picture
  readonly source: readonly Plane[]
}

/** Share of the past where the source is unchanged, in 1/256. */
const most = 192
/** Mean absolute differences of brightness, in levels: up to `same` all of that share, from `other` on none. */
const same = 4
const other = 10
/** Differences do not count as far as a misplacement by this much explains them: in 1/16 pixel of the half size. */
const misplaced = 6
/** Pixels of the half size between a patch's vector and the mean with its neighbours', from which on it is not believed. */
const odds = 1

/** Side of a cell, which moves as one, in pixels of the result: half of a patch of the half size. */
const cellSide = patchSide

/** Vectors of cells in eighths of a pixel of the result; cells stay inside it. */
interface Cells {
  readonly columns: number
  readonly rows: number
  readonly u: Int16Array
  readonly v: Int16Array
  /** 1 where neighbouring patches go different ways: the border of a motion, or a motion that was not found. */
  readonly torn: Uint8Array
}

/** Between the patches' vectors, or, where those are at odds, the patch's own. */
const cellsOf = ({ columns: patches, rows: patchRows, u, v }: Motion, { width, height }: Picture): Cells => {
  const columns = Math.ceil(width / cellSide)
  const rows = Math.ceil(height / cellSide)
  const count = columns * rows
  const cells = { columns, rows, u: new Int16Array(count), v: new Int16Array(count), torn: new Uint8Array(count) }
  for (let row = 0, o = 0; row < rows; row++) {
    const y = row * cellSide
    const near = Math.min(patchRows - 1, row >> 1) * patches
    const far = Math.min(patchRows - 1, Math.max(0, (row >> 1) + ((row & 1) * 2 - 1))) * patches
    for (let column = 0; column < columns; column++, o++) {
      const x = column * cellSide
      const here = Math.min(patches - 1, column >> 1)
      const beside = Math.min(patches - 1, Math.max(0, (column >> 1) + ((column & 1) * 2 - 1)))
      const mix = (plane: Float32Array): number =>
        (9 * plane[near + here] + 3 * (plane[near + beside] + plane[far + here]) + plane[far + beside]) / 16
      const [ownU, ownV] = [u[near + here], v[near + here]]
      const [mixedU, mixedV] = [mix(u), mix(v)]
      const apart = Math.max(Math.abs(mixedU - ownU), Math.abs(mixedV - ownV))
      const alike = apart < 0.5
      if (apart > odds) cells.torn[o] = 1
      // A pixel at half size is two of the result's, sixteen eighths.
      const right = width - Math.min(width, x + cellSide)
      const below = height - Math.min(height, y + cellSide)
      cells.u[o] = Math.max(-8 * x, Math.min(8 * right, Math.round(16 * (alike ? mixedU : ownU))))
      cells.v[o] = Math.max(-8 * y, Math.min(8 * below, Math.round(16 * (alike ? mixedV : ownV))))
    }
  }
  return cells
}

/** Absolute differences of a plane at half size with its predecessor moved along. */
const residuals = ({ width, height, data }: Plane, { data: past }: Plane, cells: Cells): Uint8Array => {
  const out = new Uint8Array(width * height)
  const side = cellSide / 2
  for (let row = 0, cell = 0; row < cells.rows; row++) {
    const bottom = Math.min(height, (row + 1) * side)
    for (let column = 0; column < cells.columns; column++, cell++) {
      const x = column * side
      const count = Math.min(width - x, side)
      const [u, v] = [cells.u[cell], cells.v[cell]]
      const [fx, fy] = [u & 15, v & 15]
      const [a, b, c, d] = [(16 - fx) * (16 - fy), fx * (16 - fy), (16 - fx) * fy, fx * fy]
      const [right, down] = [fx ? 1 : 0, fy ? width : 0]
      for (let y = row * side; y < bottom; y++) {
        if (cells.torn[cell]) {
          out.fill(255, y * width + x, y * width + x + count)
          continue
        }
        let s = (y + (v >> 4)) * width + x + (u >> 4)
        const toAbove = y > 0 ? width : 0
        const toBelow = y < height - 1 ? width : 0
        for (let o = y * width + x, end = o + count; o < end; o++, s++) {
          const toLeft = o > 0 ? 1 : 0
          const toRight = o < data.length - 1 ? 1 : 0
          const moved = (a * past[s] + b * past[s + right] + c * past[s + down] + d * past[s + down + right] + 128) >> 8
          const across = data[o + toRight] - data[o - toLeft]
          const along = data[o + toBelow] - data[o - toAbove]
          const slack = (((across < 0 ? -across : across) + (along < 0 ? -along : along)) * misplaced) >> 5
          const difference = data[o] - moved
          const rest = (difference < 0 ? -difference : difference) - slack
          out[o] = Math.max(0, rest)
        }
      }
    }
  }
  return out
}

/** The share of the past for every pixel at half size, in 1/256, from the mean residual of 3 x 3. */
const sharesOf = (residual: Uint8Array, width: number, height: number): Uint8Array => {
  const out = new Uint8Array(width * height)
  const column = new Uint16Array(width + 2)
  const closed = 9 * other
  const slope = most / (9 * (other - same))
  for (let y = 0, o = 0; y < height; y++) {
    const above = y > 0 ? o - width : o
    const below = y < height - 1 ? o + width : o
    for (let x = 0; x < width; x++) column[x + 1] = residual[above + x] + residual[o + x] + residual[below + x]
    column[0] = column[1]
    column[width + 1] = column[width]
    for (let x = 0; x < width; x++, o++) {
      const room = closed - column[x] - column[x + 1] - column[x + 2]
      out[o] = room <= 0 ? 0 : Math.min(most, room * slope)
    }
  }
  return out
}

/** `styled` with its share of the past, moved along; a new picture. Alpha is not filtered. */
const mix = (styled: Picture, past: Picture, cells: Cells, shares: Uint8Array): Picture => {
  const { width, height, channels } = styled
  const out = styled.data.slice()
  const from = past.data
  const stride = width * channels
  const halfWidth = (width + 1) >> 1
  for (let row = 0, cell = 0; row < cells.rows; row++) {
    const bottom = Math.min(height, (row + 1) * cellSide)
    for (let column = 0; column < cells.columns; column++, cell++) {
      const left = column * cellSide
      const end = Math.min(width, left + cellSide)
      const [u, v] = [cells.u[cell], cells.v[cell]]
      const [fx, fy] = [u & 7, v & 7]
      const [a, b, c, d] = [(8 - fx) * (8 - fy), fx * (8 - fy), (8 - fx) * fy, fx * fy]
      const [right, down] = [fx ? channels : 0, fy ? stride : 0]
      const whole = fx === 0 && fy === 0
      for (let y = row * cellSide; y < bottom; y++) {
        const half = (y >> 1) * halfWidth
        let o = y * stride + left * channels
        let s = o + (v >> 3) * stride + (u >> 3) * channels
        for (let x = left; x < end; x++, o += channels, s += channels) {
          const share = shares[half + (x >> 1)]
          if (share === 0) continue
          const rest = 256 - share
          if (whole) {
            out[o] = (out[o] * rest + from[s] * share + 128) >> 8
            out[o + 1] = (out[o + 1] * rest + from[s + 1] * share + 128) >> 8
            out[o + 2] = (out[o + 2] * rest + from[s + 2] * share + 128) >> 8
            continue
          }
          // The past in 1/64, its share in 1/256: 1/16384 in all.
          const own = rest << 6
          const e = s + right
          const f = s + down
          const g = f + right
          const first = a * from[s] + b * from[e] + c * from[f] + d * from[g]
          const second = a * from[s + 1] + b * from[e + 1] + c * from[f + 1] + d * from[g + 1]
          const third = a * from[s + 2] + b * from[e + 2] + c * from[f + 2] + d * from[g + 2]
          out[o] = (out[o] * own + first * share + 8192) >> 14
          out[o + 1] = (out[o + 1] * own + second * share + 8192) >> 14
          out[o + 2] = (out[o + 2] * own + third * share + 8192) >> 14
        }
      }
    }
  }
  return { width, height, channels, data: out }
}

/**
 * The filter's step: `styled` is what was made of `source`; `past` the step before, or undefined where a shot begins.
 * Both pictures are of one size, that of the past too; otherwise nothing is mixed.
 */
export const steady = (styled: Picture, source: readonly Plane[], past: Steadied | undefined): Steadied => {
  if (past?.result.width !== styled.width || past.result.height !== styled.height) return { result: styled, source }
  if (past.result.channels !== styled.channels) return { result: styled, source }
  const cells = cellsOf(motionBetween(source, past.source), styled)
  const [half] = source as [Plane]
  const shares = sharesOf(residuals(half, past.source[0]!, cells), half.width, half.height)
  return { result: mix(styled, past.result, cells, shares), source }
}
