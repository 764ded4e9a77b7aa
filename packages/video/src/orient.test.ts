/** Turning and mirroring compared with sharp, for pictures of any shape. */
import fc from 'fast-check'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { orient, type Rotation } from './orient.ts'

const shapes = fc.record({
  width: fc.integer({ min: 1, max: 7 }),
  height: fc.integer({ min: 1, max: 7 }),
  channels: fc.constantFrom(3 as const, 4 as const),
  rotation: fc.constantFrom<Rotation>(0, 90, 180, 270),
  flip: fc.boolean(),
})

it('moves every pixel to where sharp moves it', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ width, height, channels, rotation, flip }) => {
      const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37) % 251)
      const found = orient({ width, height, channels, data }, rotation, flip)
      const turned = await sharp(data, { raw: { width, height, channels } }).rotate(rotation).raw().toBuffer()
      const size = rotation % 180 === 0 ? { width, height } : { width: height, height: width }
      const wanted = await sharp(turned, { raw: { ...size, channels } })
        .flop(flip)
        .raw()
        .toBuffer()
      expect(found).toMatchObject({ ...size, channels })
      expect([...found.data]).toEqual([...wanted])
    }),
    { numRuns: 60 },
  )
})

it('returns the picture itself, not a copy, if there is nothing to do', () => {
  const picture = { width: 1, height: 2, channels: 3 as const, data: new Uint8Array(6) }
  expect(orient(picture, 0, false)).toBe(picture)
})
