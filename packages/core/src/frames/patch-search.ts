/**
 * Finds a patch of one picture in another: Gauss-Newton steps of inverse search (Baker & Matthews, Lucas-Kanade 20
 * Years On, 2004), as in Kroeger et al., Fast Optical Flow using Dense Inverse Search (2016). Gradients are taken from
 * the first picture, once; patches are compared with their means removed, so a change of light does not count as
 * motion.
 */
import type { Plane } from './luma.ts'

/** Side of a patch in pixels; smaller if the picture is. */
export const patchSide = 8
/** A mean squared difference, in levels, that rounding alone may leave; the search then stops. */
const unseen = 0.25
/** Patches may extend past the edge by this much, with edge pixels repeated; no patch moves further in a search. */
const margin = patchSide

export interface PatchSearch {
  /** Sizes of the patches. */
  readonly across: number
  readonly down: number
  /** Starts at (u, v) and steps until steps get small, for the patch with its corner at whole (x, y); fills `found`. */
  search(x: number, y: number, u: number, v: number, steps: number): void
  readonly found: {
    /** The best position. */
    u: number
    v: number
    /** The mean squared difference there, means removed. */
    error: number
    /** How distinctive the patch is from its neighbours: nearly the smaller eigenvalue of its structure tensor. */
    texture: number
  }
  /**
   * The mean absolute difference between the patch at (x, y) and the other picture's at (x + u, y + v), which is left
   * in `moved`.
   */
  difference(x: number, y: number, u: number, v: number): number
  /** The other picture's patch, bilinear, from the last call of `difference`. */
  readonly moved: Float32Array
}

/** A plane with its margin. */
const padded = ({ width, height, data }: Plane): { stride: number; values: Uint8Array } => {
  const stride = width + 2 * margin + 1
  const rows = height + 2 * margin + 1
  const values = new Uint8Array(stride * rows)
  for (let y = 0; y < rows; y++) {
    const from = Math.min(height - 1, Math.max(0, y - margin)) * width
    const to = y * stride
    values.fill(data[from], to, to + margin)
    values.set(data.subarray(from, from + width), to + margin)
    values.fill(data[from + width - 1], to + margin + width, to + stride)
  }
  return { stride, values }
}

/** Twice the gradients of a plane: differences of neighbours, with edge pixels repeated. */
const gradientsOf = ({ width, height, data }: Plane): { across: Int16Array; down: Int16Array } => {
  const across = new Int16Array(width * height)
  const down = new Int16Array(width * height)
  for (let y = 0, o = 0; y < height; y++) {
    const above = y > 0 ? -width : 0
    const below = y < height - 1 ? width : 0
    for (let end = o + width, start = o; o < end; o++) {
      across[o] = data[o < end - 1 ? o + 1 : o] - data[o > start ? o - 1 : o]
      down[o] = data[o + below] - data[o + above]
    }
  }
  return { across, down }
}

/** Prepares a search for patches of one plane in another of the same size. */
export const patchSearch = (from: Plane, to: Plane): PatchSearch => {
  const { width, height, data } = from
  const { stride, values } = padded(to)
  const gradients = gradientsOf(from)
  const [gx, gy] = [gradients.across, gradients.down]
  const across = Math.min(patchSide, width)
  const down = Math.min(patchSide, height)
  const area = across * down
  const [mostX, mostY] = [width - across + margin, height - down + margin]
  const moved = new Float32Array(area)
  const found = { u: 0, v: 0, error: 0, texture: 0 }

  const search = (x: number, y: number, startU: number, startV: number, steps: number): void => {
    const corner = y * width + x
    let sumX = 0
    let sumY = 0
    let xx = 0
    let xy = 0
    let yy = 0
    for (let j = 0, row = corner; j < down; j++, row += width) {
      for (let o = row, end = row + across; o < end; o++) {
        const a = gx[o]
        const b = gy[o]
        sumX += a
        sumY += b
        xx += a * a
        xy += a * b
        yy += b * b
      }
    }
    // With means removed, and halved because the gradients are doubled. A small multiple of the identity keeps flat
    // patches in place.
    xx = area + (xx - (sumX * sumX) / area) / 4
    xy = (xy - (sumX * sumY) / area) / 4
    yy = area + (yy - (sumY * sumY) / area) / 4
    const determinant = xx * yy - xy * xy
    let u = startU
    let v = startV
    let bestU = u
    let bestV = v
    let best = Number.POSITIVE_INFINITY
    for (let step = 0; step <= steps; step++) {
      const atX = Math.min(mostX, Math.max(-margin, x + u)) + margin
      const atY = Math.min(mostY, Math.max(-margin, y + v)) + margin
      const x0 = Math.floor(atX)
      const y0 = Math.floor(atY)
      const fx = atX - x0
      const fy = atY - y0
      const a = (1 - fx) * (1 - fy)
      const b = fx * (1 - fy)
      const c = (1 - fx) * fy
      const d = fx * fy
      let bx = 0
      let by = 0
      let sum = 0
      let squares = 0
      for (let j = 0, row = corner, there = y0 * stride + x0; j < down; j++, row += width, there += stride) {
        for (let o = row, s = there, end = row + across; o < end; o++, s++) {
          const t = s + stride
          const residual = a * values[s] + b * values[s + 1] + c * values[t] + d * values[t + 1] - data[o]
          sum += residual
          squares += residual * residual
          bx += gx[o] * residual
          by += gy[o] * residual
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
      if (du * du + dv * dv < 1e-4 || Math.abs(u - startU) > margin || Math.abs(v - startV) > margin) break
    }
    found.u = bestU
    found.v = bestV
    found.error = best / area
    found.texture = determinant / (xx + yy)
  }

  const difference = (x: number, y: number, u: number, v: number): number => {
    const atX = Math.min(mostX, Math.max(-margin, x + u)) + margin
    const atY = Math.min(mostY, Math.max(-margin, y + v)) + margin
    const x0 = Math.floor(atX)
    const y0 = Math.floor(atY)
    const fx = atX - x0
    const fy = atY - y0
    let sum = 0
    let i = 0
    for (let j = 0, row = y * width + x, there = y0 * stride + x0; j < down; j++, row += width, there += stride) {
      for (let o = row, s = there, end = row + across; o < end; o++, s++, i++) {
        const t = s + stride
        const top = values[s] + fx * (values[s + 1] - values[s])
        const bottom = values[t] + fx * (values[t + 1] - values[t])
        const value = top + fy * (bottom - top)
        moved[i] = value
        sum += Math.abs(value - data[o])
      }
    }
    return sum / area
  }

  return { across, down, found, moved, search, difference }
}
