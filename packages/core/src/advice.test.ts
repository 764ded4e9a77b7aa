/** Advice on real photos, and on the same photos degraded by sharp, which does not know these measures. */
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { advise, measurePicture } from './advice.ts'
import type { Picture } from './picture.ts'
import { mendExposure } from './pixels/exposure.ts'

const example = fileURLToPath(new URL('../../../examples/street.jpg', import.meta.url))
const photos = fileURLToPath(new URL('../../../../shared/data/photos/', import.meta.url))

const load = async (from: Sharp): Promise<Picture> => {
  const { data, info } = await from.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) }
}

describe('a good photo, degraded', () => {
  it.each<[string, (photo: Sharp) => Sharp, string[]]>([
    ['as it is', (photo) => photo, []],
    ['scaled to a phone picture', (photo) => photo.resize(3000), []],
    ['scaled to 120 pixels', (photo) => photo.resize(120), ['small']],
    ['blurred', (photo) => photo.blur(7), ['blurred']],
    [
      'enlarged tenfold',
      (photo) =>
        photo.resize(100).affine(
          [
            [10, 0],
            [0, 10],
          ],
          { interpolator: 'bicubic' },
        ),
      ['blurred'],
    ],
    ['at an eighth of its brightness', (photo) => photo.linear(1 / 8, 0), ['dark']],
    ['washed out', (photo) => photo.linear(0.6, 165), ['bright']],
    ['in fog', (photo) => photo.linear(0.15, 110), ['flat']],
  ])('%s', async (_, worsen, expected) => {
    // Through a file in between, because sharp chooses the order of its operations itself.
    const worse = await worsen(sharp(await sharp(example).png().toBuffer()))
      .png()
      .toBuffer()
    expect(advise(await load(sharp(worse)))).toEqual(expected)
  })
})

it.skipIf(!existsSync(photos))('leaves good photos alone, and finds the blurred ones', async () => {
  let [count, alarms, found] = [0, 0, 0]
  for (const folder of ['kodak', 'faces_interfaces']) {
    const files = readdirSync(`${photos}${folder}`).filter((name) => /\.(jpe?g|png)$/i.test(name))
    for (const name of files.slice(0, 12)) {
      const file = `${photos}${folder}/${name}`
      const photo = await load(sharp(file))
      count++
      if (advise(photo).includes('blurred')) alarms++
      const sigma = Math.max(photo.width, photo.height) / 160
      if (advise(await load(sharp(file).blur(sigma))).includes('blurred')) found++
    }
  }
  expect(count).toBe(24)
  expect(alarms).toBe(0)
  expect(found).toBeGreaterThanOrEqual(22)
})

it('judges the visible part of a transparent picture, and gives no odd advice on one without visible pixels', () => {
  const data = new Uint8Array(300 * 300 * 4).map((_, i) => (i % 4 === 3 ? 255 : (i * 7919) % 256))
  const seen = advise({ width: 300, height: 300, channels: 4, data })
  const hidden = data.map((value, i) => (Math.floor(i / 4) % 300 < 150 ? 0 : value))
  expect(advise({ width: 300, height: 300, channels: 4, data: hidden })).toEqual(seen)
  expect(advise({ width: 1, height: 1, channels: 3, data: new Uint8Array(3) })).toContain('small')
})

describe('mending exposure', () => {
  it.each([
    ['dark', 1 / 8, 0],
    ['bright', 0.3, 178],
    ['flat', 0.15, 110],
  ])('%s: no advice is left, and the median is in the middle', async (kind, factor, offset) => {
    const worse = await load(sharp(await sharp(example).linear(factor, offset).png().toBuffer()))
    expect(advise(worse)).toEqual([kind])
    const better = mendExposure(worse)
    expect(advise(better)).toEqual([])
    expect(Math.abs(measurePicture(better).median - 110)).toBeLessThan(25)
  })

  it('keeps alpha and the order of the levels', () => {
    const data = Uint8Array.from({ length: 256 * 4 }, (_, i) => (i % 4 === 3 ? 200 : (i >> 2) / 6))
    const { data: mended } = mendExposure({ width: 16, height: 16, channels: 4, data })
    for (let i = 4; i < mended.length; i++) {
      if (i % 4 === 3) expect(mended[i]).toBe(200)
      else expect(mended[i]).toBeGreaterThanOrEqual(mended[i - 4])
    }
  })
})
