/** PNGs that state the meaning of their numbers, compared with values from the standards' formulas. */
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePicture } from './decode.ts'

/** A PNG of one colour, with 8 or 16 bits per sample and one chunk after its header. */
const png = async (
  samples: readonly number[],
  kind: string,
  content: readonly number[],
  deep = false,
): Promise<Buffer> => {
  const [width, height, channels] = [8, 8, samples.length as 3 | 4]
  const all = Array.from({ length: width * height }, () => samples).flat()
  const data = deep ? Buffer.from(Uint16Array.from(all).buffer) : Buffer.from(all)
  const raw = { raw: { width, height, channels, ...(deep && { depth: 'ushort' }) } } as const
  const pipeline = deep
    ? sharp(new Uint16Array(data.buffer, data.byteOffset, all.length), raw).toColourspace('rgb16')
    : sharp(data, raw)
  const whole = await pipeline.png().toBuffer()
  const body = Buffer.concat([Buffer.from(kind), Buffer.from(content)])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(content.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([whole.subarray(0, 33), ends.subarray(0, 4), body, ends.subarray(4), whole.subarray(33)])
}
const first = async (bytes: Buffer): Promise<number[]> => {
  const [{ data, channels }] = (await decodePicture(bytes, 'x')).frames
  return [...data.subarray(0, channels)]
}
const gama = (gamma: number): number[] => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(Math.round(gamma * 1e5))
  return [...bytes]
}

describe('gAMA', () => {
  test('of 1 is linear light', async () => {
    // IEC 61966-2-1: 0.2140 of light is a signal of 0.5.
    expect(await first(await png([55, 0, 255], 'gAMA', gama(1)))).toEqual([128, 0, 255])
    expect(await first(await png([14026, 0, 65535], 'gAMA', gama(1), true))).toEqual([128, 0, 255])
  })
  test('of 1/2.2 is treated as sRGB, and never applies to alpha', async () => {
    expect(await first(await png([55, 10, 200], 'gAMA', gama(0.45455)))).toEqual([55, 10, 200])
    expect(await first(await png([55, 55, 55, 55], 'gAMA', gama(1)))).toEqual([128, 128, 128, 55])
  })
})

describe('cICP', () => {
  test('of Display P3: its green is beyond sRGB, its grey is grey', async () => {
    expect(await first(await png([128, 128, 128], 'cICP', [12, 13, 0, 1]))).toEqual([128, 128, 128])
    // Computed by hand from the matrices of CSS Color 4.
    const [r, g, b] = await first(await png([204, 102, 102], 'cICP', [12, 13, 0, 1]))
    for (const [value, wanted] of [
      [r, 219],
      [g, 95],
      [b, 99],
    ] as const)
      expect(Math.abs(value - wanted)).toBeLessThan(2)
  })
  test('of PQ: reference white is white, a hundredth of it is dark', async () => {
    // SMPTE ST 2084: 203 cd/m2 is a signal of 0.5807.
    const white = Math.round(0.5807 * 65535)
    const [r, g, b] = await first(await png([white, white, white], 'cICP', [9, 16, 0, 1], true))
    expect(Math.min(r, g, b)).toBeGreaterThan(215)
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(3)
    expect((await first(await png([0, 0, 0], 'cICP', [9, 16, 0, 1], true)))[0]).toBe(0)
  })
  test('of HLG: three quarters of the signal is reference white', async () => {
    const [r] = await first(await png([191, 191, 191], 'cICP', [9, 18, 0, 1]))
    expect(r).toBeGreaterThan(215)
  })
  test('of sRGB, or with unknown values, changes nothing', async () => {
    for (const words of [
      [1, 13, 0, 1],
      [99, 13, 0, 1],
      [1, 99, 0, 1],
    ]) {
      expect(await first(await png([55, 10, 200], 'cICP', words))).toEqual([55, 10, 200])
    }
  })
})
