/** The sheet's layout and colours, read back from its file. */
import type { Picture } from '@animegan/core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { nodePictures } from '../../../node/src/train/pictures.ts'
import { type Sample, sampleSheet } from './sheet.ts'

type Colour = readonly [number, number, number]
const [red, green, blue, white]: Colour[] = [
  [200, 30, 30],
  [30, 160, 30],
  [30, 30, 200],
  [250, 250, 250],
]

const plain = (width: number, height: number, colour: Colour): Picture => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]),
})

const decode = async (bytes: Uint8Array) => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  return {
    width: info.width,
    height: info.height,
    /** Expects the colour, within JPEG's error. */
    expectAt: (x: number, y: number, colour: Colour) => {
      const found = [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
      for (const [i, level] of found.entries())
        expect(Math.abs(level - colour[i]), `${x},${y}: ${found}`).toBeLessThan(12)
    },
  }
}

const draw = (samples: readonly Sample[], art: readonly Picture[], width: number) =>
  sampleSheet(samples, art, { width }, nodePictures)

describe('sampleSheet', () => {
  it('has one row per sample, then the style, every row as wide as the sheet', async () => {
    const samples = [
      { photo: plain(300, 200, red), result: plain(300, 200, green), target: plain(300, 200, blue) },
      { photo: plain(100, 200, red), result: plain(100, 200, blue) },
    ]
    const { bytes, width, height } = await draw(samples, [plain(50, 50, white), plain(150, 50, green)], 308)
    const sheet = await decode(bytes)
    // Rows of three of 100 x 67, of two of 152 x 304, and of 76 and 228 x 76, 4 pixels between them.
    expect([sheet.width, sheet.height]).toEqual([308, 67 + 4 + 304 + 4 + 76])
    expect([width, height]).toEqual([sheet.width, sheet.height])
    for (const [i, colour] of [red, green, blue].entries()) {
      sheet.expectAt(i * 104 + 2, 2, colour)
      sheet.expectAt(i * 104 + 97, 64, colour)
    }
    sheet.expectAt(102, 30, [128, 128, 128])
    sheet.expectAt(148, 300, red)
    sheet.expectAt(160, 300, blue)
    sheet.expectAt(305, 372, blue)
    sheet.expectAt(73, 420, white)
    sheet.expectAt(83, 420, green)
    sheet.expectAt(305, 452, green)
  })

  it('is the same file each time, and another for another result', async () => {
    const sample = { photo: plain(40, 30, red), result: plain(40, 30, green) }
    const [first, second] = [await draw([sample], [], 90), await draw([sample], [], 90)]
    expect(Buffer.from(first.bytes).equals(second.bytes)).toBe(true)
    const other = await draw([{ ...sample, result: plain(40, 30, blue) }], [], 90)
    expect(Buffer.from(first.bytes).equals(other.bytes)).toBe(false)
  })

  it('handles extreme shapes', async () => {
    const dot = plain(1, 1, blue)
    const { bytes, width } = await draw([{ photo: plain(400, 1, red), result: dot }], [], 64)
    expect(width).toBe(64)
    const sheet = await decode(bytes)
    expect(sheet.height).toBe(1)
    const alone = await decode((await draw([], [dot], 16)).bytes)
    alone.expectAt(8, 8, blue)
    const tall = await draw([], [plain(1, 9999, red)], 50)
    expect([tall.width, tall.height]).toEqual([50, 50])
  })

  it('refuses an empty sheet, or one that is too narrow', async () => {
    await expect(draw([], [], 100)).rejects.toThrow('expected at least one picture')
    const row = Array.from({ length: 30 }, () => plain(2, 2, red))
    await expect(draw([], row, 100)).rejects.toThrow('expected a width of 150 pixels or more')
  })
})
