/**
 * Night: a painting by moonlight. Wide bright areas, such as the sky, turn dark and blue; spots that are brighter than
 * their surroundings, or bright and as warm as a lamp, stay lit and turn amber. A filter cannot tell a lamp from a
 * white cup, but both look good.
 */
import type { Planes } from '@animegan/core'
import { openness, skin } from './hue-gate.ts'
import { smoothstep } from './smoothstep.ts'
import { wideBlur } from './wide.ts'

/** Reach of the surroundings: sigma in pixels. */
const AROUND = 16

/** Lightness of the darkest and lightest wide areas at night. */
const DARKEST = 0.17
const LIGHTEST = 0.46

/** How much of the shading within an area is kept. */
const SHADING = 0.62

/** Moonlight in OKLab: the chroma it adds, and the share of the original chroma it keeps. */
const MOON = { a: -0.006, b: -0.062, own: 0.65 }

/** The amber of lit spots. */
const LAMP = { lightness: 0.86, a: 0.03, b: 0.11 }

/** The planes, in place, by night; `amount` is 0, day, to 1. */
export const nightfall = ({ width, height, l, a, b }: Planes, amount: number): void => {
  if (amount === 0) return
  const base = wideBlur(l, width, height, AROUND)
  for (let i = 0; i < l.length; i++) {
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    const x = chroma > 0 ? a[i] / chroma : 1
    const y = chroma > 0 ? b[i] / chroma : 0
    const warmth = smoothstep(0.3, 0.8, 0.4 * x + y) * smoothstep(0.06, 0.12, chroma)
    const above = l[i] - base[i]
    const alone = Math.max(smoothstep(0.16, 0.34, above), warmth * smoothstep(0.04, 0.16, above))
    // Faces are not lamps.
    const lit = smoothstep(0.72, 0.9, l[i]) * alone * (1 - 0.9 * openness(skin, l[i], chroma, x, y))
    const dark = DARKEST + (LIGHTEST - DARKEST) * base[i] ** 1.2 + SHADING * above
    const shade = Math.max(0.06, dark)
    const blue = 1 - 0.5 * smoothstep(0.4, 0.8, shade)
    const night = {
      l: shade + lit * (LAMP.lightness - shade),
      a: MOON.own * a[i] + MOON.a * blue + lit * (LAMP.a - MOON.own * a[i] - MOON.a * blue),
      b: MOON.own * b[i] + MOON.b * blue + lit * (LAMP.b - MOON.own * b[i] - MOON.b * blue),
    }
    l[i] += amount * (night.l - l[i])
    a[i] += amount * (night.a - a[i])
    b[i] += amount * (night.b - b[i])
  }
}
