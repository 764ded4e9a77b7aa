import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testPicture } from '../../pixels/testing.ts'
import { cutTile, levelOf, scalesOf, tilesOf } from './pyramid.ts'

test('faces from the smallest to the whole picture have a level that sees them', () => {
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
        // Half the size is the least unless something else is asked.
        for (let face = Math.max(smallest === undefined ? 32 : 24, smallest ?? 0); face <= largest; face *= 1.3) {
          const seen = scales.map((scale) => face * scale)
          expect(seen.some((size) => size >= 15.9 && size <= 130)).toBe(true)
        }
        // Levels get smaller fast: all together cost little more than the first.
        const pixels = scales.map((scale) => scale ** 2)
        expect(pixels.reduce((sum, share) => sum + share, 0)).toBeLessThan(1.8 * pixels[0])
      },
    ),
  )
})

test('a halved level is the means of fours, an odd row and column left out', () => {
  const picture = testPicture(7, 5, 4)
  const { picture: half, scale } = levelOf({ picture, scale: 1 }, 0.5)
  expect([half.width, half.height, half.channels, scale]).toEqual([3, 2, 3, 0.5])
  const at = (x: number, y: number, c: number): number => picture.data[(y * 7 + x) * 4 + c]
  half.data.forEach((value, i) => {
    const [c, x, y] = [i % 3, 2 * (Math.floor(i / 3) % 3), 2 * Math.floor(i / 9)]
    expect(value).toBe(Math.round((at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c)) / 4))
  })
})

test('24 pixels are seen at once in pictures of up to 3.4 megapixels', () => {
  expect(24 * scalesOf(2120, 1590, undefined)[0]).toBeGreaterThanOrEqual(15.9)
  expect(scalesOf(4000, 3000, undefined)[0]).toBe(0.5)
})

test('tiles cover the level, with what neighbours share', () => {
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

test('a tile has the pixels of its place, without alpha, and black beyond', () => {
  const picture = testPicture(20, 10, 4)
  const data = cutTile(picture, { left: 8, top: 4, width: 16, height: 16 })
  expect([...data.subarray(0, 3)]).toEqual([...picture.data.subarray((4 * 20 + 8) * 4, (4 * 20 + 8) * 4 + 3)])
  expect([...data.subarray(12 * 3, 13 * 3)]).toEqual([0, 0, 0])
})
