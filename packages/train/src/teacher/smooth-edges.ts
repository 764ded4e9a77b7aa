/**
 * Clean borders: each pixel near an edge takes the mean of its neighbours along the edge, so ragged borders look like
 * brush strokes. Changes all planes at once, and only near edges.
 */
import type { Planes } from '@animegan/core'
import type { Flow } from './flow.ts'

/** Weights of the pixels one to four steps away along the edge: a Gaussian of sigma 2. */
const WEIGHTS = Float64Array.from({ length: 4 }, (_, k) => Math.exp(-(((k + 1) / 2) ** 2) / 2))

/** The planes, smoothed along the flow by `amount` (0 to 1) at each pixel. */
export const smoothEdges = ({ width, height, l, a, b }: Planes, { tx, ty }: Flow, amount: Float32Array): Planes => {
  const out = { width, height, l: l.slice(), a: a.slice(), b: b.slice() }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (amount[i] <= 0) continue
      let [sl, sa, sb, total] = [l[i], a[i], b[i], 1]
      for (let side = -1; side <= 1; side += 2) {
        let vx = tx[i] * side
        let vy = ty[i] * side
        let px = x + 0.5
        let py = y + 0.5
        for (let k = 0; k < WEIGHTS.length; k++) {
          px += vx
          py += vy
          if (px < 0 || py < 0 || px >= width || py >= height) break
          const at = (py | 0) * width + (px | 0)
          sl += WEIGHTS[k] * l[at]
          sa += WEIGHTS[k] * a[at]
          sb += WEIGHTS[k] * b[at]
          total += WEIGHTS[k]
          // The flow has no sign: continue in the same direction.
          const turn = tx[at] * vx + ty[at] * vy < 0 ? -1 : 1
          vx = tx[at] * turn
          vy = ty[at] * turn
        }
      }
      out.l[i] += amount[i] * (sl / total - l[i])
      out.a[i] += amount[i] * (sa / total - a[i])
      out.b[i] += amount[i] * (sb / total - b[i])
    }
  }
  return out
}
