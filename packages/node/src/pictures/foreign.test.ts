/**
 * HEIC, JPEG XL, JPEG 2000 and animated PNG, made by other programs (fixtures/make.py of @animegan/pictures): four
 * quadrants, red, green, blue and white, come out where and as they were.
 */
import { readFileSync } from 'node:fs'
import type { Picture } from '@animegan/core'
import { describe, expect, it, test } from 'vitest'
import { decodePicture, measurePicture } from './decode.ts'
import { encodePicture } from './encode.ts'
import { outputFormatFor } from './format.ts'

const read = (name: string): Buffer => readFileSync(new URL(`../../../pictures/fixtures/${name}`, import.meta.url))

const pixel = ({ width, channels, data }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels),
]

const [red, green, blue, white] = [
  [200, 40, 40],
  [40, 180, 60],
  [40, 60, 200],
  [230, 230, 230],
]
const grey = ([r, g, b]: number[]): number[] => Array(3).fill(0.299 * r + 0.587 * g + 0.114 * b)

/** The right half is transparent. */
const halfSeen = [
  [...red, 255],
  [...green, 0],
  [...blue, 255],
  [...white, 0],
]

test.each<[name: string, format: string, width: number, height: number, quadrants: number[][], notices: string[]]>([
  ['plain.heic', 'heic', 96, 64, [red, green, blue, white], []],
  ['turned.heic', 'heic', 64, 96, [blue, red, white, green], []],
  ['grid.heic', 'heic', 192, 128, [red, green, blue, white], []],
  ['deep.heic', 'heic', 96, 64, [red, green, blue, white], ['its 10 bits a channel become 8']],
  ['alpha.heic', 'heic', 96, 64, halfSeen, []],
  ['plain.jxl', 'jxl', 96, 64, [red, green, blue, white], []],
  ['alpha.jxl', 'jxl', 96, 64, halfSeen, []],
  ['deep.jxl', 'jxl', 96, 64, [red, green, blue, white], ['its 16 bits a channel become 8']],
  ['moving.jxl', 'jxl', 96, 64, [red, green, blue, white], ['an animation: only its first frame is used']],
  ['plain.jp2', 'jp2', 96, 64, [red, green, blue, white], []],
  ['grey.j2k', 'jp2', 96, 64, [red, green, blue, white].map(grey), []],
  ['alpha.jp2', 'jp2', 96, 64, halfSeen, []],
  ['alpha16.jp2', 'jp2', 96, 64, halfSeen, ['its 16 bits a channel become 8']],
  ['greyalpha.j2k', 'jp2', 96, 64, halfSeen.map((of) => [...grey(of), of[3]]), []],
])('%s', async (name, format, width, height, quadrants, notices) => {
  const decoded = await decodePicture(read(name), name)
  const [picture] = decoded.frames
  expect([decoded.format, picture.width, picture.height]).toEqual([format, width, height])
  const found = [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => pixel(picture, x * width, y * height)))
  for (const [i, wanted] of quadrants.entries()) {
    expect(found[i]).toHaveLength(wanted.length)
    for (const [c, level] of wanted.entries()) expect(Math.abs(found[i][c] - level)).toBeLessThan(9)
  }
  expect(decoded.notices).toEqual(notices.map((notice) => `${name}: ${notice}`))
  expect(await measurePicture(read(name), name)).toEqual({ format, width, height, frames: 1 })
})

describe('of a HEIC', () => {
  it('EXIF and XMP go into the result, whose orientation is that of its pixels', async () => {
    for (const name of ['plain.heic', 'turned.heic']) {
      const decoded = await decodePicture(read(name), name)
      const format = outputFormatFor(decoded.format)
      const { bytes } = await encodePicture(decoded.frames, { format, name: 'x.jpg' }, decoded)
      const again = await decodePicture(bytes, 'x.jpg')
      expect(Buffer.from(again.exif ?? []).includes('A maker')).toBe(true)
      expect([again.frames[0].width, again.frames[0].height]).toEqual([
        decoded.frames[0].width,
        decoded.frames[0].height,
      ])
      if (name === 'plain.heic') expect(again.xmp).toContain('xmp:Rating="4"')
    }
  })
})

it('what a TIFF says of its picture goes into a JPEG, and is reported where it is lost', async () => {
  const decoded = await decodePicture(read('described.tif'), 'described.tif')
  const { bytes } = await encodePicture(decoded.frames, { format: 'jpeg', name: 'x.jpg' }, decoded)
  const { exif = new Uint8Array(0), annotations } = await decodePicture(bytes, 'x.jpg')
  for (const word of ['Someone', 'A maker']) expect(Buffer.from(exif).includes(word)).toBe(true)
  const rational = Buffer.of(1, 0, 0, 0, 100, 0, 0, 0)
  expect(Buffer.from(exif).includes(rational)).toBe(true)
  expect(Buffer.from(annotations?.iptc ?? []).includes('sea')).toBe(true)
  const { notices } = await encodePicture(decoded.frames, { format: 'tiff', name: 'x.tif' }, decoded)
  expect(notices).toEqual(['x.tif: TIFF files are written without EXIF'])
})

it('of several pictures in a JPEG the first is used, and this is said', async () => {
  const { notices } = await decodePicture(read('two.mpo'), 'two.mpo')
  expect(notices).toEqual(['two.mpo: several pictures (MPO): only the first is used'])
})

describe('an animated PNG', () => {
  it('becomes whole frames, each put over what is left of those before', async () => {
    const { format, frames, delays, loop } = await decodePicture(read('moving.png'), 'moving.png')
    expect([format, outputFormatFor('apng'), delays, loop]).toEqual(['apng', 'webp', [100, 200, 50], 3])
    const at = (x: number, y: number): number[][] => frames.map((frame) => pixel(frame, x, y))
    expect(at(4, 4)).toEqual([red, red, red])
    // A square that is taken away again after the second frame, and half of one over two quadrants.
    expect(at(16, 16)).toEqual([red, [255, 255, 0], red])
    const half = (under: number[]): number[] =>
      [0, 255, 255].map((v, c) => Math.round((v * 128 + under[c] * 127) / 255))
    expect(at(44, 40)).toEqual([blue, blue, half(blue)])
    expect(at(52, 40)).toEqual([white, white, half(white)])
  })

  it('that is cut off ends with its last whole frame, and is reported', async () => {
    const whole = read('moving.png')
    const { frames, incomplete } = await decodePicture(whole.subarray(0, whole.length - 40), 'moving.png')
    expect(frames).toHaveLength(2)
    expect(incomplete).toBe('its end is missing after 2 frames: converted as far as it goes')
  })
})

test.each(['plain.heic', 'plain.jxl', 'plain.jp2', 'alpha.jp2'])(
  '%s cut or damaged anywhere: an error of one line, or a picture',
  async (name) => {
    const whole = read(name)
    for (let i = 1; i < 8; i++) {
      const cut = whole.subarray(0, Math.floor((whole.length * i) / 8))
      const spoilt = Buffer.from(whole)
      spoilt.fill(0xa5, Math.floor((whole.length * i) / 8), Math.floor((whole.length * i) / 8) + 6)
      for (const bytes of [cut, spoilt]) {
        const outcome = await decodePicture(bytes, name).catch((error: Error) => error)
        if (outcome instanceof Error) expect(outcome.message).toMatch(/^\w+\.\w+: [^\n]+: [^\n]+$/)
      }
    }
  },
)

it('more pixels than the limit are refused before they are decoded', async () => {
  for (const name of ['plain.heic', 'plain.jxl', 'plain.jp2', 'moving.png'])
    await expect(decodePicture(read(name), name, { maxPixels: 1000 })).rejects.toThrow(/megapixels/)
})
