/** High dynamic range against the reference levels in ITU-R BT.2408, and rotation against sharp. */
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { orient } from './orient.ts'
import { lightToPq, pqToLight, rollOff, toneMap } from './tone-map.ts'
import { layoutOf, type YuvFrame } from './yuv.ts'

/** One grey 10-bit pixel in limited range. */
const grey = (signal: number): YuvFrame => {
  const samples = Uint16Array.of(64 + Math.round(signal * 876), 512, 512)
  const planes = [0, 2, 4].map((offset) => ({ offset, stride: 2 }))
  const layout = layoutOf('I420P10')
  if (!layout) throw new Error('no layout')
  return { width: 1, height: 1, bytes: new Uint8Array(samples.buffer), planes, layout }
}
const colour = (hdr: 'pq' | 'hlg') => ({ matrix: 'bt2020-ncl', fullRange: false, hdr }) as const
const level = (hdr: 'pq' | 'hlg', signal: number): number => {
  const { data } = toneMap(grey(signal), colour(hdr))
  expect(Math.abs(data[0] - data[1]) + Math.abs(data[1] - data[2])).toBeLessThanOrEqual(1)
  return data[0]
}

describe('tone mapping', () => {
  it('knows the levels of BT.2408: 58 % of PQ is 203 cd/m², 75 % is 983', () => {
    expect(lightToPq(203)).toBeCloseTo(0.58, 2)
    expect(pqToLight(0.75) / 983).toBeCloseTo(1, 2)
    expect(lightToPq(pqToLight(0.4))).toBeCloseTo(0.4, 9)
  })

  it('maps the 18 % grey card, 26 cd/m² and 38 % of either signal, to its share of white', () => {
    const expected = 255 * (26 / 203) ** (1 / 2.4)
    expect(Math.abs(level('pq', 0.38) - expected)).toBeLessThanOrEqual(2)
    expect(Math.abs(level('hlg', 0.38) - expected)).toBeLessThanOrEqual(3)
  })

  it('rolls highlights off to white, monotonically', () => {
    for (const hdr of ['pq', 'hlg'] as const) {
      const levels = Array.from({ length: 51 }, (_, i) => level(hdr, i / 50))
      expect(levels[0]).toBe(0)
      expect(levels.at(-1)).toBe(255)
      for (let i = 1; i < levels.length; i++) expect(levels[i]).toBeGreaterThanOrEqual(levels[i - 1])
    }
    expect(level('pq', 0.58)).toBeLessThan(level('pq', 0.7))
    expect(rollOff(50)).toBe(50)
    expect(rollOff(1000)).toBeCloseTo(203, 3)
  })
})

describe('orientation', () => {
  const [width, height] = [5, 3]
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => i)
  const raw = { width, height, channels: 3 as const }

  for (const rotation of [0, 90, 180, 270] as const) {
    it.each([false, true])(`${rotation} degrees, mirrored: %s`, async (flip) => {
      const turned = await sharp(data, { raw }).rotate(rotation).raw().toBuffer({ resolveWithObject: true })
      const { info } = turned
      const mirrored = flip
        ? await sharp(turned.data, { raw: { ...raw, width: info.width, height: info.height } })
            .flop()
            .raw()
            .toBuffer()
        : turned.data
      const found = orient({ ...raw, data }, rotation, flip)
      expect([found.width, found.height]).toEqual([info.width, info.height])
      expect(Buffer.from(found.data).equals(mirrored)).toBe(true)
    })
  }
})
