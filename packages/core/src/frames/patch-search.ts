/**
 * Where a patch of one picture is in another: Gauss-Newton steps of inverse search (Baker & Matthews, Lucas-Kanade 20 Years
 * On, 2004), as in Kroeger et al., Fast Optical Flow using Dense Inverse Search (2016). Gradients are those of the first
 * picture and are taken once; patches are compared with their means removed, so that a change of light is no motion.
 */
import type { Plane } from './luma.ts'

/** Side of a patch in pixels; less where the picture is smaller. */
export const patchSide = 8
/** Patches may hang over the edge by this much, where edge pixels are repeated; no patch moves further in a search. */
const margin = patchSide

export interface PatchSearch {
  /** Sizes of the patches. */
  readonly across: number
  readonly down: number
  /** Looks at the patch whose corner is at whole (x, y). */
  at(x: number, y: number): void
  /** How well the patch can be told from its neighbours: nearly the smaller eigenvalue of its structure tensor. */
  texture(): number
  /** The mean absolute difference of the patch with the other picture's at (x + u, y + v), which `moved` then holds. */
  difference(u: number, v: number): number
  /** Steps from (u, v), until they are small; leaves the best place in `found`. */
  search(u: number, v: number, steps: number): void
  readonly found: { u: number; v: number }
  /** The other picture's patch, bilinear, as last looked at. */
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

/** Prepares to look for patches of one plane in another of the same size. */
export const patchSearch = (from: Plane, to: Plane): PatchSearch => {
  const { width, height, data } = from
  const { stride, values } = padded(to)
  const across = Math.min(patchSide, width)
  const down = Math.min(patchSide, height)
  const area = across * down
  const gx = new Float32Array(area)
  const gy = new Float32Array(area)
  const reference = new Float32Array(area)
  const moved = new Float32Array(area)
  const found = { u: 0, v: 0 }
  let cornerX = 0
  let cornerY = 0
  /** The structure tensor: xx, xy, yy. In an array, because numbers that closures share are slow to change. */
  const tensor = new Float64Array(3)
  let steep = false

  const fetch = (u: number, v: number): void => {
    const x = Math.min(width - across + margin, Math.max(-margin, cornerX + u)) + margin
    const y = Math.min(height - down + margin, Math.max(-margin, cornerY + v)) + margin
    const x0 = Math.floor(x)
    const y0 = Math.floor(y)
    const fx = x - x0
    const fy = y - y0
    const a = (1 - fx) * (1 - fy)
    const b = fx * (1 - fy)
    const c = (1 - fx) * fy
    const d = fx * fy
    for (let j = 0, i = 0; j < down; j++) {
      const end = i + across
      for (let s = (y0 + j) * stride + x0; i < end; s++, i++) {
        const t = s + stride
        moved[i] = a * values[s] + b * values[s + 1] + c * values[t] + d * values[t + 1]
      }
    }
  }

  const gradients = (): void => {
    let meanX = 0
    let meanY = 0
    for (let j = 0, i = 0; j < down; j++) {
      const row = (cornerY + j) * width
      const above = cornerY + j > 0 ? row - width : row
      const below = cornerY + j < height - 1 ? row + width : row
      for (let k = 0; k < across; k++, i++) {
        const at = cornerX + k
        const left = at > 0 ? at - 1 : at
        const right = at < width - 1 ? at + 1 : at
        gx[i] = (data[row + right] - data[row + left]) / 2
        gy[i] = (data[below + at] - data[above + at]) / 2
        meanX += gx[i]
        meanY += gy[i]
      }
    }
    meanX /= area
    meanY /= area
    // A little of the identity keeps patches without texture where they are.
    let xx = area
    let xy = 0
    let yy = area
    for (let i = 0; i < area; i++) {
      gx[i] -= meanX
      gy[i] -= meanY
      xx += gx[i] * gx[i]
      xy += gx[i] * gy[i]
      yy += gy[i] * gy[i]
    }
    tensor[0] = xx
    tensor[1] = xy
    tensor[2] = yy
    steep = true
  }

  return {
    across,
    down,
    found,
    moved,
    at: (x, y) => {
      cornerX = x
      cornerY = y
      steep = false
      for (let j = 0, i = 0; j < down; j++) {
        for (let s = (y + j) * width + x, end = s + across; s < end; s++, i++) reference[i] = data[s]
      }
    },
    texture: () => {
      if (!steep) gradients()
      const [xx, xy, yy] = tensor
      return (xx * yy - xy * xy) / (xx + yy)
    },
    difference: (u, v) => {
      fetch(u, v)
      let sum = 0
      for (let i = 0; i < area; i++) sum += Math.abs(moved[i] - reference[i])
      return sum / area
    },
    search: (startU, startV, steps) => {
      if (!steep) gradients()
      const xx = tensor[0]
      const xy = tensor[1]
      const yy = tensor[2]
      const determinant = xx * yy - xy * xy
      let u = startU
      let v = startV
      let best = Number.POSITIVE_INFINITY
      for (let step = 0; step <= steps; step++) {
        fetch(u, v)
        // The gradients have no mean, so that of the patches drops out of the products.
        let bx = 0
        let by = 0
        let sum = 0
        let squares = 0
        for (let i = 0; i < area; i++) {
          const residual = moved[i] - reference[i]
          sum += residual
          squares += residual * residual
          bx += gx[i] * residual
          by += gy[i] * residual
        }
        squares -= (sum * sum) / area
        if (squares < best) {
          best = squares
          found.u = u
          found.v = v
        }
        const du = (yy * bx - xy * by) / determinant
        const dv = (xx * by - xy * bx) / determinant
        u -= du
        v -= dv
        if (du * du + dv * dv < 1e-4 || Math.abs(u - startU) > margin || Math.abs(v - startV) > margin) break
      }
    },
  }
}
