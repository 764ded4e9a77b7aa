/**
 * Drawn lines: the flow-based difference of Gaussians (Kang, Lee & Chui, "Coherent line drawing", 2007). Lightness is
 * compared, across the edge, with its wider surroundings, and what is darker is gathered along the edge, so that lines
 * are long and smooth and dots vanish. Edges among many edges are texture and are held back by their surroundings
 * (surround suppression: Grigorescu, Petkov & Westenberg, "Contour detection based on nonclassical receptive field
 * inhibition", 2003).
 */
import { blur, gaussian } from './blur.ts'
import type { Flow } from './flow.ts'

/** The value of `plane` at a place between pixels, edges repeated. */
const sample = (plane: Float32Array, width: number, height: number, x: number, y: number): number => {
  const cx = Math.min(width - 1.001, Math.max(0, x))
  const cy = Math.min(height - 1.001, Math.max(0, y))
  const left = cx | 0
  const top = cy | 0
  const u = cx - left
  const v = cy - top
  const i = top * width + left
  const upper = plane[i] + u * (plane[i + 1] - plane[i])
  const lower = plane[i + width] + u * (plane[i + width + 1] - plane[i + width])
  return upper + v * (lower - upper)
}

export interface LineOptions {
  /** Sigma of the narrow Gaussian in pixels: half a line's width. */
  readonly width: number
  /** A difference of lightness at which lines begin. */
  readonly threshold: number
  /** How much a neighbourhood full of edges holds lines back, from 0. */
  readonly suppression: number
}

/** How much line there is at each pixel, 0 to 1. */
export const lines = (
  lightness: Float32Array,
  flow: Flow,
  width: number,
  height: number,
  { width: sigma, threshold, suppression }: LineOptions,
): Float32Array => {
  const darker = acrossEdges(lightness, flow, width, height, sigma)
  const gathered = alongEdges(darker, flow, width, height, 3 * sigma)
  const near = blur(gathered, width, height, gaussian(2 * sigma))
  const wide = blur(gathered, width, height, gaussian(6 * sigma))
  const out = new Float32Array(gathered.length)
  for (let i = 0; i < out.length; i++) {
    const surround = Math.max(0, wide[i] - 0.4 * near[i])
    const t = (gathered[i] - suppression * surround - threshold) / (3 * threshold)
    out[i] = t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t)
  }
  return out
}

/** How much darker a pixel is than its surroundings across the edge: the positive part of wide less narrow Gaussian. */
const acrossEdges = (plane: Float32Array, flow: Flow, width: number, height: number, sigma: number): Float32Array => {
  const wideSigma = 1.6 * sigma
  const reach = Math.ceil(2.5 * wideSigma)
  const narrow = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-((i / sigma) ** 2) / 2))
  const wide = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-((i / wideSigma) ** 2) / 2))
  const total = (half: Float64Array): number => half.reduce((sum, weight) => sum + 2 * weight, -half[0])
  const kernel = wide.map((weight, i) => weight / total(wide) - narrow[i] / total(narrow))
  const out = new Float32Array(plane.length)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const nx = -flow.ty[i]
      const ny = flow.tx[i]
      let sum = kernel[0] * plane[i]
      for (let k = 1; k <= reach; k++) {
        sum +=
          kernel[k] *
          (sample(plane, width, height, x + k * nx, y + k * ny) + sample(plane, width, height, x - k * nx, y - k * ny))
      }
      out[i] = Math.max(0, sum)
    }
  }
  return out
}

/** The mean of `plane` along the flow, weighted by a Gaussian of `sigma` pixels, in steps of one pixel both ways. */
export const alongEdges = (
  plane: Float32Array,
  flow: Flow,
  width: number,
  height: number,
  sigma: number,
): Float32Array => {
  const reach = Math.ceil(2 * sigma)
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-((i / sigma) ** 2) / 2))
  const out = new Float32Array(plane.length)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let sum = plane[i]
      let total = 1
      for (let side = -1; side <= 1; side += 2) {
        let vx = flow.tx[i] * side
        let vy = flow.ty[i] * side
        let px = x
        let py = y
        for (let k = 1; k <= reach; k++) {
          px += vx
          py += vy
          if (px < 0 || py < 0 || px > width - 1 || py > height - 1) break
          sum += kernel[k] * sample(plane, width, height, px, py)
          total += kernel[k]
          const at = Math.round(py) * width + Math.round(px)
          const turn = flow.tx[at] * vx + flow.ty[at] * vy < 0 ? -1 : 1
          vx = flow.tx[at] * turn
          vy = flow.ty[at] * turn
        }
      }
      out[i] = sum / total
    }
  }
  return out
}
