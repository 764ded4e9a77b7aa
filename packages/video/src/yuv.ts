/**
 * Converts between the YUV of video and the RGB of pictures, in whole numbers, so the result is the same on every
 * machine, with the clip's matrix and range. Chroma at half resolution is repeated in one direction and averaged in the
 * other, as ffmpeg and OpenCV do by default. tone-map.ts handles high dynamic range.
 */
import type { Picture } from '@animegan/core'
import { type Colour, LUMA, type Matrix } from './colour.ts'

/** The position of one plane's samples. */
export interface Plane {
  /** In bytes. */
  readonly offset: number
  /** Bytes from one row to the next. */
  readonly stride: number
}

/** A frame's samples as a decoder returns them. */
export interface YuvFrame {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
  readonly planes: readonly Plane[]
  readonly layout: YuvLayout
}

/** The sample layout of a pixel format. */
export interface YuvLayout {
  /** Bits per sample; more than 8 take two bytes, little-endian. */
  readonly depth: 8 | 10 | 12
  /** Bit shifts from pixel to chroma coordinates. */
  readonly across: 0 | 1
  readonly down: 0 | 1
  /** Whether both chroma components alternate in one plane. */
  readonly interleaved: boolean
}

/** The layout of a pixel format by its WebCodecs name; alpha is ignored. Undefined if it is not YUV. */
export const layoutOf = (format: string | null): YuvLayout | undefined => {
  if (format === 'NV12') return { depth: 8, across: 1, down: 1, interleaved: true }
  const found = /^I4(20|22|44)A?(?:P(10|12))?$/.exec(format ?? '')
  if (!found) return undefined
  const [, sampling, depth = '8'] = found
  return {
    depth: Number(depth) as YuvLayout['depth'],
    across: sampling === '44' ? 0 : 1,
    down: sampling === '20' ? 1 : 0,
    interleaved: false,
  }
}

/** The samples of a frame as typed arrays, by plane; positions in them are counted in samples. */
export interface Samples {
  readonly luma: Uint8Array | Uint16Array
  readonly blue: Uint8Array | Uint16Array
  readonly red: Uint8Array | Uint16Array
  readonly lumaStride: number
  readonly chromaStride: number
  /** Samples from one chroma value to the next. */
  readonly step: 1 | 2
}

/** The samples of a frame, without copying. */
export const samplesOf = ({ bytes, planes, layout }: YuvFrame): Samples => {
  const { depth, interleaved } = layout
  const size = depth > 8 ? 2 : 1
  const [y, u, v = { offset: u.offset + 1, stride: u.stride }] = planes as [Plane, Plane, Plane?]
  const from = (offset: number): Uint8Array | Uint16Array => {
    const part = bytes.subarray(offset)
    if (size === 1) return part
    const aligned = part.byteOffset % 2 === 0 ? part : part.slice()
    return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1)
  }
  return {
    luma: from(y.offset),
    blue: from(u.offset),
    red: from(interleaved ? u.offset + 1 : v.offset),
    lumaStride: y.stride / size,
    chromaStride: u.stride / size,
    step: interleaved ? 2 : 1,
  }
}

const BITS = 15
const HALF = 1 << (BITS - 1)

/** For each sample value, its contribution to red, green and blue, in 1/2^15. */
interface Tables {
  readonly luma: Int32Array
  readonly redFromRed: Int32Array
  readonly greenFromRed: Int32Array
  readonly greenFromBlue: Int32Array
  readonly blueFromBlue: Int32Array
}

const known = new Map<string, Tables>()

/** Y'CbCr to R'G'B' by BT.601, BT.709 and BT.2020, quantised by their ranges, as tables. */
const tablesOf = (matrix: Matrix, fullRange: boolean, depth: number): Tables => {
  const key = `${matrix} ${fullRange} ${depth}`
  const found = known.get(key)
  if (found) return found
  const count = 1 << depth
  const scale = 1 << (depth - 8)
  const { red, blue } = LUMA[matrix]
  const green = 1 - red - blue
  const lowest = fullRange ? 0 : 16 * scale
  const lumaSpan = fullRange ? count - 1 : 219 * scale
  const chromaSpan = fullRange ? count - 1 : 224 * scale
  const unit = 255 << BITS
  const table = (of: (sample: number) => number): Int32Array => Int32Array.from({ length: count }, (_, i) => of(i))
  const chroma = (weight: number) =>
    table((sample) => Math.round(((sample - count / 2) / chromaSpan) * 2 * weight * unit))
  const tables = {
    luma: table((sample) => Math.round(((sample - lowest) / lumaSpan) * unit) + HALF),
    redFromRed: chroma(1 - red),
    greenFromRed: chroma((-red * (1 - red)) / green),
    greenFromBlue: chroma((-blue * (1 - blue)) / green),
    blueFromBlue: chroma(1 - blue),
  }
  known.set(key, tables)
  return tables
}

/** Converts a frame to an 8-bit R'G'B' picture. */
export const yuvToPicture = (frame: YuvFrame, { matrix, fullRange }: Colour): Picture => {
  const { width, height, layout } = frame
  const { across, down } = layout
  const { luma, blue, red, lumaStride, chromaStride, step } = samplesOf(frame)
  const tables = tablesOf(matrix, fullRange, layout.depth)
  const { luma: lumaTable, redFromRed, greenFromRed, greenFromBlue, blueFromBlue } = tables
  const last = (1 << layout.depth) - 1
  const data = new Uint8ClampedArray(width * height * 3)
  const together = 1 << across
  for (let y = 0, o = 0; y < height; y++) {
    let i = y * lumaStride
    let c = (y >> down) * chromaStride
    for (let x = 0; x < width; c += step) {
      const b = blue[c] & last
      const r = red[c] & last
      const toRed = redFromRed[r]
      const toGreen = greenFromRed[r] + greenFromBlue[b]
      const toBlue = blueFromBlue[b]
      for (const end = Math.min(width, x + together); x < end; x++, i++, o += 3) {
        const bright = lumaTable[luma[i] & last]
        data[o] = (bright + toRed) >> BITS
        data[o + 1] = (bright + toGreen) >> BITS
        data[o + 2] = (bright + toBlue) >> BITS
      }
    }
  }
  return { width, height, channels: 3, data: new Uint8Array(data.buffer) }
}

/** Bytes of an 8-bit 4:2:0 frame. */
export const i420Size = (width: number, height: number): number =>
  width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1)

/**
 * Converts a picture to an 8-bit 4:2:0 frame in limited range, `width` by `height`, written to `out` of `i420Size`
 * bytes; its last row and column are repeated.
 */
export const pictureToI420 = (
  picture: Picture,
  matrix: Matrix,
  width: number,
  height: number,
  out: Uint8Array,
): void => {
  const { data, channels } = picture
  const { red, blue } = LUMA[matrix]
  const green = 1 - red - blue
  const unit = 1 << BITS
  const [yr, yg, yb] = [red, green, blue].map((weight) => Math.round((219 / 255) * weight * unit))
  const difference = (own: number, weight: number): number =>
    Math.round(((224 / 255) * weight * unit) / (2 * (1 - own)))
  const [ur, ug, ub] = [difference(blue, -red), difference(blue, -green), difference(blue, 1 - blue)]
  const [vr, vg, vb] = [difference(red, 1 - red), difference(red, -green), difference(red, -blue)]
  const halfWidth = (width + 1) >> 1
  const halfHeight = (height + 1) >> 1
  const atBlue = width * height
  const atRed = atBlue + halfWidth * halfHeight
  const lastX = picture.width - 1
  const lastY = picture.height - 1
  const stride = picture.width * channels
  const lumaOffset = (16 << BITS) + HALF
  for (let y = 0, o = 0; y < height; y++) {
    const row = Math.min(y, lastY) * stride
    for (let x = 0; x < width; x++, o++) {
      const s = row + Math.min(x, lastX) * channels
      out[o] = (yr * data[s] + yg * data[s + 1] + yb * data[s + 2] + lumaOffset) >> BITS
    }
  }
  // Sums of four have two more bits.
  const chromaOffset = (128 << (BITS + 2)) + (HALF << 2)
  for (let cy = 0, c = 0; cy < halfHeight; cy++) {
    const above = Math.min(2 * cy, lastY) * stride
    const below = Math.min(2 * cy + 1, lastY) * stride - above
    for (let cx = 0; cx < halfWidth; cx++, c++) {
      const left = 2 * cx
      const i = above + Math.min(left, lastX) * channels
      const j = left < lastX ? i + channels : i
      const k = i + below
      const l = j + below
      const r = data[i] + data[j] + data[k] + data[l]
      const g = data[i + 1] + data[j + 1] + data[k + 1] + data[l + 1]
      const b = data[i + 2] + data[j + 2] + data[k + 2] + data[l + 2]
      out[atBlue + c] = (ur * r + ug * g + ub * b + chromaOffset) >> (BITS + 2)
      out[atRed + c] = (vr * r + vg * g + vb * b + chromaOffset) >> (BITS + 2)
    }
  }
}
