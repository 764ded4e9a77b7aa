/**
 * Smoothing along edges: the mean of a plane over a short streamline of the flow through each pixel (line integral
 * convolution: Cabral & Leedom, "Imaging vector fields using line integral convolution", 1993).
 */
import type { Flow } from './flow.ts'

/** Steps in each direction: up to twice sigma, in quarters of sigma. */
const STEPS = 8

const WEIGHTS = Float64Array.from({ length: STEPS + 1 }, (_, k) => Math.exp(-((k / 4) ** 2) / 2))

/**
 * The mean along the flow, weighted by a Gaussian of `sigma` pixels, at least 2.
 *
 * @param least pixels with a lower value keep it, which saves most of the time if most pixels are low
 */
export const alongEdges = (
  plane: Float32Array,
  { tx, ty }: Flow,
  width: number,
  height: number,
  sigma: number,
  least = -Infinity,
): Float32Array => {
  const step = sigma / 4
  const out = new Float32Array(plane.length)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (plane[i] < least) {
        out[i] = plane[i]
        continue
      }
      let sum = plane[i]
      let total = 1
      for (let side = -1; side <= 1; side += 2) {
        let vx = tx[i] * step * side
        let vy = ty[i] * step * side
        let px = x + 0.5
        let py = y + 0.5
        for (let k = 1; k <= STEPS; k++) {
          px += vx
          py += vy
          if (px < 0 || py < 0 || px >= width || py >= height) break
          const at = (py | 0) * width + (px | 0)
          sum += WEIGHTS[k] * plane[at]
          total += WEIGHTS[k]
          // The flow has no sign: continue in the same direction.
          const turn = tx[at] * vx + ty[at] * vy < 0 ? -step : step
          vx = tx[at] * turn
          vy = ty[at] * turn
        }
      }
      out[i] = sum / total
    }
  }
  return out
}
