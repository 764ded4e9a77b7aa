/**
 * Video frames to pictures and back: against the formulas of ITU-R BT.601, BT.709 and BT.2020, and ffmpeg's colour
 * bars.
 */
import { describe, expect, it } from 'vitest'
import { LUMA, type Matrix } from './colour.ts'
import { ffmpeg, hasJudges } from './testing.ts'
import { i420Size, layoutOf, pictureToI420, type YuvFrame, yuvToPicture } from './yuv.ts'

/** Y'CbCr to R'G'B', 8 bits, as in the recommendations: in floats, from samples scaled to -0.5 to 1. */
const rgbByTheBook = (y: number, cb: number, cr: number, matrix: Matrix): number[] => {
  const { red, blue } = LUMA[matrix]
  const r = y + 2 * (1 - red) * cr
  const b = y + 2 * (1 - blue) * cb
  const g = (y - red * r - blue * b) / (1 - red - blue)
  return [r, g, b].map((value) => Math.min(255, Math.max(0, 255 * value)))
}

interface Made {
  readonly frame: YuvFrame
  /** The pixel at x, y by the formulas. */
  rgb(x: number, y: number): number[]
}

/**
 * A frame in which all samples differ, laid out as decoders may: planes in any order, with bytes before each, and rows
 * longer than the picture.
 */
const frameOf = (format: string, width: number, height: number, padding: number, redFirst: boolean): Made => {
  const layout = layoutOf(format)!
  const { across, down, depth, interleaved } = layout
  const [size, scale] = [depth > 8 ? 2 : 1, 1 << (depth - 8)]
  const columns = Math.ceil(width / (1 << across))
  const rows = Math.ceil(height / (1 << down))
  const luma = (x: number, y: number): number => (60 + ((x * 13 + y * 7) % 120)) * scale
  const blue = (x: number, y: number): number => (90 + ((x * 11 + y * 5) % 40)) * scale
  const red = (x: number, y: number): number => (130 + ((x * 3 + y * 17) % 50)) * scale
  const lumaStride = (width + padding) * size
  const chromaStride = (columns * (interleaved ? 2 : 1) + padding) * size
  const bytes = new Uint8Array(64 + lumaStride * height + 2 * (32 + chromaStride * rows)).fill(0xee)
  const view = new DataView(bytes.buffer)
  const put = (at: number, value: number): void =>
    size === 1 ? view.setUint8(at, value) : view.setUint16(at, value, true)
  const yAt = 16
  const firstAt = yAt + lumaStride * height + 16
  const secondAt = interleaved ? firstAt + size : firstAt + chromaStride * rows + 16
  const [blueAt, redAt] = redFirst ? [secondAt, firstAt] : [firstAt, secondAt]
  const step = size * (interleaved ? 2 : 1)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) put(yAt + y * lumaStride + x * size, luma(x, y))
  }
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      put(blueAt + y * chromaStride + x * step, blue(x, y))
      put(redAt + y * chromaStride + x * step, red(x, y))
    }
  }
  const planes = [
    { offset: yAt, stride: lumaStride },
    { offset: blueAt, stride: chromaStride },
    ...(interleaved ? [] : [{ offset: redAt, stride: chromaStride }]),
  ]
  return {
    frame: { width, height, bytes, planes, layout },
    rgb: (x, y) => {
      const [cx, cy] = [x >> across, y >> down]
      const chroma = (value: number): number => (value - 128 * scale) / (224 * scale)
      return rgbByTheBook((luma(x, y) - 16 * scale) / (219 * scale), chroma(blue(cx, cy)), chroma(red(cx, cy)), 'bt709')
    },
  }
}

describe('a frame as a picture', () => {
  it.each(['I420', 'I422', 'I444', 'I420A', 'NV12', 'I420P10', 'I422P10', 'I444P12'])(
    '%s: each sample is read from its position, for any stride and order of planes',
    (format) => {
      for (const padding of [0, 6]) {
        for (const redFirst of format === 'NV12' ? [false] : [false, true]) {
          const [width, height] = [7, 5]
          const { frame, rgb } = frameOf(format, width, height, padding, redFirst)
          const { data } = yuvToPicture(frame, { matrix: 'bt709', fullRange: false })
          expect(data).toHaveLength(width * height * 3)
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              const found = [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)]
              const wanted = rgb(x, y).map((value) => expect.closeTo(value, -0.2))
              expect(found, `${x}, ${y}, padding ${padding}, red first: ${redFirst}`).toEqual(wanted)
            }
          }
        }
      }
    },
  )

  it.each([
    ['smpte170m', false, [81, 90, 240], [255, 0, 0]],
    ['smpte170m', false, [145, 54, 34], [0, 255, 0]],
    ['smpte170m', false, [41, 240, 110], [0, 0, 255]],
    ['bt709', false, [63, 102, 240], [255, 0, 0]],
    ['bt709', false, [173, 42, 26], [0, 255, 0]],
    ['bt709', false, [32, 240, 118], [0, 0, 255]],
    ['bt709', false, [235, 128, 128], [255, 255, 255]],
    ['bt709', false, [16, 128, 128], [0, 0, 0]],
    ['bt709', true, [255, 128, 128], [255, 255, 255]],
    ['bt709', true, [54, 99, 255], [255, 0, 0]],
  ] as const)('%s, full range %s: the bar %j is %j', (matrix, fullRange, samples, rgb) => {
    const planes = [0, 1, 2].map((offset) => ({ offset, stride: 1 }))
    const frame = { width: 1, height: 1, bytes: Uint8Array.from(samples), planes, layout: layoutOf('I444')! }
    const { data } = yuvToPicture(frame, { matrix, fullRange })
    for (const [i, value] of rgb.entries()) expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(3)
  })

  it('that is not YUV has no layout', () => {
    for (const format of ['RGBX', 'BGRA', 'I421', null]) expect(layoutOf(format)).toBeUndefined()
  })
})

describe('a picture as a frame', () => {
  it.each([
    ['smpte170m', [255, 0, 0], [81, 90, 240]],
    ['smpte170m', [0, 255, 0], [145, 54, 34]],
    ['smpte170m', [0, 0, 255], [41, 240, 110]],
    ['bt709', [255, 0, 0], [63, 102, 240]],
    ['bt709', [0, 255, 0], [173, 42, 26]],
    ['bt709', [0, 0, 255], [32, 240, 118]],
  ] as const)('%s: %j is the bar %j, blue before red, at odd sides and with alpha too', (matrix, rgb, bar) => {
    for (const channels of [3, 4] as const) {
      const data = Uint8Array.from({ length: 3 * 5 * channels }, (_, i) => [...rgb, 77][i % channels])
      const out = new Uint8Array(i420Size(4, 6))
      pictureToI420({ width: 3, height: 5, channels, data }, matrix, 4, 6, out)
      const planes = [out.subarray(0, 24), out.subarray(24, 30), out.subarray(30)]
      for (const [i, plane] of planes.entries()) {
        for (const value of plane) expect(Math.abs(value - bar[i])).toBeLessThanOrEqual(1)
      }
    }
  })

  it.skipIf(!hasJudges).each(['bt709', 'smpte170m'] as const)(
    "%s: equals ffmpeg's for a picture in which every pixel differs (skipped without ffmpeg)",
    (matrix) => {
      const [width, height] = [64, 48]
      const rgb = ffmpeg(
        ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}`, '-frames:v', '1'],
        ...['-vf', 'format=gbrp', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
      )
      const ours = new Uint8Array(i420Size(width, height))
      pictureToI420({ width, height, channels: 3, data: new Uint8Array(rgb) }, matrix, width, height, ours)
      const scale = `scale=out_color_matrix=${matrix}:out_range=tv:sws_flags=accurate_rnd+area`
      const source = `testsrc2=size=${width}x${height}`
      const theirs = ffmpeg(
        ...['-f', 'lavfi', '-i', source, '-frames:v', '1', '-vf', `format=gbrp,${scale},format=yuv420p`],
        ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'],
      )
      expect(theirs).toHaveLength(ours.length)
      const sizes = [width * height, (width * height) / 4, (width * height) / 4]
      let at = 0
      for (const size of sizes) {
        const [a, b] = [ours.subarray(at, at + size), theirs.subarray(at, at + size)]
        expect(a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / size).toBeLessThan(1.5)
        at += size
      }
    },
  )
})
