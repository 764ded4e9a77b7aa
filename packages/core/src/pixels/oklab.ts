/**
 * Pictures as three planes of OKLab (Ottosson, "A perceptual color space for image processing", 2020) and back. OKLab,
 * because its lightness can be curved and its chroma scaled without changing the hue. Conversion back keeps colours
 * inside sRGB by reducing chroma, never lightness or hue.
 */
import type { Picture } from '../picture.ts'
import { lightToSrgb, srgbToLight } from './srgb.ts'

/** A picture in OKLab: lightness `l` from 0 to 1, and `a` (red to green) and `b` (yellow to blue), some -0.4 to 0.4. */
export interface Planes {
  readonly width: number
  readonly height: number
  readonly l: Float32Array
  readonly a: Float32Array
  readonly b: Float32Array
}

const linearOfByte = Float32Array.from({ length: 256 }, (_, v) => srgbToLight(v / 255))

/** The byte for linear light, indexed in steps of 1/4095 of its square root, which spreads the dark end. */
const byteOfRoot = Uint8Array.from({ length: 4096 }, (_, i) => Math.round(255 * lightToSrgb((i / 4095) ** 2)))

const byte = (light: number): number => byteOfRoot[(Math.sqrt(Math.min(1, Math.max(0, light))) * 4095 + 0.5) | 0]

const cube = (v: number): number => v * v * v

/** The planes of a picture; alpha is ignored. */
export const toPlanes = ({ width, height, channels, data }: Picture): Planes => {
  const n = width * height
  const planes = { width, height, l: new Float32Array(n), a: new Float32Array(n), b: new Float32Array(n) }
  for (let i = 0, s = 0; i < n; i++, s += channels) {
    const red = linearOfByte[data[s]]
    const green = linearOfByte[data[s + 1]]
    const blue = linearOfByte[data[s + 2]]
    const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    planes.l[i] = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short
    planes.a[i] = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short
    planes.b[i] = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short
  }
  return planes
}

/** Iterations for fitting chroma into sRGB; the remaining excess is some thousandths and is clipped. */
const FITTING = 4

/**
 * The picture for the planes. A colour outside sRGB loses chroma, not lightness or hue: by the share that would bring
 * it inside if light were linear in chroma, repeated because it is only nearly so.
 */
export const toPicture = ({ width, height, l, a, b }: Planes): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0, o = 0; i < l.length; i++, o += 3) {
    const lightness = Math.min(1, Math.max(0, l[i]))
    const grey = cube(lightness)
    let kept = 1
    for (let step = 0; ; step++) {
      const ca = kept * a[i]
      const cb = kept * b[i]
      const long = cube(lightness + 0.3963377774 * ca + 0.2158037573 * cb)
      const medium = cube(lightness - 0.1055613458 * ca - 0.0638541728 * cb)
      const short = cube(lightness - 0.0894841775 * ca - 1.291485548 * cb)
      const red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
      const green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
      const blue = -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short
      const least = Math.min(red, green, blue)
      const greatest = Math.max(red, green, blue)
      if ((least >= 0 && greatest <= 1) || step === FITTING) {
        data[o] = byte(red)
        data[o + 1] = byte(green)
        data[o + 2] = byte(blue)
        break
      }
      kept *= Math.min(least < 0 ? grey / (grey - least) : 1, greatest > 1 ? (1 - grey) / (greatest - grey) : 1)
    }
  }
  return { width, height, channels: 3, data }
}
