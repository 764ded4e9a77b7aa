/** Recognising files by content, tested with sharp's files and hand-made headers. */
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readContent } from './content.ts'

const blank = sharp({ create: { width: 321, height: 45, channels: 3, background: '#68a' } })
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

describe('pictures, with their sizes', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['jpeg', () => blank.clone().jpeg().toBuffer()],
    ['jpeg', () => blank.clone().jpeg({ progressive: true }).withMetadata().toBuffer()],
    ['png', () => blank.clone().png().toBuffer()],
    ['gif', () => blank.clone().gif().toBuffer()],
    ['webp', () => blank.clone().webp().toBuffer()],
    ['webp', () => blank.clone().webp({ lossless: true }).toBuffer()],
    ['webp', () => blank.clone().ensureAlpha(0.5).webp({ alphaQuality: 50 }).toBuffer()],
  ])('%s', async (kind, make) => {
    expect(readContent(await make())).toEqual({ kind, width: 321, height: 45 })
  })

  it('avif and tiff, whose sizes are stored later in the file', async () => {
    expect(readContent(await blank.clone().avif().toBuffer())).toEqual({ kind: 'avif' })
    expect(readContent(await blank.clone().tiff().toBuffer())).toEqual({ kind: 'tiff' })
  })
})

it.each([
  ['', 'empty'],
  ['hello', 'unknown'],
  ['%PDF-1.4', 'vector'],
  ['<?xml version="1.0"?>\n<svg xmlns="x">', 'vector'],
  ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'heic'],
  ['\0\0\0\x18ftypmif1\0\0\0\0mif1avif', 'avif'],
  ['\xff\x0a\x7f\x01', 'jxl'],
  ['\0\0\0\x0cJXL \r\n\x87\n', 'jxl'],
  ['\0\0\0\x0cjP  \r\n\x87\n', 'jp2'],
  ['\0\0\0\x18ftypqt  \0\0\0\0qt  ', 'video'],
  ['\x1aE\xdf\xa3 webm', 'video'],
  ['RIFF\0\0\0\0AVI LIST', 'video'],
  ['\0\0\0\x08wide\0\0\0\0mdat', 'video'],
  ['OggS\0\x02', 'video'],
  ['FLV\x01\x05', 'video'],
  ['\0\0\x01\xba\x44', 'video'],
  ['0&\xb2u\x8ef\xcf\x11', 'video'],
  [`${`G${'\xff'.repeat(187)}`.repeat(2)}G`, 'video'],
  [`G${'\xff'.repeat(400)}`, 'unknown'],
  ['RIFF\0\0\0\0WAVEfmt ', 'unknown'],
])('%j is %s', (start, kind) => {
  expect(readContent(bytes(start)).kind).toBe(kind)
})

it('reads a picture truncated anywhere without an error', async () => {
  for (const make of [blank.clone().jpeg(), blank.clone().png(), blank.clone().webp(), blank.clone().gif()]) {
    const file = await make.toBuffer()
    for (let length = 0; length < Math.min(file.length, 700); length++) {
      expect(() => readContent(file.subarray(0, length))).not.toThrow()
    }
  }
})
