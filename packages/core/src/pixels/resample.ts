/**
 * Resizes to any width and height: antialiased Lanczos3 along an axis that shrinks, Catmull-Rom along one that grows.
 * Separable and streamed row by row: each source row is resized horizontally once, into a ring of as many rows as the
 * kernel is tall, so memory beyond the two pictures is a few rows whatever their size. Averages sRGB bytes, as was done
 * for the networks' training pictures. Does not crop, pad or rotate.
 */
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

/** One, in the whole-number weights of `acrossRgb`: 255 times the kernels' overshoot (below 1.6) still fits 31 bits. */
const UNIT = 1 << 20

/**
 * Resizes one row of 3-channel bytes at `offset` into `out`, `to * 3` floats in 0..255 with overshoot. In whole
 * numbers, which takes half the time of floats: `whole` are the weights times `UNIT`, an error below 0.01 of a byte.
 */
function acrossRgb(data: Uint8Array, offset: number, taps: Taps, whole: Int32Array, out: Float32Array): void {
  const { size, first } = taps
  for (let i = 0, w = 0, o = 0; i < first.length; i++, o += 3) {
    let r = 0
    let g = 0
    let b = 0
    let s = (offset + first[i] * 3) | 0
    const end = (w + size) | 0
    for (; w < end; w++, s += 3) {
      const weight = whole[w]
      r = (r + Math.imul(weight, data[s])) | 0
      g = (g + Math.imul(weight, data[s + 1])) | 0
      b = (b + Math.imul(weight, data[s + 2])) | 0
    }
    out[o] = r / UNIT
    out[o + 1] = g / UNIT
    out[o + 2] = b / UNIT
  }
}

/** The same for 4-channel bytes, in floats; the resulting colours are multiplied by alpha / 255. */
function acrossRgba(data: Uint8Array, offset: number, taps: Taps, out: Float32Array): void {
  const { size, first, weights } = taps
  for (let i = 0, w = 0, o = 0; i < first.length; i++, o += 4) {
    let r = 0
    let g = 0
    let b = 0
    let a = 0
    let s = offset + first[i] * 4
    for (let k = 0; k < size; k++, w++, s += 4) {
      const weight = weights[w] * data[s + 3]
      r += weight * data[s]
      g += weight * data[s + 1]
      b += weight * data[s + 2]
      a += weight
    }
    out[o] = r / 255
    out[o + 1] = g / 255
    out[o + 2] = b / 255
    out[o + 3] = a
  }
}

/** Sets `sum` to the weighted sum of the ring's rows for row `y` of the result; four rows per pass, to save stores. */
function weighRows(ring: Float32Array[], start: number, taps: Taps, y: number, sum: Float32Array): void {
  const { size, weights } = taps
  const row = (k: number) => ring[(start + k) % size]
  const base = y * size
  let k = size % 4
  if (k === 0) sum.fill(0)
  else {
    const r0 = row(0)
    const r1 = row(k > 1 ? 1 : 0)
    const r2 = row(k > 2 ? 2 : 0)
    const w0 = weights[base]
    const w1 = k > 1 ? weights[base + 1] : 0
    const w2 = k > 2 ? weights[base + 2] : 0
    for (let x = 0; x < sum.length; x++) sum[x] = w0 * r0[x] + w1 * r1[x] + w2 * r2[x]
  }
  for (; k < size; k += 4) {
    const r0 = row(k)
    const r1 = row(k + 1)
    const r2 = row(k + 2)
    const r3 = row(k + 3)
    const w0 = weights[base + k]
    const w1 = weights[base + k + 1]
    const w2 = weights[base + k + 2]
    const w3 = weights[base + k + 3]
    for (let x = 0; x < sum.length; x++) sum[x] += w0 * r0[x] + w1 * r1[x] + w2 * r2[x] + w3 * r3[x]
  }
}

/** Rounds to a byte, clamped to 0..255. */
function toByte(v: number): number {
  return v <= 0 ? 0 : v >= 255 ? 255 : (v + 0.5) | 0
}

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
  const down = axisTaps(picture.height, height, shrinking)
  const whole = Int32Array.from(across.weights, (weight) => Math.round(weight * UNIT))
  const stride = picture.width * channels
  const length = width * channels
  const ring = Array.from({ length: down.size }, () => new Float32Array(length))
  const sum = new Float32Array(length)
  const out = new Uint8Array(length * height)
  let ready = 0
  for (let y = 0, o = 0; y < height; y++, o += length) {
    const start = down.first[y]
    for (ready = Math.max(ready, start); ready < start + down.size; ready++) {
      const row = ring[ready % down.size]
      if (channels === 3) acrossRgb(data, ready * stride, across, whole, row)
      else acrossRgba(data, ready * stride, across, row)
    }
    weighRows(ring, start, down, y, sum)
    if (channels === 3) {
      for (let x = 0; x < length; x++) out[o + x] = toByte(sum[x])
    } else {
      for (let x = 0; x < length; x += 4) {
        const alpha = toByte(sum[x + 3])
        if (alpha === 0) continue
        const scale = 255 / sum[x + 3]
        out[o + x] = toByte(sum[x] * scale)
        out[o + x + 1] = toByte(sum[x + 1] * scale)
        out[o + x + 2] = toByte(sum[x + 2] * scale)
        out[o + x + 3] = alpha
      }
    }
  }
  return { width, height, channels, data: out }
}
