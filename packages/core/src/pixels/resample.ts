/**
 * Resizes to any width and height: antialiased Lanczos3 along an axis that shrinks, Catmull-Rom along one that grows.
 * Separable and streamed row by row: each source row is resized horizontally once, into a ring of as many rows as the
 * kernel is tall, so memory beyond the two pictures is a few rows whatever their size. Averages sRGB bytes, as was done
 * for the networks' training pictures. Does not crop, pad or rotate.
 */
import { DOUBLE, SINGLE, Workbench } from '../kernels/kernels.ts'
import type { Picture } from '../picture.ts'

/** For each position along the result: the first source index, and `size` weights that sum to 1. */
export interface Taps {
  /** Weights per position: the same number for all, with trailing zeros where fewer are needed. */
  readonly size: number
  /** One first index per position; `first + size` never exceeds the source's length. */
  readonly first: Int32Array
  /** `size` weights per position. */
  readonly weights: Float64Array
}

/**
 * Lanczos with three lobes: `sinc(x) sinc(x / 3)` for `|x| < 3`. In single precision, because the last digits of a sine are
 * not the same in every JavaScript engine, and Node and browsers are to give the same bytes.
 */
function lanczos3(x: number): number {
  if (x === 0) return 1
  if (Math.abs(x) >= 3) return 0
  const p = Math.PI * x
  return Math.fround((3 * Math.sin(p) * Math.sin(p / 3)) / (p * p))
}

/** Catmull-Rom: the cubic convolution kernel of Keys (1981) with a = -1/2, zero from `|x| = 2`. */
export function catmullRom(x: number): number {
  const t = Math.abs(x)
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1
  if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2
  return 0
}

/** The triangle of linear interpolation, zero from `|x| = 1`. */
function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x))
}

/**
 * How an axis shrinks: `fine` by Lanczos3, for people to see; `coarse` by triangles, for network input only, in a third
 * of the time.
 */
export type Shrinking = 'fine' | 'coarse'

/**
 * The weights that take `from` samples to `to`. Samples are pixel centres: place i of the result lies at
 * `(i + 0.5) * from / to - 0.5`. Weights outside the border are dropped and the rest renormalised.
 */
export function axisTaps(from: number, to: number, shrinking: Shrinking = 'fine'): Taps {
  const shrink = Math.max(1, from / to)
  const [kernel, lobes] =
    to >= from ? ([catmullRom, 2] as const) : shrinking === 'fine' ? ([lanczos3, 3] as const) : ([triangle, 1] as const)
  const reach = lobes * shrink
  const size = Math.min(from, Math.ceil(reach * 2))
  const first = new Int32Array(to)
  const weights = new Float64Array(to * size)
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to - 0.5
    const start = Math.min(from - size, Math.max(0, Math.ceil(centre - reach)))
    first[i] = start
    let sum = 0
    for (let k = 0; k < size; k++) {
      const w = kernel((start + k - centre) / shrink)
      weights[i * size + k] = w
      sum += w
    }
    for (let k = 0; k < size; k++) weights[i * size + k] /= sum
  }
  return { size, first, weights }
}

/**
 * One, in the whole-number weights by which a row of RGB is resized: 255 times the kernels' overshoot (below 1.6) still fits 31 bits, and the
 * error is below 0.01 of a byte.
 */
const UNIT = 1 << 20

/**
 * `picture` at `width` by `height`. Colours are weighted by alpha, so hidden colours under transparent pixels do not
 * bleed out; a pixel whose alpha rounds to 0 becomes black. At its own size the picture itself is returned.
 */
export function resample(picture: Picture, width: number, height: number, shrinking?: Shrinking): Picture {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`resample: expected a width and height of whole pixels, given ${width} x ${height}`)
  }
  if (picture.width < 1 || picture.height < 1) {
    throw new RangeError(`resample: expected a picture with pixels, given ${picture.width} x ${picture.height}`)
  }
  if (width === picture.width && height === picture.height) return picture
  const { channels, data } = picture
  const across = axisTaps(picture.width, width, shrinking)
  const bench = new Workbench()
  const { kernels } = bench
  const stride = picture.width * channels
  const length = width * channels
  /** Kernels write rows in whole fours, and read as far. */
  const roomy = 4 * Math.ceil((length + 1) / 4)
  const row = bench.room(stride)
  const first = bench.put(across.first)
  const weights = bench.put(
    channels === 3 ? Int32Array.from(across.weights, (weight) => Math.round(weight * UNIT)) : across.weights,
  )
  const down = axisTaps(picture.height, height, shrinking)
  const downWeights = bench.put(down.weights)
  const ring = bench.room(SINGLE * roomy * down.size)
  const sum = bench.room(SINGLE * roomy)
  const result = bench.room(roomy)
  const out = new Uint8Array(length * height)
  let ready = 0
  for (let y = 0, o = 0; y < height; y++, o += length) {
    const start = down.first[y]
    for (ready = Math.max(ready, start); ready < start + down.size; ready++) {
      bench.set(row, data.subarray(ready * stride, (ready + 1) * stride))
      const to = ring + SINGLE * roomy * (ready % down.size)
      if (channels === 3) kernels.acrossRgb(row, first, weights, across.size, width, 1 / UNIT, to)
      else kernels.acrossRgba(row, first, weights, across.size, width, to)
    }
    const rowWeights = downWeights + DOUBLE * y * down.size
    kernels.sumRows(ring, roomy, start % down.size, down.size, rowWeights, length, sum)
    if (channels === 3) kernels.toBytes(sum, length, result)
    else kernels.toRgbaBytes(sum, width, result)
    out.set(bench.bytes(result, length), o)
  }
  return { width, height, channels, data: out }
}
