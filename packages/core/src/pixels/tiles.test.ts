import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planTiles, type Tile } from './tiles.ts'

const plan = fc
  .record({
    multiple: fc.constantFrom(1, 4, 8),
    columns: fc.integer({ min: 1, max: 24 }),
    rows: fc.integer({ min: 1, max: 24 }),
    overlap: fc.integer({ min: 0, max: 20 }),
    room: fc.double({ min: 0, max: 1, noNaN: true }),
    square: fc.boolean(),
  })
  .map((c) => {
    const width = c.columns * c.multiple
    const height = c.rows * c.multiple
    // From the smallest tile that works to the whole picture.
    const least = (n: number) => Math.min(n, 2 * Math.ceil(c.overlap / c.multiple) * c.multiple + c.multiple)
    const small = least(width) * least(height)
    const maxTilePixels = Math.ceil(small + (width * height - small) * c.room ** 3)
    const tile = c.square ? Math.max(least(width), least(height)) + Math.round(c.room * 40) : undefined
    const options = {
      overlap: c.overlap,
      multiple: c.multiple,
      maxTilePixels: c.square ? undefined : maxTilePixels,
      tile,
    }
    return { width, height, options }
  })

const area = (tiles: Tile[]) => tiles.reduce((sum, { source }) => sum + source.w * source.h, 0)

test('kept parts cover every pixel exactly once', () => {
  fc.assert(
    fc.property(plan, ({ width, height, options }) => {
      const seen = new Uint8Array(width * height)
      for (const { output } of planTiles(width, height, options)) {
        expect(output.w > 0 && output.h > 0).toBe(true)
        for (let y = output.y; y < output.y + output.h; y++) {
          for (let x = output.x; x < output.x + output.w; x++) seen[y * width + x]++
        }
      }
      expect(seen.every((n) => n === 1)).toBe(true)
    }),
  )
})

test('tiles are aligned, of one size, inside the picture and within the limits', () => {
  fc.assert(
    fc.property(plan, ({ width, height, options }) => {
      const tiles = planTiles(width, height, options)
      const { w, h } = tiles[0].source
      for (const { source } of tiles) {
        expect(source).toMatchObject({ w, h })
        for (const v of [source.x, source.y, source.w, source.h]) expect(v % options.multiple).toBe(0)
        expect(source.x >= 0 && source.y >= 0 && source.x + w <= width && source.y + h <= height).toBe(true)
      }
      expect(w * h).toBeLessThanOrEqual(options.maxTilePixels ?? Number.POSITIVE_INFINITY)
      expect(Math.max(w, h)).toBeLessThanOrEqual(options.tile ?? Number.POSITIVE_INFINITY)
    }),
  )
})

test('kept pixels are at least the overlap away from tile sides inside the picture', () => {
  fc.assert(
    fc.property(plan, ({ width, height, options }) => {
      for (const { source: s, output: o } of planTiles(width, height, options)) {
        if (s.x > 0) expect(o.x - s.x).toBeGreaterThanOrEqual(options.overlap)
        if (s.y > 0) expect(o.y - s.y).toBeGreaterThanOrEqual(options.overlap)
        if (s.x + s.w < width) expect(s.x + s.w - o.x - o.w).toBeGreaterThanOrEqual(options.overlap)
        if (s.y + s.h < height) expect(s.y + s.h - o.y - o.h).toBeGreaterThanOrEqual(options.overlap)
      }
    }),
  )
})

/** The reference: the fewest tiles of side `size` that an axis needs, laid one by one; Infinity where impossible. */
function laid(units: number, size: number, margin: number): number {
  if (size >= units) return size === units ? 1 : Number.POSITIVE_INFINITY
  let count = 1
  for (let end = size; end < units; end += size - 2 * margin, count++) {
    if (size <= 2 * margin) return Number.POSITIVE_INFINITY
  }
  return count
}

test('no other equal tiles within the limit compute fewer pixels', () => {
  fc.assert(
    fc.property(plan, ({ width, height, options }) => {
      const { multiple, overlap, maxTilePixels = Number.POSITIVE_INFINITY, tile = Number.POSITIVE_INFINITY } = options
      const margin = Math.ceil(overlap / multiple)
      let least = Number.POSITIVE_INFINITY
      for (let w = multiple; w <= Math.min(tile, width); w += multiple) {
        for (let h = multiple; h <= Math.min(tile, height); h += multiple) {
          if (w * h > maxTilePixels) continue
          const count = laid(width / multiple, w / multiple, margin) * laid(height / multiple, h / multiple, margin)
          least = Math.min(least, count * w * h)
        }
      }
      expect(area(planTiles(width, height, options))).toBe(least)
    }),
  )
})

test('a picture that fits is one tile, and impossible limits are refused', () => {
  const whole = { x: 0, y: 0, w: 64, h: 32 }
  expect(planTiles(64, 32, { overlap: 8, multiple: 8, maxTilePixels: 2048 })).toEqual([
    { source: whole, output: whole },
  ])
  expect(planTiles(64, 32, { overlap: 8, multiple: 8 })).toHaveLength(1)
  expect(() => planTiles(64, 32, { overlap: 8, multiple: 8, maxTilePixels: 100 })).toThrow(/expected limits .*24 x 24/)
  expect(() => planTiles(65, 32, { overlap: 8, multiple: 8 })).toThrow(
    /expected a size in multiples of 8, given 65 x 32/,
  )
})
