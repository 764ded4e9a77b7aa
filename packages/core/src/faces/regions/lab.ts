/** Colours in CIE Lab (D65), where distances roughly match perceived differences: L from 0 to 100, a and b around 0. */
import type { Picture } from '../../picture.ts'
import { srgbToLight } from '../../pixels/srgb.ts'
import { inRuns } from './runs.ts'

/** A colour. */
export type Lab = readonly [L: number, a: number, b: number]

const linearOf = Float64Array.from({ length: 256 }, (_, i) => srgbToLight(i / 255))

const root = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116)

const fromLinear = (r: number, g: number, b: number): Lab => {
  const x = root((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.950456)
  const y = root(0.212671 * r + 0.71516 * g + 0.072169 * b)
  const z = root((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** Converts an sRGB colour, channels from 0 to 1. */
export const labOf = (r: number, g: number, b: number): Lab =>
  fromLinear(srgbToLight(r), srgbToLight(g), srgbToLight(b))

/** A picture's lightness. */
export const lightnessOf = (picture: Picture): Float32Array => {
  const { width, height, channels, data } = picture
  const out = new Float32Array(width * height)
  inRuns(out.length, (from, to) => {
    for (let i = from, at = from * channels; i < to; i++, at += channels) {
      const luminance =
        0.212671 * linearOf[data[at]] + 0.71516 * linearOf[data[at + 1]] + 0.072169 * linearOf[data[at + 2]]
      out[i] = 116 * root(luminance) - 16
    }
  })
  return out
}

/** A picture's colours, three numbers per pixel. */
export const toLab = ({ width, height, channels, data }: Picture): Float32Array => {
  const out = new Float32Array(width * height * 3)
  inRuns(width * height, (from, to) => {
    for (let i = 3 * from, at = from * channels; i < 3 * to; i += 3, at += channels) {
      const colour = fromLinear(linearOf[data[at]], linearOf[data[at + 1]], linearOf[data[at + 2]])
      out[i] = colour[0]
      out[i + 1] = colour[1]
      out[i + 2] = colour[2]
    }
  })
  return out
}
