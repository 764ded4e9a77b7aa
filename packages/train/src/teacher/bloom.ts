/** Bloom: bright areas glow into their surroundings, as in a hazy lens; strong colours pale in the glow. */
import type { Planes } from '@animegan/core'
import { smoothstep } from './smoothstep.ts'
import { wideBlur } from './wide.ts'

/** Reach of the glow: sigma in pixels. */
const REACH = 14

/** The planes, in place, with an `amount` of glow, 0 to 1; `threshold` is the lightness at which glow begins. */
export const bloom = ({ width, height, l, a, b }: Planes, amount: number, threshold: number): void => {
  const bright = l.map((v) => smoothstep(threshold, 1, v))
  const glow = wideBlur(bright, width, height, REACH)
  for (let i = 0; i < l.length; i++) {
    const g = amount * glow[i] * (1 - bright[i]) * smoothstep(0.2, 0.7, l[i])
    l[i] += g * (1 - l[i])
    a[i] *= 1 - 0.4 * g
    b[i] *= 1 - 0.4 * g
  }
}
