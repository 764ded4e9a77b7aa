/**
 * What the page takes over of a photo's metadata, which it reads and writes without sharp: the same as the command, as
 * sharp sees it.
 */
import { readMetadata, writeMetadata } from '@animegan/pictures'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePicture } from './decode.ts'
import { encodePicture } from './encode.ts'

const formats = ['jpeg', 'png', 'webp'] as const
const xmp =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" tiff:ImageWidth="60"><tiff:Artist>Ärtist</tiff:Artist></rdf:Description></rdf:RDF></x:xmpmeta>'

/** A photo of 60x40 that is to be turned upright, with a place, a text, and colours in Display P3. */
const photo = (format: (typeof formats)[number]): Promise<Buffer> =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#c84020' } })
    .withIccProfile('p3')
    .withExif({
      IFD0: { Make: 'Maker', Copyright: 'someone' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .withXmp(xmp)
    .toFormat(format)
    .toBuffer()

describe.each(formats)('of a %s', (format) => {
  test('is read as the command reads it', async () => {
    const bytes = await photo(format)
    const { exif, xmp, profile, annotations } = await decodePicture(bytes, 'in')
    expect(exif?.length).toBeGreaterThan(50)
    expect(xmp).toContain('Ärtist')
    expect(profile).toBe(true)
    expect(await readMetadata(bytes, format)).toEqual({ exif, xmp, profile, annotations })
  })

  test.each(formats)('is written into a %s as the command writes it', async (into) => {
    const bytes = await photo(format)
    const decoded = await decodePicture(bytes, 'in')
    const [{ width, height, data, channels }] = decoded.frames
    const byCommand = await sharp((await encodePicture(decoded.frames, { format: into, name: 'out' }, decoded)).bytes)
    const plain = await sharp(data, { raw: { width, height, channels } }).toFormat(into).toBuffer()
    const written = Buffer.from(writeMetadata(plain, into, await readMetadata(bytes, format), width, height))
    const [ours, theirs] = [await sharp(written).metadata(), await byCommand.metadata()]
    expect(ours).toMatchObject({ width: 40, height: 60, format: into, orientation: 1 })
    // The command pads its block, and some containers put a word before it.
    const exif = (ours.exif as Buffer).toString('latin1').replace(/^Exif\0\0/, '')
    expect((theirs.exif as Buffer).toString('latin1')).toContain(exif)
    expect(exif).toContain('Maker')
    expect(ours.xmp).toEqual(theirs.xmp)
    expect(ours.xmp?.toString()).toContain('tiff:Orientation="1"')
    expect(ours.xmp?.toString()).toContain('tiff:ImageWidth="40"')
    expect(await sharp(written).raw().toBuffer()).toEqual(await sharp(plain).raw().toBuffer())
  })
})

test('a transparent WebP stays transparent, lossless or not', async () => {
  const metadata = await readMetadata(await photo('jpeg'), 'jpeg')
  for (const lossless of [true, false]) {
    const background = { r: 10, g: 200, b: 30, alpha: 0.5 }
    const plain = await sharp({ create: { width: 31, height: 7, channels: 4, background } })
      .webp({ lossless })
      .toBuffer()
    const written = writeMetadata(plain, 'webp', metadata, 31, 7)
    const { exif, hasAlpha } = await sharp(written).metadata()
    expect([hasAlpha, exif !== undefined]).toEqual([true, true])
    expect(await sharp(written).raw().toBuffer()).toEqual(await sharp(plain).raw().toBuffer())
  }
})

test('a PNG of a photo with a profile states sRGB, others nothing', async () => {
  const plain = await sharp({ create: { width: 3, height: 3, channels: 3, background: '#123' } })
    .png()
    .toBuffer()
  expect(Buffer.from(writeMetadata(plain, 'png', { profile: true }, 3, 3)).includes('sRGB')).toBe(true)
  expect(Buffer.from(writeMetadata(plain, 'png', { profile: false }, 3, 3))).toEqual(plain)
})

test('blocks that are too long for a JPEG are left out, damaged files have nothing', async () => {
  const plain = await sharp({ create: { width: 3, height: 3, channels: 3, background: '#123' } })
    .jpeg()
    .toBuffer()
  const long = writeMetadata(plain, 'jpeg', { profile: false, xmp: 'x'.repeat(70_000) }, 3, 3)
  expect(Buffer.from(long)).toEqual(plain)
  for (const format of formats) {
    const bytes = await photo(format)
    for (let length = 0; length < bytes.length; length += 37) await readMetadata(bytes.subarray(0, length), format)
  }
})
