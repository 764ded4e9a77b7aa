/**
 * Night: a painting by moonlight. Wide bright areas, such as the sky, turn dark and blue; spots that are brighter than
 * their surroundings, or bright and as warm as a lamp, stay lit and turn amber. A filter cannot tell a lamp from a
 * white cup, but both look good.
 */
import type { Planes } from '@animegan/core'
import { doubled, half, halved } from './half.ts'
import { openness, skin } from './hue-gate.ts'
import { smoothstep } from './smoothstep.ts'
import { surroundings } from './wide.ts'

/** Reach of the surroundings: sigma in pixels. */
const AROUND = 16

/** The deviation of lightness around the border of something large, which is no lamp. */
const THING = 0.15

/** Lightness of the darkest and lightest wide areas at night. */
const DARKEST = 0.17
const LIGHTEST = 0.5

/** How much of the shading within an area is kept. */
const SHADING = 0.8

/** Moonlight in OKLab: the chroma it adds, and the share of the original chroma it keeps. */
const MOON = { a: -0.006, b: -0.062, own: 0.75 }

/** The amber of lit spots. */
const LAMP = { lightness: 0.86, a: 0.03, b: 0.11 }

/** Spots are less than this many half-size pixels wide and high. */
const SPOT = 13

/** The extreme of each pixel's `SPOT` neighbours along a line, at steps of `next` pixels; lines end at the border. */
const along = (
  plane: Float32Array,
  width: number,
  next: number,
  choose: (a: number, b: number) => number,
): Float32Array =>
  plane.map((v, i) => {
    const first = next === 1 ? i - (i % width) : i % width
    const last = next === 1 ? first + width - 1 : plane.length - width + first
    let out = v
    for (let k = 1; k <= SPOT >> 1; k++)
      out = choose(choose(out, plane[Math.max(first, i - k * next)]), plane[Math.min(last, i + k * next)])
    return out
  })

/**
 * How much each pixel of a plane at half size rises above all that is long or wide there: a top-hat (Serra, "Image
 * analysis and mathematical morphology", 1982) by lines across and down.
 */
const spots = (plane: Float32Array, width: number): Float32Array => {
  const opened = [1, width].map((next) => along(along(plane, width, next, Math.min), width, next, Math.max))
  return plane.map((v, i) => v - Math.max(opened[0][i], opened[1][i]))
}

/** The planes, in place, by night; `amount` is 0, day, to 1. */
export const nightfall = ({ width, height, l, a, b }: Planes, amount: number): void => {
  if (amount === 0) return
  const small = halved(l, width, height)
  const base = doubled(surroundings(small, half(width), half(height), AROUND / 2, THING), width, height)
  const spot = doubled(spots(small, half(width)), width, height)
  for (let i = 0; i < l.length; i++) {
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    const x = chroma > 0 ? a[i] / chroma : 1
    const y = chroma > 0 ? b[i] / chroma : 0
    const warmth = smoothstep(0.3, 0.8, 0.4 * x + y) * smoothstep(0.06, 0.12, chroma)
    const above = l[i] - base[i]
    const alone = Math.max(smoothstep(0.12, 0.26, spot[i]), warmth * smoothstep(0.04, 0.14, spot[i]))
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
