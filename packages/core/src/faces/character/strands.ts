/**
 * The way that hair lies: its direction from place to place, and means along it, which make strands of noise. Directions are
 * by the structure tensor (Brox and others 2006), means along them line integral convolution (Cabral, Leedom 1993).
 */
import { Workbench } from '../../kernels/kernels.ts'
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
  const bench = new Workbench()
  const [place, x, y, near, shares] = [data, strands.x, strands.y, strands.near, weights].map((numbers) =>
    bench.put(numbers),
  )
  const out = bench.put(data)
  bench.kernels.alongLines(place, x, y, near, shares, steps, STEP, width, height, out)
  return { width, height, data: bench.singles(out, data.length) }
}
