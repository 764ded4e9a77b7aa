/**
 * Non-local means (Buades, Coll and Morel, "A non-local algorithm for image denoising", 2005) in OpenCV's whole numbers,
 * as its `fastNlMeansDenoisingColored`: every pixel becomes the mean of those around it, weighted by how alike their
 * surroundings are; lightness by itself, colour by itself.
 */
import type { Picture } from '@animegan/core'
import { fromLab, toLab } from './linear-lab.ts'

export interface DenoiseOptions {
  /** The strength for lightness: OpenCV's `h`. */
  readonly lightness: number
  /** The strength for colour: `hColor`. */
  readonly colour: number
  /** Side of the surroundings that are compared; an even one counts as the next odd one. `templateWindowSize`. */
  readonly patch: number
  /** Side of the square that is searched; likewise. `searchWindowSize`. */
  readonly search: number
}

/** The picture, three channels, with its noise smoothed away. */
export const denoised = (picture: Picture, options: DenoiseOptions): Picture => {
  const { width, height } = picture
  const [lightness, a, b] = toLab(picture)
  const [smoothLightness] = smoothed([lightness], width, height, options.lightness, options)
  const [smoothA, smoothB] = smoothed([a, b], width, height, options.colour, options)
  return fromLab([smoothLightness, smoothA, smoothB], width, height)
}

/** Weights below this share of the largest are dropped. */
const leastWeight = 0.001

/** Non-local means of planes together: the likeness of surroundings is that of all planes. */
const smoothed = (
  planes: readonly Uint8Array[],
  width: number,
  height: number,
  strength: number,
  { patch, search }: DenoiseOptions,
): Uint8Array[] => {
  const [near, far] = [Math.floor(patch / 2), Math.floor(search / 2)]
  const border = near + far
  const wide = width + 2 * border
  const large = planes.map((plane) => mirrored(plane, width, height, border))
  const { table, bits } = weightTable((2 * near + 1) ** 2, (2 * far + 1) ** 2, strength, planes.length)
  const sums = planes.map(() => new Int32Array(width * height))
  const total = new Int32Array(width * height)
  const columns = new Int32Array(width + 2 * near)
  const weights = new Int32Array(width)
  /** Adds the squared differences of a row, or with -1 takes them away, from the sums of the columns. */
  const addRow = (row: number, shift: number, sign: number): void => {
    for (const plane of large) {
      for (let x = 0, at = row * wide + far; x < columns.length; x++, at++) {
        const difference = plane[at] - plane[at + shift]
        columns[x] += sign * difference * difference
      }
    }
  }
  for (let dy = -far; dy <= far; dy++) {
    for (let dx = -far; dx <= far; dx++) {
      const shift = dy * wide + dx
      // The sum over surroundings slides: rows enter and leave the columns' sums, columns the window's.
      columns.fill(0)
      for (let row = far; row < far + 2 * near; row++) addRow(row, shift, 1)
      for (let y = 0; y < height; y++) {
        addRow(y + far + 2 * near, shift, 1)
        let distance = 0
        for (let x = 0; x < 2 * near; x++) distance += columns[x]
        for (let x = 0; x < width; x++) {
          distance += columns[x + 2 * near]
          weights[x] = table[distance >> bits]
          distance -= columns[x]
        }
        const [start, from] = [y * width, (y + border) * wide + border + shift]
        for (let x = 0; x < width; x++) total[start + x] += weights[x]
        for (let c = 0; c < large.length; c++) {
          const [sum, plane] = [sums[c], large[c]]
          for (let x = 0; x < width; x++) sum[start + x] += weights[x] * plane[from + x]
        }
        addRow(y + far, shift, -1)
      }
    }
  }
  return sums.map((sum) => Uint8Array.from(sum, (value, i) => Math.floor((value + (total[i] >> 1)) / total[i])))
}

/**
 * The weights of sums of squared differences over `pixels` pixels and `channels` channels, by the sum divided by 2 to
 * the power of `bits`: OpenCV's replacement of a division by the number of pixels.
 */
const weightTable = (
  pixels: number,
  candidates: number,
  strength: number,
  channels: number,
): { readonly table: Int32Array; readonly bits: number } => {
  const largest = Math.floor((2 ** 31 - 1) / (candidates * 255))
  const bits = Math.ceil(Math.log2(pixels))
  const ratio = 2 ** bits / pixels
  const table = Int32Array.from({ length: Math.floor((255 * 255 * channels) / ratio + 1) }, (_, i) => {
    const weight = Math.round(largest * Math.exp((-i * ratio) / (strength * strength * channels)))
    return weight < leastWeight * largest ? 0 : weight
  })
  return { table, bits }
}

/** The plane with a border that mirrors it about its outermost pixels. */
const mirrored = (plane: Uint8Array, width: number, height: number, border: number): Uint8Array => {
  const wide = width + 2 * border
  const out = new Uint8Array(wide * (height + 2 * border))
  const mirror = (i: number, count: number): number => {
    const period = 2 * count - 2
    const at = ((i % period) + period) % period
    return at < count ? at : period - at
  }
  for (let y = 0, o = 0; y < height + 2 * border; y++) {
    const row = mirror(y - border, height) * width
    for (let x = 0; x < wide; x++, o++) out[o] = plane[row + mirror(x - border, width)]
  }
  return out
}
