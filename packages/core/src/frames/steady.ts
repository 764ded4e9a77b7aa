/**
 * The temporal filter: a result is mixed with its predecessor, moved along with the source, where the source moved along
 * is what it was. Still and moving things alike keep what was drawn on them; what is new, hidden or changed is taken as
 * it comes. Motion is searched and judged at half size in brightness; the mixing is in whole numbers.
 *
 * Motion-compensated recursive filtering as in Dubois & Sabri, Noise Reduction in Image Sequences Using
 * Motion-Compensated Temporal Filtering (1984), but of the result, gated by its source. Chosen by the warping error of
 * results against their sources' (live, clips of people and of things): 1.1 to 3.0 unfiltered, 0.2 to 1.2 with this, and
 * 0.3 to 3.7 when only gated by difference, with nothing moved. Filters that know their own motion
 * can be flattered by it: by OpenCV's flows (DIS, Farneback) in place of flow.ts, it is 0.2 to 1.3, too.
 */
import type { Picture } from '../picture.ts'
import type { Plane } from './luma.ts'
import { type Motion, motionBetween, patchStride } from './motion.ts'
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
/** Pixels of the half size between a patch's vector and the mean with its neighbours', from which on neither is believed. */
const odds = 1

/** Side of a cell, which moves as one, in pixels of the result: 2 of the half size. */
const cellSide = 4

/** Vectors of cells in sixteenths of a pixel of the result; cells stay inside it. */
interface Cells {
  readonly columns: number
  readonly rows: number
  readonly u: Int16Array
  readonly v: Int16Array
  /** 1 where patches go different ways: the border of a motion, or a motion that was not found. */
  readonly torn: Uint8Array
}

/**
 * Between the patches' vectors, each by its weight: a normalised convolution (Knutsson & Westin, 1993) with a bilinear
 * kernel. A flat wall beside a moving arm has little weight, and goes with it no further than the kernel reaches.
 */
const cellsOf = (motion: Motion, { width, height }: Picture): Cells => {
  const columns = Math.ceil(width / cellSide)
  const rows = Math.ceil(height / cellSide)
  const size = columns * rows
  const cells = { columns, rows, u: new Int16Array(size), v: new Int16Array(size), torn: new Uint8Array(size) }
  const { u, v, weight } = motion
  // Where the centre of a cell is among those of patches.
  const place = (cell: number, count: number): number =>
    Math.min(count - 1, Math.max(0, ((cell + 0.5) * (cellSide / 2) - patchSide / 2) / patchStride))
  for (let row = 0, o = 0; row < rows; row++) {
    const y = row * cellSide
    const atRow = place(row, motion.rows)
    const above = Math.trunc(atRow)
    const fy = atRow - above
    const top = above * motion.columns
    const bottom = Math.min(motion.rows - 1, above + 1) * motion.columns
    const below = height - Math.min(height, y + cellSide)
    for (let column = 0; column < columns; column++, o++) {
      const x = column * cellSide
      const atColumn = place(column, motion.columns)
      const left = Math.trunc(atColumn)
      const fx = atColumn - left
      const right = Math.min(motion.columns - 1, left + 1)
      const [i, j, k, l] = [top + left, top + right, bottom + left, bottom + right]
      const a = (1 - fx) * (1 - fy) * weight[i]
      const b = fx * (1 - fy) * weight[j]
      const c = (1 - fx) * fy * weight[k]
      const d = fx * fy * weight[l]
      const sum = a + b + c + d
      const meanU = (a * u[i] + b * u[j] + c * u[k] + d * u[l]) / sum
      const meanV = (a * v[i] + b * v[j] + c * v[k] + d * v[l]) / sum
      const nearest = (fy < 0.5 ? top : bottom) + (fx < 0.5 ? left : right)
      if (Math.max(Math.abs(meanU - u[nearest]), Math.abs(meanV - v[nearest])) > odds) cells.torn[o] = 1
      // A pixel at half size is two of the result's, 32 sixteenths.
      const beyond = width - Math.min(width, x + cellSide)
      cells.u[o] = Math.max(-16 * x, Math.min(16 * beyond, Math.round(32 * meanU)))
      cells.v[o] = Math.max(-16 * y, Math.min(16 * below, Math.round(32 * meanV)))
    }
  }
  return cells
}

/** Absolute differences of a plane at half size with its predecessor moved along. */
const residuals = ({ width, height, data }: Plane, { data: past }: Plane, cells: Cells): Uint8Array => {
  const out = new Uint8Array(width * height)
  const last = data.length - 1
  const side = cellSide / 2
  for (let y = 0; y < height; y++) {
    const toAbove = y > 0 ? width : 0
    const toBelow = y < height - 1 ? width : 0
    let cell = Math.trunc(y / side) * cells.columns
    for (let x = 0, o = y * width; x < width; x += side, cell++) {
      const end = y * width + Math.min(width, x + side)
      if (cells.torn[cell] === 1) {
        while (o < end) out[o++] = 255
        continue
      }
      const u = cells.u[cell]
      const v = cells.v[cell]
      const fx = u & 31
      const fy = v & 31
      const right = fx ? 1 : 0
      const down = fy ? width : 0
      for (let s = o + (v >> 5) * width + (u >> 5); o < end; o++, s++) {
        const top = (past[s] << 5) + fx * (past[s + right] - past[s])
        const bottom = (past[s + down] << 5) + fx * (past[s + down + right] - past[s + down])
        const difference = data[o] - (((top << 5) + fy * (bottom - top) + 512) >> 10)
        const across = data[o < last ? o + 1 : o] - data[o > 0 ? o - 1 : o]
        const along = data[o + toBelow] - data[o - toAbove]
        const slack = (((across < 0 ? -across : across) + (along < 0 ? -along : along)) * misplaced) >> 5
        const rest = (difference < 0 ? -difference : difference) - slack
        out[o] = Math.max(0, rest)
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
  for (let y = 0; y < height; y++) {
    const half = (y >> 1) * halfWidth
    let cell = Math.trunc(y / cellSide) * cells.columns
    for (let x = 0, o = y * stride; x < width; x += cellSide, cell++) {
      const u = cells.u[cell]
      const v = cells.v[cell]
      const fx = u & 15
      const fy = v & 15
      const right = fx ? channels : 0
      const down = fy ? stride : 0
      let s = o + (v >> 4) * stride + (u >> 4) * channels
      for (let at = x, end = Math.min(width, x + cellSide); at < end; at++, o += channels, s += channels) {
        const share = shares[half + (at >> 1)]
        if (share === 0) continue
        const rest = 256 - share
        for (let c = 0; c < 3; c++) {
          const i = s + c
          const top = (from[i] << 4) + fx * (from[i + right] - from[i])
          const bottom = (from[i + down] << 4) + fx * (from[i + down + right] - from[i + down])
          // The past in 1/256, its share in 1/256: 1/65536 in all.
          out[o + c] = (rest * (out[o + c] << 8) + share * ((top << 4) + fy * (bottom - top)) + 32768) >> 16
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
