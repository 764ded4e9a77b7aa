/** Colours in CIE Lab (D65), where distances roughly match perceived differences: L from 0 to 100, a and b around 0. */
import { SINGLE, Workbench } from '../../kernels/kernels.ts'
import type { Picture } from '../../picture.ts'
import { srgbToLight } from '../../pixels/srgb.ts'

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
export const lightnessOf = (picture: Picture): Float32Array => converted('toLightness', picture, 1)

/** A picture's colours, three numbers per pixel. */
export const toLab = (picture: Picture): Float32Array => converted('toLab', picture, 3)

const converted = (
  kernel: 'toLab' | 'toLightness',
  { width, height, channels, data }: Picture,
  numbers: 1 | 3,
): Float32Array => {
  const bench = new Workbench()
  const [pixels, linear] = [bench.put(data), bench.put(linearOf)]
  const count = width * height
  const out = bench.room(SINGLE * numbers * count)
  bench.kernels[kernel](pixels, count, channels, linear, out)
  return bench.singles(out, numbers * count)
}
