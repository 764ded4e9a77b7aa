/**
 * The temporal filter: each result is mixed with its predecessor, moved along the source's motion, wherever the moved
 * source matches. Still and moving objects keep what was drawn on them; new, uncovered or changed content is taken
 * unmixed. Motion is estimated and checked at half size in brightness; the mixing uses whole numbers.
 *
 * Motion-compensated recursive filtering as in Dubois & Sabri, Noise Reduction in Image Sequences Using
 * Motion-Compensated Temporal Filtering (1984), but applied to the result and gated by the source. bench/RESULTS.md
 * compares the warping errors of results with those of their sources. A measure that uses the same motion estimate can
 * flatter the filter: with OpenCV's flows (DIS, Farneback) instead of optical-flow.ts, the error for people talking
 * with their hands is 0.9 to 1.5 instead of 0.8 to 1.3. A more open gate gives smaller errors but visible ones: hands
 * in front of a chest leave bits of their outlines.
 */
import { Workbench } from '../kernels/kernels.ts'
import type { Picture } from '../picture.ts'
import type { Plane } from './luma.ts'
import { cellSide as halfCell, type Motion, motionBetween } from './motion.ts'

/** The filter's state: a result, and the pyramid of its source's brightness from half size on. */
export interface Steadied {
  readonly result: Picture
  readonly source: readonly Plane[]
}

/** Share of the past where the source is unchanged, in 1/256. */
const most = 216
/**
 * Mean absolute differences of brightness, in levels: up to `same` the past gets its full share, from `other` on none.
 */
const same = 4
const other = 18
/** Differences that a shift by this much explains do not count; in 1/16 pixel at half size. */
const misplaced = 6
/**
 * The variance of the motion around a cell, in squared pixels at half size, up to which it is not a border; and the
 * levels of difference that each unit above it counts for.
 */
const inAgreement = 0.5
const discord = 8
/** How far outside the edge, in pixels of the result, a cell's origin may lie before it has no past. */
const entered = 1

/** Side of a cell with one common motion, in pixels of the result. */
const cellSide = 2 * halfCell

/** The motion in sixteenths of a pixel of the result; cells stay inside it. */
interface Cells {
  readonly columns: number
  readonly rows: number
  readonly u: Int16Array
  readonly v: Int16Array
  /** Extra levels of difference where the motion is unreliable. */
  readonly doubt: Uint8Array
}

const cellsOf = (motion: Motion, { width, height }: Picture): Cells => {
  const { columns, rows } = motion
  const size = columns * rows
  const cells = { columns, rows, u: new Int16Array(size), v: new Int16Array(size), doubt: new Uint8Array(size) }
  for (let row = 0, o = 0; row < rows; row++) {
    const y = row * cellSide
    const below = height - Math.min(height, y + cellSide)
    for (let column = 0; column < columns; column++, o++) {
      const x = column * cellSide
      const beyond = width - Math.min(width, x + cellSide)
      // A pixel at half size is two pixels of the result, or 32 sixteenths.
      const u = Math.round(32 * motion.u[o])
      const v = Math.round(32 * motion.v[o])
      cells.u[o] = Math.max(-16 * x, Math.min(16 * beyond, u))
      cells.v[o] = Math.max(-16 * y, Math.min(16 * below, v))
      const outside = Math.max(Math.abs(u - cells.u[o]), Math.abs(v - cells.v[o]))
      const doubt = outside > 16 * entered ? 255 : discord * (motion.variance[o] - inAgreement)
      cells.doubt[o] = Math.max(0, Math.min(255, doubt))
    }
  }
  return cells
}

/**
 * Absolute differences between a plane at half size and its predecessor moved along, plus those for unreliable motion.
 */
const residuals = ({ width, height, data }: Plane, { data: past }: Plane, cells: Cells): Uint8Array => {
  const out = new Uint8Array(width * height)
  const last = data.length - 1
  for (let y = 0; y < height; y++) {
    const toAbove = y > 0 ? width : 0
    const toBelow = y < height - 1 ? width : 0
    let cell = Math.trunc(y / halfCell) * cells.columns
    for (let x = 0, o = y * width; x < width; x += halfCell, cell++) {
      const end = y * width + Math.min(width, x + halfCell)
      const u = cells.u[cell]
      const v = cells.v[cell]
      const doubt = cells.doubt[cell]
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
        out[o] = Math.min(255, Math.max(0, rest) + doubt)
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

/**
 * `styled` mixed with its share of the past, moved along; a new picture. Pixels that are not opaque, or were not, stay
 * unmixed.
 */
const mix = (styled: Picture, past: Picture, cells: Cells, shares: Uint8Array): Picture => {
  const { width, height, channels } = styled
  const bench = new Workbench()
  const [place, before, u, v, share] = [styled.data, past.data, cells.u, cells.v, shares].map((numbers) =>
    bench.put(numbers),
  )
  bench.kernels.mixMoved(place, before, width, height, channels, u, v, cells.columns, cellSide, share)
  const out = bench.bytes(place, styled.data.length).slice()
  if (channels === 4) {
    // Alpha was mixed like a colour, so it is full only where everything mixed is opaque.
    for (let i = 3; i < out.length; i += 4) {
      if (out[i] !== 255) out.set(styled.data.subarray(i - 3, i + 1), i - 3)
    }
  }
  return { width, height, channels, data: out }
}

/**
 * One step of the filter: `styled` is the result for `source`; `past` is the previous step, or undefined where a shot
 * begins. Both pictures must have one size; if the past has another, nothing is mixed.
 */
export const steady = (styled: Picture, source: readonly Plane[], past: Steadied | undefined): Steadied => {
  if (past?.result.width !== styled.width || past.result.height !== styled.height) return { result: styled, source }
  if (past.result.channels !== styled.channels) return { result: styled, source }
  const cells = cellsOf(motionBetween(source, past.source), styled)
  const [half] = source as [Plane]
  const shares = sharesOf(residuals(half, past.source[0], cells), half.width, half.height)
  return { result: mix(styled, past.result, cells, shares), source }
}
