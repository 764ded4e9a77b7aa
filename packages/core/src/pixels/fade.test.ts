import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fadedSum, planFaded } from './fade.ts'

const sizes = fc.integer({ min: 1, max: 150 })
const tiles = fc.integer({ min: 16, max: 64 })

test('tiles of a picture that all agree give that picture', () => {
  fc.assert(
    fc.property(sizes, sizes, tiles, tiles, fc.integer({ min: 0, max: 16 }), (width, height, w, h, overlap) => {
      const sum = fadedSum(width, height)
      const level = (x: number, y: number, c: number): number => (x * 7 + y * 13 + c * 5) % 256
      for (const tile of planFaded(
        width,
        height,
        { width: w, height: h },
        Math.min(overlap, Math.floor(Math.min(w, h) / 4)),
      )) {
        const { x, y } = tile.source
        expect(tile.source).toMatchObject({ w, h })
        const styled = Uint8Array.from({ length: w * h * 3 }, (_, i) =>
          level(x + (Math.floor(i / 3) % w), y + Math.floor(i / 3 / w), i % 3),
        )
        sum.add(tile, styled)
      }
      const { data } = sum.picture()
      for (let i = 0; i < data.length; i++) {
        const wanted = level(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3)
        if (data[i] !== wanted) expect({ i, level: data[i] }).toEqual({ i, level: wanted })
      }
    }),
    { numRuns: 60 },
  )
})

test('a tile has no say at the side where its neighbour does, and all of it in between', () => {
  const [left, right] = planFaded(112, 64, { width: 64, height: 64 }, 16)
  expect([left.source.x, right.source.x]).toEqual([0, 48])
  expect(left.columns[0]).toBe(1)
  expect(left.columns[47]).toBe(1)
  expect(left.columns[63]).toBeLessThan(0.02)
  expect(right.columns[0]).toBeLessThan(0.02)
  expect(right.columns[16]).toBe(1)
})

test('a picture smaller than the tile is one tile', () => {
  const plan = planFaded(20, 30, { width: 64, height: 64 }, 16)
  expect(plan.map(({ source }) => source)).toEqual([{ x: 0, y: 0, w: 64, h: 64 }])
})
