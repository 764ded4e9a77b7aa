/**
 * Textual metadata carried from file to file, on hand-written files; checked by ffmpeg, sharp and the bytes themselves.
 */
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodePicture } from './decode.ts'
import { encodePicture } from './encode.ts'
import type { OutputFormat } from './format.ts'

const [width, height] = [32, 24]
const raw = { raw: { width, height, channels: 3 } } as const
let jpeg: Buffer
let png: Buffer
beforeAll(async () => {
  const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * 7) & 255))
  jpeg = await sharp(pixels, raw).jpeg().toBuffer()
  png = await sharp(pixels, raw).png().toBuffer()
})

const segment = (marker: number, content: string): Buffer => {
  const bytes = Buffer.from(content, 'latin1')
  return Buffer.concat([Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]), bytes])
}
const withSegments = (...segments: Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
/** PNG's checksum is zlib's crc32; sharp verifies it when reading. */
const withText = async (...texts: [string, string][]): Promise<Buffer> => {
  const { crc32 } = await import('node:zlib')
  const chunks = texts.map(([kind, content]) => {
    const body = Buffer.from(kind + content, 'latin1')
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(body.length - 4, 0)
    ends.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
  })
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
}
const iptc = '8BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x78\0\x07harbour'
const thumbnail = '8BIM\x04\x0c\0\0\0\0\0\x04XXXX'

const into = async (bytes: Buffer, format: OutputFormat) => {
  const decoded = await decodePicture(bytes, 'in')
  const made = await encodePicture(decoded.frames, { format, name: 'out' }, decoded)
  return { bytes: Buffer.from(made.bytes), notices: [...decoded.notices, ...made.notices] }
}

describe('IPTC and comments of JPEG', () => {
  test('are kept, without the thumbnail of the original', async () => {
    const before = withSegments(segment(0xed, `Photoshop 3.0\0${thumbnail}${iptc}`), segment(0xfe, 'a word'))
    const { bytes, notices } = await into(before, 'jpeg')
    const meta = await sharp(bytes).metadata()
    expect(meta.iptc?.toString('latin1')).toBe(`Photoshop 3.0\0${iptc}`)
    expect(bytes.includes(segment(0xfe, 'a word'))).toBe(true)
    expect(notices).toEqual([])
    expect((await sharp(bytes).raw().toBuffer()).length).toBe(width * height * 3)
  })

  test('comments become text in PNG, and both are reported as lost in formats without them', async () => {
    const before = withSegments(segment(0xed, `Photoshop 3.0\0${iptc}`), segment(0xfe, 'a word'))
    const made = await into(before, 'png')
    expect((await sharp(made.bytes).metadata()).comments).toContainEqual({ keyword: 'Comment', text: 'a word' })
    expect(made.notices).toEqual([])
    expect((await into(before, 'webp')).notices).toEqual(['out: WEBP files are written without IPTC and text'])
    expect((await into(before, 'tiff')).notices).toEqual(['out: TIFF files are written without text'])
  })

  test.each(['png', 'tiff'] as const)('IPTC goes into %s, and from there back into JPEG', async (format) => {
    const before = withSegments(segment(0xed, `Photoshop 3.0\0${thumbnail}${iptc}`))
    const made = await into(before, format)
    expect(made.notices).toEqual([])
    expect((await sharp(made.bytes).raw().toBuffer()).length).toBe(width * height * 3)
    if (format === 'tiff')
      expect((await sharp(made.bytes).metadata()).tifftagPhotoshop?.toString('latin1').slice(0, iptc.length)).toBe(iptc)
    const back = await into(made.bytes, 'jpeg')
    expect((await sharp(back.bytes).metadata()).iptc?.toString('latin1')).toBe(`Photoshop 3.0\0${iptc}`)
  })

  test('are ignored if damaged', async () => {
    for (const content of [`Photoshop 3.0\0${iptc.slice(0, -6)}`, 'Photoshop 3.0\x008BIM', 'Photoshop 3.0\0']) {
      expect((await into(withSegments(segment(0xed, content)), 'jpeg')).notices).toEqual([])
    }
  })
})

describe('text of PNG', () => {
  const texts: [string, string][] = [
    ['tEXt', 'parameters\0a harbour, Steps: 20'],
    ['iTXt', 'Title\0\0\0en\0Title\0Hafen'],
    ['tEXt', 'Raw profile type exif\0\n'],
  ]
  test('is kept, except chunks that encode other metadata', async () => {
    const { bytes, notices } = await into(await withText(...texts), 'png')
    expect((await sharp(bytes).metadata()).comments).toEqual([
      { keyword: 'parameters', text: 'a harbour, Steps: 20' },
      { keyword: 'Title', text: 'Hafen' },
    ])
    expect(notices).toEqual([])
  })

  test('becomes comments in JPEG', async () => {
    const { bytes } = await into(await withText(...texts), 'jpeg')
    expect(bytes.includes(segment(0xfe, 'parameters: a harbour, Steps: 20'))).toBe(true)
    expect(bytes.includes(segment(0xfe, 'Title: Hafen'))).toBe(true)
  })
})

test('states a density only if the input does', async () => {
  const stated = await sharp(jpeg).withMetadata({ density: 300 }).jpeg().toBuffer()
  for (const format of ['png', 'tiff'] as const) {
    // sharp reports 72 also for a PNG that states no density.
    for (const bytes of [jpeg, png])
      expect((await sharp((await into(bytes, format)).bytes).metadata()).density).toBe(72)
    expect((await sharp((await into(stated, format)).bytes).metadata()).density).toBe(300)
  }
  expect((await into(jpeg, 'png')).bytes.includes('pHYs')).toBe(false)
})

describe('XMP', () => {
  const packet = (attributes: string, elements = ''): string =>
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ${attributes}>${elements}</rdf:Description></rdf:RDF></x:xmpmeta>`
  const xmpOf = async (text: string, size = width) => {
    const decoded = await decodePicture(await sharp(jpeg).withXmp(text).jpeg().toBuffer(), 'in')
    const frames = [{ ...decoded.frames[0], width: size, data: decoded.frames[0].data.subarray(0, size * height * 3) }]
    const made = await encodePicture(frames, { format: 'jpeg', name: 'out' }, decoded)
    return { xmp: (await sharp(made.bytes).metadata()).xmp?.toString(), notices: decoded.notices }
  }

  test('of a motion photo keeps rating and keywords, but no reference to the clip', async () => {
    const subject = '<dc:subject><rdf:Bag><rdf:li>family</rdf:li></rdf:Bag></dc:subject>'
    const parts = '<Container:Directory><rdf:Seq><rdf:li Item:Mime="video/mp4"/></rdf:Seq></Container:Directory>'
    const { xmp, notices } = await xmpOf(
      packet(
        'GCamera:MotionPhoto="1" GCamera:MicroVideoOffset="4971" xmp:Rating="5" crs:Exposure2012="+1.00"',
        subject + parts,
      ),
    )
    expect(xmp).toContain('xmp:Rating="5"')
    expect(xmp).toContain(subject)
    expect(xmp).not.toMatch(/MotionPhoto|MicroVideo|Container:|crs:/)
    expect(notices).toEqual(['in: a motion photo: its clip is left out'])
  })

  test('of a panorama states the sizes of the result', async () => {
    const { xmp } = await xmpOf(
      packet('GPano:CroppedAreaImageWidthPixels="32" GPano:FullPanoWidthPixels="64" GPano:CroppedAreaLeftPixels="16"'),
      16,
    )
    expect(xmp).toMatch(/ImageWidthPixels="16" GPano:FullPanoWidthPixels="32" GPano:CroppedAreaLeftPixels="8"/)
  })
})
