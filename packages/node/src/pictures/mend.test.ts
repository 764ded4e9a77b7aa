/** Pictures cut at known places, compared with sharp's decoding of the complete file. */
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodePicture } from './decode.ts'

const [width, height] = [64, 48]
const CUT = 'its end is missing: converted as far as it goes'

/** Noise-like pixels. */
const noise = (seed: number): Buffer =>
  Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255))
const raw = { raw: { width, height, channels: 3 } } as const

let jpeg: Buffer
let progressive: Buffer
let png: Buffer
let gif: Buffer
let still: Buffer
beforeAll(async () => {
  const picture = sharp(noise(1), raw)
  jpeg = await picture.clone().jpeg().toBuffer()
  progressive = await picture.clone().jpeg({ progressive: true }).toBuffer()
  png = await picture.clone().png().toBuffer()
  still = await picture.clone().gif().toBuffer()
  const frames = await Promise.all([1, 2, 3].map((seed) => sharp(noise(seed), raw).png().toBuffer()))
  gif = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 200, 300], keepDuplicateFrames: true })
    .toBuffer()
})

const upTo = (bytes: Buffer, share: number): Buffer => bytes.subarray(0, Math.floor(bytes.length * share))
const pixels = async (bytes: Buffer): Promise<Buffer> => Buffer.from((await decodePicture(bytes, 'x')).frames[0].data)

describe('a picture that lacks only its end mark is decoded completely, without a notice', () => {
  test.each([
    ['JPEG', () => jpeg, [1, 2]],
    ['progressive JPEG', () => progressive, [1, 2]],
    ['PNG', () => png, [1, 12, 14, 16]],
    ['GIF', () => still, [1]],
  ] as const)('%s', async (_, bytes, missing) => {
    const whole = await pixels(bytes())
    for (const count of missing) {
      const decoded = await decodePicture(bytes().subarray(0, bytes().length - count), 'x')
      expect(decoded.incomplete).toBeUndefined()
      expect(decoded.notices).toEqual([])
      expect(whole.equals(decoded.frames[0].data)).toBe(true)
    }
  })
})

describe('a picture that is cut short is decoded as far as it goes, and reported as incomplete', () => {
  test.each([
    ['JPEG', () => jpeg],
    ['PNG', () => png],
    ['GIF', () => still],
  ] as const)('%s', async (_, bytes) => {
    const whole = await pixels(bytes())
    const { frames, incomplete } = await decodePicture(upTo(bytes(), 0.7), 'x')
    expect(incomplete).toBe(CUT)
    const [{ data, channels }] = frames
    const row = width * 3
    const rgb = (y: number): Buffer =>
      Buffer.from(Array.from({ length: row }, (_, i) => data[(y * width + Math.floor(i / 3)) * channels + (i % 3)]))
    const step = whole.length / (width * height)
    const wholeRow = (y: number): Buffer =>
      Buffer.from(Array.from({ length: row }, (_, i) => whole[(y * width + Math.floor(i / 3)) * step + (i % 3)]))
    for (const y of [0, 7, 13]) expect(rgb(y).equals(wholeRow(y))).toBe(true)
    expect(rgb(height - 1).equals(wholeRow(height - 1))).toBe(false)
  })

  test('a progressive JPEG, blurred', async () => {
    expect((await decodePicture(upTo(progressive, 0.5), 'x')).incomplete).toBe(CUT)
  })

  test('an animation, up to its last complete frame', async () => {
    for (const [share, frames] of [
      [0.5, 1],
      [0.8, 2],
    ] as const) {
      const decoded = await decodePicture(upTo(gif, share), 'x')
      expect(decoded.frames).toHaveLength(frames)
      expect(decoded.delays).toEqual([100, 200].slice(0, frames > 1 ? frames : 0))
      const count = `${frames} ${frames === 1 ? 'frame' : 'frames'}`
      expect(decoded.incomplete).toBe(`its end is missing after ${count}: converted as far as it goes`)
    }
  })
})

test('a file that ends before its first pixel is refused', async () => {
  for (const [bytes, length] of [
    [jpeg, 200],
    [png, 60],
    [gif, 100],
  ] as const) {
    await expect(decodePicture(bytes.subarray(0, length), 'x')).rejects.toThrow(/^x: the \w+ is damaged/)
  }
})
