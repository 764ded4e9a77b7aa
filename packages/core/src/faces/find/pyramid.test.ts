import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testPicture } from '../../pixels/testing.ts'
import { closerScaleOf, cutTile, levelOf, scalesOf, tilesOf } from './pyramid.ts'

test('every face size from the smallest to the whole picture has a level that covers it', () => {
  const side = fc.integer({ min: 1, max: 9000 })
  fc.assert(
    fc.property(
      side,
      side,
      fc.option(fc.integer({ min: 8, max: 200 }), { nil: undefined }),
      (width, height, smallest) => {
        const scales = scalesOf(width, height, smallest)
        expect(scales[0]).toBeLessThanOrEqual(smallest === undefined ? 1 : 2)
        const largest = Math.min(width, height)
        // Half the size is the smallest scale unless another is requested.
        for (let face = Math.max(smallest === undefined ? 32 : 24, smallest ?? 0); face <= largest; face *= 1.3) {
          const seen = scales.map((scale) => face * scale)
          expect(seen.some((size) => size >= 15.9 && size <= 130)).toBe(true)
        }
        // Levels get smaller fast: all together they cost little more than the first.
        const pixels = scales.map((scale) => scale ** 2)
        expect(pixels.reduce((sum, share) => sum + share, 0)).toBeLessThan(1.8 * pixels[0])
      },
    ),
  )
})

test('a halved level averages 2 x 2 pixels and drops an odd row or column', () => {
  const picture = testPicture(7, 5, 4)
  const { picture: half, scale } = levelOf({ picture, scale: 1 }, 0.5)
  expect([half.width, half.height, half.channels, scale]).toEqual([3, 2, 3, 0.5])
  const at = (x: number, y: number, c: number): number => picture.data[(y * 7 + x) * 4 + c]
  half.data.forEach((value, i) => {
    const [c, x, y] = [i % 3, 2 * (Math.floor(i / 3) % 3), 2 * Math.floor(i / 9)]
    expect(value).toBe(Math.round((at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c)) / 4))
  })
})

test('faces of 24 pixels are found without hints in pictures of up to 3.4 megapixels', () => {
  expect(24 * scalesOf(2120, 1590, undefined)[0]).toBeGreaterThanOrEqual(15.9)
  expect(scalesOf(4000, 3000, undefined)[0]).toBe(0.5)
})

test('tiles cover the level and overlap their neighbours', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 1, max: 1500 }), (width, height) => {
      const tiles = tilesOf(width, height, 16)
      expect(tiles.every((tile) => tile.width % 16 === 0 && tile.height % 16 === 0 && tile.width <= 256)).toBe(true)
      const lefts = [...new Set(tiles.map(({ left }) => left))]
      lefts.forEach((left, i) => {
        if (i > 0) expect(left - lefts[i - 1]).toBeLessThanOrEqual(256 - 32)
      })
      expect(lefts.at(-1)! + tiles[0].width).toBeGreaterThanOrEqual(width)
      expect(tiles.at(-1)!.top + tiles[0].height).toBeGreaterThanOrEqual(height)
    }),
  )
})

test('a tile has its pixels, without alpha, and black outside', () => {
  const picture = testPicture(20, 10, 4)
  const data = cutTile(picture, { left: 8, top: 4, width: 16, height: 16 })
  expect([...data.subarray(0, 3)]).toEqual([...picture.data.subarray((4 * 20 + 8) * 4, (4 * 20 + 8) * 4 + 3)])
  expect([...data.subarray(12 * 3, 13 * 3)]).toEqual([0, 0, 0])
})

test('a tile is the picture’s pixels one by one, black where the picture ends', () => {
  for (const channels of [3, 4] as const) {
    const picture = testPicture(20, 14, channels)
    for (const [left, top] of [
      [0, 0],
      [3, 2],
      [8, 4],
    ]) {
      const data = cutTile(picture, { left, top, width: 16, height: 12 })
      expect(data).toHaveLength(16 * 12 * 3)
      data.forEach((value, i) => {
        const [c, x, y] = [i % 3, left + (Math.floor(i / 3) % 16), top + Math.floor(i / 48)]
        expect(value).toBe(x < 20 && y < 14 ? picture.data[(y * 20 + x) * channels + c] : 0)
      })
    }
  }
})

test('a level of another scale is resampled and states its exact scale, also with a single row or column', () => {
  const level = (width: number, height: number, from: number, scale: number) => {
    const { picture, scale: made } = levelOf({ picture: testPicture(width, height), scale: from }, scale)
    expect(picture.data).toHaveLength(picture.width * picture.height * 3)
    return [picture.width, picture.height, made]
  }
  expect(level(40, 30, 1, 0.3)).toEqual([12, 9, 0.3])
  expect(level(40, 30, 0.5, 0.15)).toEqual([12, 9, 0.15])
  expect(level(40, 30, 1, 1.5)).toEqual([60, 45, 1.5])
  expect(level(7, 5, 1, 0.4)).toEqual([3, 2, 3 / 7])
  expect(level(40, 30, 1, 0.5)).toEqual([20, 15, 0.5])
  // Half of one row would be zero rows.
  expect(level(40, 1, 1, 0.5)).toEqual([20, 1, 0.5])
  expect(level(1, 40, 1, 0.5)).toEqual([1, 20, 1])
})

test('scales by hand: the smallest requested face gets 16 pixels, with at most twice the size', () => {
  expect(scalesOf(1000, 800, 32)[0]).toBe(0.5)
  expect(scalesOf(1000, 800, 10)[0]).toBe(1.6)
  expect(scalesOf(1000, 800, 4)[0]).toBe(2)
  // The short side counts: at 0.5 it is 128 already.
  expect(scalesOf(5000, 256, 32)).toEqual([0.5])
  expect(scalesOf(256, 5000, 32)).toEqual([0.5])
})

test('a closer look happens up to 0.96 megapixels, at up to twice the size', () => {
  expect(closerScaleOf(400, 300)).toBe(2)
  expect(closerScaleOf(1000, 900)).toBeCloseTo(Math.sqrt(1.5 / 0.9), 12)
  expect(closerScaleOf(1000, 959)).toBeDefined()
  expect(closerScaleOf(1000, 961)).toBeUndefined()
})
