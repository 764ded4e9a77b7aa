/** Animations that are joined here, read by sharp, and by our own reader of animated PNGs. */
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { type AnimationFormat, joinAnimation } from './animation.ts'
import { decodeApng } from './apng.ts'
import { delaysOf } from './delays.ts'

const [width, height] = [21, 13]
const colours = ['#c03020', '#20c03080', '#2030c0']
const stills = (format: AnimationFormat) =>
  Promise.all(
    colours.map(async (background, i) => {
      const blank = sharp({ create: { width, height, channels: 4, background } })
      const bytes = await (format === 'webp' ? blank.webp({ quality: 92 }) : blank.png()).toBuffer()
      return { bytes, duration: [40, 100.4, 250.4][i] }
    }),
  )

it('a WebP has every frame at its time, with transparency', async () => {
  const bytes = joinAnimation(await stills('webp'), 'webp', { width, height, loop: 3 })
  expect(await sharp(bytes).metadata()).toMatchObject({ pages: 3, width, height, delay: [40, 100, 251], loop: 3 })
  for (const [page, [red, green, blue, alpha]] of [
    [192, 48, 32, 255],
    [32, 192, 48, 128],
    [32, 48, 192, 255],
  ].entries()) {
    const pixels = await sharp(bytes, { page }).ensureAlpha().raw().toBuffer()
    const found = [...pixels.subarray(0, 4)]
    for (const [i, value] of [red, green, blue, alpha].entries()) expect(Math.abs(found[i] - value)).toBeLessThan(12)
  }
})

it('a PNG has every frame at its time, with the same pixels', async () => {
  const files = await stills('png')
  const bytes = joinAnimation(files, 'png', { width, height, loop: 0 })
  const decode = async (png: Uint8Array) => {
    const data = await sharp(png).ensureAlpha().raw().toBuffer()
    return { width, height, channels: 4 as const, data: new Uint8Array(data) }
  }
  const { frames, delays, loop, stated } = await decodeApng(bytes, decode, 1e6)
  expect([delays, loop, stated]).toEqual([[40, 100, 251], 0, 3])
  for (const [i, frame] of frames.entries()) expect(frame.data).toEqual((await decode(files[i].bytes)).data)
  // Viewers that know no animation show the first frame.
  expect(new Uint8Array(await sharp(bytes).raw().toBuffer())).toEqual((await decode(files[0].bytes)).data)
})

it('refuses frames of another format', async () => {
  const files = await stills('png')
  expect(() => joinAnimation(files, 'webp', { width, height, loop: 0 })).toThrow(/expected frames as WebP/)
})

it('rounds times so that errors do not add up', () => {
  expect(delaysOf([33.4, 33.4, 33.4, 33.4], 10)).toEqual([30, 40, 30, 30])
  expect(delaysOf([1, 1, 30], 10)).toEqual([10, 10, 10])
})
