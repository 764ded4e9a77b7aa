/**
 * The way that hair lies: its direction from place to place, and means along it, which make strands of noise. Directions are
 * by the structure tensor (Brox and others 2006), means along them line integral convolution (Cabral, Leedom 1993).
 */
import type { Plane } from '../regions/plane.ts'
import { soften } from './fields.ts'

/** A direction for each pixel, as a unit vector; its sign means nothing. */
export interface Strands {
  readonly x: Float32Array
  readonly y: Float32Array
  /** The mass that it is of, spread a little; means are taken only where it is above 0. */
  readonly near: Float32Array
}

/** Pixels of a step along a strand. */
const STEP = 1.5

/** The direction in which `lightness` changes least, of a mass and a little beyond it. `reach` is in pixels. */
export const strandsOf = (lightness: Plane, mass: Plane, reach: number): Strands => {
  const { width, height } = lightness
  const smooth = soften(lightness, 0.7).data
  const count = width * height
  const [xx, xy, yy] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1, i = row * width + 1; column < width - 1; column++, i++) {
      // Only what lies within the mass: its outline is no strand.
      const share = mass.data[i]
      if (share < 0.5) continue
      const dx =
        3 * (smooth[i - width + 1] - smooth[i - width - 1] + smooth[i + width + 1] - smooth[i + width - 1]) +
        10 * (smooth[i + 1] - smooth[i - 1])
      const dy =
        3 * (smooth[i + width - 1] - smooth[i - width - 1] + smooth[i + width + 1] - smooth[i - width + 1]) +
        10 * (smooth[i + width] - smooth[i - width])
      const weight = share * share
      xx[i] = weight * dx * dx
      xy[i] = weight * dx * dy
      yy[i] = weight * dy * dy
    }
  }
  const wide = ([fine, coarse]: readonly Float32Array[]): Float32Array => {
    for (let i = 0; i < count; i++) fine[i] += 0.05 * coarse[i]
    return fine
  }
  const both = (data: Float32Array): Float32Array =>
    wide([soften({ width, height, data }, reach).data, soften({ width, height, data }, 4 * reach).data])
  const [a, b, c] = [both(xx), both(xy), both(yy)]
  const near = soften(mass, 2 * reach).data
  const [x, y] = [new Float32Array(count), new Float32Array(count)]
  for (let i = 0; i < count; i++) {
    if (near[i] < 0.004) near[i] = 0
    const angle = 0.5 * Math.atan2(2 * b[i], a[i] - c[i]) + Math.PI / 2
    x[i] = Math.cos(angle)
    y[i] = Math.sin(angle)
  }
  return { x, y, near }
}

/** Means along strands, `length` pixels to both sides with less and less weight; elsewhere the plane is as it was. */
export const alongStrands = ({ width, height, data }: Plane, strands: Strands, length: number): Plane => {
  const steps = Math.max(1, Math.round(length / STEP))
  const weights = Float32Array.from({ length: steps }, (_, k) => Math.exp(-2 * ((k + 1) / steps) ** 2))
  const out = data.slice()
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (strands.near[i] === 0) continue
      let sum = data[i]
      let total = 1
      for (let way = 0; way < 2; way++) {
        let px = column
        let py = row
        let dx = way === 0 ? strands.x[i] : -strands.x[i]
        let dy = way === 0 ? strands.y[i] : -strands.y[i]
        for (let k = 0; k < steps; k++) {
          px += dx * STEP
          py += dy * STEP
          if (!(px >= 0 && py >= 0 && px < width - 1 && py < height - 1)) break
          const left = px | 0
          const top = py | 0
          const at = top * width + left
          const u = px - left
          const v = py - top
          const upper = data[at] + (data[at + 1] - data[at]) * u
          const lower = data[at + width] + (data[at + width + 1] - data[at + width]) * u
          sum += weights[k] * (upper + (lower - upper) * v)
          total += weights[k]
          const next = at + (u > 0.5 ? 1 : 0) + (v > 0.5 ? width : 0)
          const nx = strands.x[next]
          const ny = strands.y[next]
          const sign = nx * dx + ny * dy < 0 ? -1 : 1
          dx = sign * nx
          dy = sign * ny
        }
      }
      out[i] = sum / total
    }
  }
  return { width, height, data: out }
}
