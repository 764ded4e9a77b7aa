/**
 * Lab in bytes, in which OpenCV's `fastNlMeansDenoisingColored` works: `cvtColor` with COLOR_LBGR2Lab and back. It takes
 * the bytes for linear light and the first channel for blue. AnimeGANv3 hands it RGB with sRGB's curve, so it is not Lab
 * as elsewhere (losses/colour.ts); the same is done here.
 */
import type { Picture } from '@animegan/core'

/** OpenCV's fixed point: of the matrix, and of the cube roots. */
const matrixBits = 12
const rootBits = 15
/** Bits that a byte is shifted to the left. */
const byteBits = rootBits - matrixBits

const white = [0.950456, 1, 1.088754] as const
/** Linear sRGB to XYZ. */
const toXyz = [
  [0.412453, 0.35758, 0.180423],
  [0.212671, 0.71516, 0.072169],
  [0.019334, 0.119193, 0.950227],
] as const
const fromXyz = [
  [3.240479, -1.53715, -0.498535],
  [-0.969256, 1.875991, 0.041556],
  [0.055648, -0.204043, 1.057311],
] as const

/** Where CIE's cube root turns linear, and its line below. */
const darkest = 216 / 24389
const slope = 841 / 108
const offset = 16 / 116

const fixed = toXyz.map((row, i) => row.map((part) => Math.round((part / white[i]) * 2 ** matrixBits)))
const roots = Int32Array.from({ length: (256 * 3 * 2 ** byteBits) / 2 }, (_, i) => {
  const x = i / (255 * 2 ** byteBits)
  return Math.round(2 ** rootBits * (x < darkest ? x * slope + offset : Math.cbrt(x)))
})

const descaled = (x: number, bits: number): number => (x + 2 ** (bits - 1)) >> bits
const byte = (x: number): number => Math.min(255, Math.max(0, x))

/** L, a and b of each pixel, in bytes: L times 2.55, a and b plus 128. */
export const toLab = ({ width, height, channels, data }: Picture): [Uint8Array, Uint8Array, Uint8Array] => {
  const count = width * height
  const [lightness, a, b] = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)]
  const root = (row: readonly number[], i: number): number =>
    roots[descaled((row[2] * data[i] + row[1] * data[i + 1] + row[0] * data[i + 2]) << byteBits, matrixBits)]
  const lightnessScale = Math.floor((116 * 255 + 50) / 100)
  const lightnessShift = -Math.floor((16 * 255 * 2 ** rootBits + 50) / 100)
  for (let i = 0, o = 0; i < count; i++, o += channels) {
    const [x, y, z] = [root(fixed[0], o), root(fixed[1], o), root(fixed[2], o)]
    lightness[i] = byte(descaled(lightnessScale * y + lightnessShift, rootBits))
    a[i] = byte(descaled(500 * (x - y) + 128 * 2 ** rootBits, rootBits))
    b[i] = byte(descaled(200 * (y - z) + 128 * 2 ** rootBits, rootBits))
  }
  return [lightness, a, b]
}

/** OpenCV's steps of linear light before a byte's fraction is dropped. */
const steps = 4096

/** The picture of L, a and b. OpenCV computes this in whole numbers throughout: in a few places it has a level more or less. */
export const fromLab = ([lightness, a, b]: readonly Uint8Array[], width: number, height: number): Picture => {
  const data = new Uint8Array(width * height * 3)
  const cube = (f: number): number => (f > Math.cbrt(darkest) ? f * f * f : (f - offset) / slope)
  for (let i = 0; i < lightness.length; i++) {
    const light = (lightness[i] * 100) / 255
    const y = light > 8 ? ((light + 16) / 116) ** 3 : light / (slope * 116)
    const f = light > 8 ? (light + 16) / 116 : slope * y + offset
    const x = cube(f + (a[i] - 128) / 500) * white[0]
    const z = cube(f - (b[i] - 128) / 200) * white[2]
    for (let c = 0; c < 3; c++) {
      const row = fromXyz[2 - c]
      data[i * 3 + c] = byte(Math.floor((255 / steps) * Math.round(steps * (row[0] * x + row[1] * y + row[2] * z))))
    }
  }
  return { width, height, channels: 3, data }
}
