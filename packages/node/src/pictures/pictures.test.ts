/**
 * Reading and writing small generated pictures: colours, metadata, animations, bitmaps, refusals and complete files.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { Picture } from '@animegan/core'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { pendingFiles, removePending, writeWhole } from '../files/whole-file.ts'
import { decodePicture } from './decode.ts'
import { encodePicture } from './encode.ts'
import { PictureError } from './error.ts'
import { OUTPUT_FORMATS, outputFormatFor, outputFormatOf, sniff } from './format.ts'

function gradient(width: number, height: number, channels: 3 | 4 = 3, phase = 0): Picture {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      data.set([(x * 200) / width + 20, (y * 200) / height + 20, 60 + phase], at)
      if (channels === 4) data[at + 3] = x < width / 2 ? 0 : 255
    }
  return { width, height, channels, data }
}

const raw = (picture: Picture) => sharp(picture.data, { raw: picture })

function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length
}

/** Only the colours: a GIF's later frames are transparent where nothing changes. */
const opaque = ({ data, channels }: Picture) => data.filter((_, i) => channels === 3 || i % 4 < 3)

/** An EXIF block as a camera writes it: orientation, a make, Exif directory with size and colour space, a thumbnail. */
function cameraExif(little: boolean, orientation: number): Buffer {
  const block = Buffer.alloc(150)
  const u16 = (at: number, value: number) => (little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at))
  const u32 = (at: number, value: number) => (little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at))
  const field = (at: number, tag: number, type: number, n: number, value: number) => {
    u16(at, tag)
    u16(at + 2, type)
    u32(at + 4, n)
    if (type === 3) u16(at + 8, value)
    else u32(at + 8, value)
  }
  block.write(little ? 'II' : 'MM', 0)
  u16(2, 42)
  u32(4, 8)
  u16(8, 3)
  field(10, 0x010f, 2, 6, 136)
  field(22, 0x0112, 3, 1, orientation)
  field(34, 0x8769, 4, 1, 50)
  u32(46, 92)
  u16(50, 3)
  field(52, 0xa001, 3, 1, 0xffff)
  field(64, 0xa002, 4, 1, 4000)
  field(76, 0xa003, 4, 1, 3000)
  u16(92, 2)
  field(94, 0x0201, 4, 1, 142)
  field(106, 0x0202, 4, 1, 8)
  block.write('Camra\0', 136, 'latin1')
  block.set([0xff, 0xd8, 1, 2, 3, 4, 0xff, 0xd9], 142)
  return block
}

function jpegWithExif(jpeg: Buffer, exif: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(exif.length + 8, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from('Exif\0\0', 'latin1'), exif, jpeg.subarray(2)])
}

function pngChunk(type: string, body: Buffer): Buffer {
  const chunk = Buffer.alloc(body.length + 12)
  chunk.writeUInt32BE(body.length, 0)
  chunk.write(type, 4, 'latin1')
  chunk.set(body, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + body.length)), 8 + body.length)
  return chunk
}

const withChunk = (png: Buffer, type: string, body: Buffer) =>
  Buffer.concat([png.subarray(0, 33), pngChunk(type, body), png.subarray(33)])

describe('formats', () => {
  test('are recognised by content', async () => {
    for (const format of OUTPUT_FORMATS)
      expect(sniff((await encodePicture([gradient(16, 16)], { format, name: 'x' })).bytes)).toBe(format)
    expect(sniff(Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- c --><svg xmlns="..."/>'))).toBe('svg')
    for (const text of ['', 'BM', 'BMW is a car maker and this is text', '<html><svg></svg></html>', 'RIFF1234WAVE'])
      expect(sniff(Buffer.from(text)), text).toBeUndefined()
  })

  test('are chosen for the result', () => {
    expect(outputFormatFor('webp')).toBe('webp')
    expect(outputFormatFor('tiff')).toBe('tiff')
    expect(outputFormatFor('bmp')).toBe('png')
    expect(outputFormatFor('svg')).toBe('png')
    expect(outputFormatOf('a.b/photo.JPG')).toBe('jpeg')
    expect(outputFormatOf('jpeg')).toBe('jpeg')
    expect(outputFormatOf('photo.bmp')).toBeUndefined()
  })

  test.each([
    ['a.mp4', '\0\0\0\x18ftypisom\0\0\0\0isommp42', 'a video'],
    ['a.pdf', '%PDF-1.7\n', 'PDF'],
    ['a.jpg', 'hello', 'text'],
    ['a.dat', '\x01\x02\x03\x04', 'something else'],
  ])('%s is refused in one line', async (name, content, found) => {
    const line = `${name}: expected a picture (JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF, BMP, JPEG XL, JPEG 2000), found ${found}: `
    await expect(decodePicture(Buffer.from(content, 'latin1'), name)).rejects.toThrow(line)
  })
})

describe('colours', () => {
  test.each(['png', 'tiff'] as const)('16 bits of a %s become 8, with a note', async (format) => {
    const base = gradient(16, 12)
    const wide = Uint16Array.from(base.data, (value) => value * 257)
    // sharp compresses TIFF as JPEG unless told otherwise.
    const file = await sharp(wide, { raw: base })
      .toColourspace('rgb16')
      .toFormat(format, format === 'tiff' ? { compression: 'deflate' } : {})
      .toBuffer()
    const { frames, notices } = await decodePicture(file, 'deep')
    expect(difference(frames[0].data, base.data)).toBe(0)
    expect(notices).toEqual(['deep: its 16 bits a channel become 8'])
  })

  test('floating-point samples, of which nobody says what is white, are refused', async () => {
    // Width, height, bits, no compression, black is zero, where, one channel, rows, bytes, floating point.
    const fields = [
      [256, 8],
      [257, 8],
      [258, 32],
      [259, 1],
      [262, 1],
      [273, 134],
      [277, 1],
      [278, 8],
      [279, 256],
      [339, 3],
    ]
    const file = Buffer.alloc(134 + 256)
    file.write('II*\0\x08\0\0\0', 'latin1')
    file.writeUInt16LE(fields.length, 8)
    for (const [i, [tag, value]] of fields.entries()) {
      file.writeUInt16LE(tag, 10 + 12 * i)
      file.writeUInt16LE(4, 12 + 12 * i)
      file.writeUInt32LE(1, 14 + 12 * i)
      file.writeUInt32LE(value, 18 + 12 * i)
    }
    await expect(decodePicture(file, 'light')).rejects.toThrow(
      'light: expected samples of 8 or 16 bits, found float: save it with 16',
    )
  })

  test('a profile is applied to 16 bits as well as to 8', async () => {
    const base = gradient(32, 32)
    const png8 = await raw(base).png().toBuffer()
    const wide = Uint16Array.from(base.data, (value) => value * 257)
    const png16 = await sharp(wide, { raw: base }).toColourspace('rgb16').png().toBuffer()
    const { icc } = await sharp(await raw(base).withIccProfile('p3').png().toBuffer()).metadata()
    const iccp = Buffer.concat([Buffer.from('p3\0\0', 'latin1'), deflateSync(icc!)])
    const eight = await decodePicture(withChunk(png8, 'iCCP', iccp), '8')
    const sixteen = await decodePicture(withChunk(png16, 'iCCP', iccp), '16')
    expect(eight.profile).toBe(true)
    expect(difference(eight.frames[0].data, base.data)).toBeGreaterThan(3)
    expect(difference(eight.frames[0].data, sixteen.frames[0].data)).toBeLessThan(0.7)
    expect(difference((await decodePicture(png16, '16')).frames[0].data, base.data)).toBe(0)
  })

  test('alpha stays straight, and is put on white for JPEG', async () => {
    const base = gradient(32, 32, 4)
    for (const format of ['png', 'tiff'] as const) {
      const { bytes, notices } = await encodePicture([base], { format, name: 'x' })
      expect(notices).toEqual([])
      expect(difference((await decodePicture(bytes, 'x')).frames[0].data, base.data), format).toBe(0)
    }
    const { bytes } = await encodePicture([base], { format: 'webp', name: 'x', lossless: true })
    expect(difference((await decodePicture(bytes, 'x')).frames[0].data, base.data)).toBe(0)

    const jpeg = await encodePicture([base], { format: 'jpeg', name: 'x.jpg' })
    expect(jpeg.notices).toEqual(['x.jpg: JPEG holds no transparency: it is put on white'])
    const [flat] = (await decodePicture(jpeg.bytes, 'x')).frames
    expect(flat.channels).toBe(3)
    expect(flat.data[0]).toBeGreaterThan(250)
    expect(Math.abs(flat.data[31 * 3] - base.data[31 * 4])).toBeLessThan(6)
  })

  test('for input with a profile, the output states sRGB without changing pixels', async () => {
    const base = gradient(32, 32)
    const { bytes } = await encodePicture([base], { format: 'png', name: 'x' }, { profile: true })
    expect((await sharp(bytes).metadata()).icc).toBeDefined()
    expect(difference(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer(), base.data)).toBe(0)
  })
})

describe('metadata', () => {
  for (const little of [true, false])
    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const)
      test(`EXIF (${little ? 'little' : 'big'} endian) is carried over to ${format}, upright`, async () => {
        const plain = await raw(gradient(48, 32)).jpeg().toBuffer()
        const decoded = await decodePicture(jpegWithExif(plain, cameraExif(little, 6)), 'x')
        const [frame] = decoded.frames
        expect([frame.width, frame.height]).toEqual([32, 48])
        const { bytes } = await encodePicture(decoded.frames, { format, name: 'x' }, decoded)
        const meta = await sharp(bytes, { failOn: 'warning' }).metadata()
        expect(meta.orientation ?? 1).toBe(1)

        const expected = cameraExif(little, 1)
        const u32 = (at: number, v: number) => (little ? expected.writeUInt32LE(v, at) : expected.writeUInt32BE(v, at))
        u32(46, 0)
        if (little) expected.writeUInt16LE(1, 60)
        else expected.writeUInt16BE(1, 60)
        u32(72, 32)
        u32(84, 48)
        expected.fill(0, 142)
        expect(meta.exif!.indexOf(expected)).toBeGreaterThanOrEqual(0)
        expect(Buffer.from(bytes).includes('stand-in')).toBe(false)
        const back = await decodePicture(bytes, 'y')
        expect([back.frames[0].width, back.frames[0].height]).toEqual([32, 48])
      })

  test('damaged EXIF is left out with a notice', async () => {
    const exif = cameraExif(true, 1)
    exif.writeUInt32LE(40_000, 42)
    const decoded = await decodePicture(jpegWithExif(await raw(gradient(8, 8)).jpeg().toBuffer(), exif), 'x.jpg')
    expect(decoded.exif).toBeUndefined()
    expect(decoded.notices).toEqual(['x.jpg: its EXIF is damaged and left out'])
  })

  test('XMP loses its orientation, density stays', async () => {
    const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6" b="7"/></x:xmpmeta>'
    const source = await raw(gradient(8, 8)).withDensity(300).withXmp(xmp).jpeg().toBuffer()
    const decoded = await decodePicture(source, 'x')
    expect(decoded.density).toBe(300)
    for (const format of ['jpeg', 'png', 'tiff'] as const) {
      const { bytes } = await encodePicture(decoded.frames, { format, name: 'x' }, decoded)
      const meta = await sharp(bytes).metadata()
      expect(meta.density, format).toBe(300)
      expect(meta.xmp?.toString(), format).toContain('tiff:Orientation="1" b="7"')
    }
  })

  test('EXIF that the format cannot hold is left out with a notice', async () => {
    const { notices } = await encodePicture(
      [gradient(8, 8)],
      { format: 'gif', name: 'x.gif' },
      { exif: cameraExif(true, 1) },
    )
    expect(notices).toEqual(['x.gif: GIF files are written without EXIF'])
  })
})

describe('animations', () => {
  const frames = [gradient(40, 30, 3, 0), gradient(40, 30, 3, 90), gradient(40, 30, 3, 180)]

  for (const format of ['gif', 'webp'] as const)
    for (const loop of [0, 1, 5])
      test(`${format} keeps delays and ${loop || 'endless'} rounds`, async () => {
        const carry = { delays: [100, 250, 40], loop }
        const { bytes, notices } = await encodePicture(frames, { format, name: 'x' }, carry)
        expect(notices).toEqual([])
        const decoded = await decodePicture(bytes, 'x')
        expect(decoded.frames.length).toBe(3)
        expect(decoded.delays).toEqual([100, 250, 40])
        expect(decoded.loop).toBe(loop)
        for (const [i, frame] of decoded.frames.entries())
          expect(difference(opaque(frame), frames[i].data), `frame ${i}`).toBeLessThan(6)
      })

  test('become their first frame in a still format, with a notice', async () => {
    const { bytes, notices } = await encodePicture(frames, { format: 'png', name: 'x.png' })
    expect(notices).toEqual(['x.png: PNG holds no animation: only the first of 3 frames is kept'])
    expect(difference((await decodePicture(bytes, 'x')).frames[0].data, frames[0].data)).toBe(0)
  })

  test('count all their frames against the limit', async () => {
    const { bytes } = await encodePicture(frames, { format: 'gif', name: 'x' })
    const problem = 'x.gif: 40x30 with 3 frames is 1 megapixels, more than the limit of 0'
    await expect(decodePicture(bytes, 'x.gif', { maxPixels: 3599 })).rejects.toThrow(problem)
    expect((await decodePicture(bytes, 'x', { maxPixels: 3600 })).frames.length).toBe(3)
  })
})

describe('encoding', () => {
  for (const format of OUTPUT_FORMATS)
    test(`${format}: the same bytes every time, close to the picture`, async () => {
      const picture = gradient(65, 33)
      const { bytes } = await encodePicture([picture], { format, name: 'x' })
      expect(Buffer.compare(bytes, (await encodePicture([picture], { format, name: 'x' })).bytes)).toBe(0)
      expect(difference((await decodePicture(bytes, 'x')).frames[0].data, picture.data)).toBeLessThan(4)
    })

  test('quality tells', async () => {
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const size = async (quality: number) =>
        (await encodePicture([gradient(200, 200)], { format, name: 'x', quality })).bytes.length
      expect(await size(20), format).toBeLessThan(await size(95))
    }
    const meta = async (quality?: number) =>
      sharp((await encodePicture([gradient(20, 20)], { format: 'jpeg', name: 'x', quality })).bytes).metadata()
    expect((await meta()).chromaSubsampling).toBe('4:4:4')
    expect((await meta(80)).chromaSubsampling).toBe('4:2:0')
  })

  test('a side that the format cannot hold is refused in one line', async () => {
    const wide = { width: 16384, height: 1, channels: 3, data: new Uint8Array(16384 * 3) } as const
    await expect(encodePicture([wide], { format: 'webp', name: 'x.webp' })).rejects.toThrow(
      'x.webp: WEBP holds at most 16383 pixels a side, this picture is 16384x1: write a PNG or make it smaller',
    )
  })
})

describe('bitmaps', () => {
  interface Made {
    bits: number
    width: number
    height: number
    rows: number[][]
    palette?: number[]
    masks?: number[]
    compression?: number
  }

  function bmp({ bits, width, height, rows, palette = [], masks = [], compression = 0 }: Made): Buffer {
    const stride = Math.ceil((width * bits) / 32) * 4
    const headerSize = masks.length > 0 ? 108 : 40
    const pixelsAt = 14 + headerSize + palette.length
    const file = Buffer.alloc(pixelsAt + stride * rows.length)
    file.write('BM', 0, 'latin1')
    file.writeUInt32LE(pixelsAt, 10)
    file.writeUInt32LE(headerSize, 14)
    file.writeInt32LE(width, 18)
    file.writeInt32LE(height, 22)
    file.writeUInt16LE(1, 26)
    file.writeUInt16LE(bits, 28)
    file.writeUInt32LE(masks.length > 0 ? 3 : compression, 30)
    file.writeUInt32LE(palette.length / 4, 46)
    for (const [i, mask] of masks.entries()) file.writeUInt32LE(mask, 54 + i * 4)
    file.set(palette, 14 + headerSize)
    for (const [i, row] of rows.entries()) file.set(row.slice(0, stride), pixelsAt + i * stride)
    return file
  }

  const pixels = async (file: Buffer) => {
    const { frames, format } = await decodePicture(file, 'x.bmp')
    expect(format).toBe('bmp')
    return [...frames[0].data]
  }
  const rgb = [
    [3, 2, 1, 6, 5, 4],
    [9, 8, 7, 12, 11, 10],
  ]

  test('of 24 bits, from the bottom and from the top', async () => {
    const bottomUp = bmp({ bits: 24, width: 2, height: 2, rows: rgb })
    const topDown = bmp({ bits: 24, width: 2, height: -2, rows: rgb })
    expect(await pixels(bottomUp)).toEqual([7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6])
    expect(await pixels(topDown)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(await pixels(bottomUp.subarray(0, -2))).toEqual(await pixels(bottomUp))
  })

  test('of 32 bits: the fourth byte is alpha only when a mask says so', async () => {
    expect(await pixels(bmp({ bits: 32, width: 1, height: 1, rows: [[3, 2, 1, 0]] }))).toEqual([1, 2, 3])
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000]
    expect(await pixels(bmp({ bits: 32, width: 1, height: 1, rows: [[3, 2, 1, 200]], masks }))).toEqual([1, 2, 3, 200])
  })

  test('of 16 bits', async () => {
    const rows = [[0x1f, 0x7c]]
    expect(await pixels(bmp({ bits: 16, width: 1, height: 1, rows }))).toEqual([255, 0, 255])
  })

  test('with a palette of 8, 4 and 1 bits', async () => {
    const palette = [0, 0, 0, 0, 30, 20, 10, 0]
    const made = { width: 3, height: 1, palette }
    const seen = [10, 20, 30, 0, 0, 0, 10, 20, 30]
    expect(await pixels(bmp({ ...made, bits: 8, rows: [[1, 0, 1]] }))).toEqual(seen)
    expect(await pixels(bmp({ ...made, bits: 4, rows: [[0x10, 0x10]] }))).toEqual(seen)
    expect(await pixels(bmp({ ...made, bits: 1, rows: [[0b10100000]] }))).toEqual(seen)
    expect(await pixels(bmp({ ...made, bits: 8, rows: [[1, 9, 1]] }))).toEqual(seen)
  })

  test('cut off anywhere are refused, never read past the end', async () => {
    const whole = bmp({ bits: 8, width: 3, height: 2, rows: [[1, 0, 1], [1]], palette: [0, 0, 0, 0, 3, 2, 1, 0] })
    for (let length = 0; length < whole.length - 1; length++)
      await expect(decodePicture(whole.subarray(0, length), 'x'), `${length}`).rejects.toThrow(PictureError)
  })

  test.each([
    ['a size of zero', { bits: 24, width: 0, height: 1 }, 'its size is 0x1'],
    ['run lengths', { bits: 8, width: 1, height: 1, compression: 1 }, 'its compression (kind 1) is not supported'],
    ['an unknown bit depth', { bits: 7, width: 1, height: 1 }, 'it has 7 bits a pixel'],
    ['more pixels than bytes', { bits: 24, width: 9000, height: 9000 }, 'its pixels are cut off'],
  ])('with %s are refused', async (_, made, problem) => {
    const refused = `x.bmp: the BMP is damaged or not supported (${problem}): `
    await expect(decodePicture(bmp({ ...made, rows: [[0, 0, 0]] }), 'x.bmp')).rejects.toThrow(refused)
  })

  test('beyond the limit are refused', async () => {
    const file = bmp({ bits: 24, width: 30000, height: 30000, rows: [] })
    await expect(decodePicture(file, 'x.bmp')).rejects.toThrow('x.bmp: 30000x30000 is 900 megapixels')
  })
})

describe('whole files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'animegan-pictures-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const bytes = Buffer.from('picture')

  test('are written, replaced and dated, and leave nothing behind', async () => {
    const path = join(folder, 'a.png')
    await writeWhole(path, Buffer.from('old'))
    const times = { atime: new Date('2020-01-02T03:04:05Z'), mtime: new Date('2021-01-02T03:04:05Z') }
    await writeWhole(path, bytes, { times })
    expect(readFileSync(path)).toEqual(bytes)
    expect(statSync(path).mtime).toEqual(times.mtime)
    expect(readdirSync(folder)).toEqual(['a.png'])
    expect(pendingFiles.size).toBe(0)
  })

  test('go to the target of a symbolic link', async () => {
    const target = join(folder, 'target.png')
    writeFileSync(target, 'old')
    symlinkSync(target, join(folder, 'link.png'))
    await writeWhole(join(folder, 'link.png'), bytes)
    expect(readFileSync(target)).toEqual(bytes)
  })

  test('that fail leave no temporary file', async () => {
    const before = readdirSync(folder)
    const blocked = mkdtempSync(join(folder, 'blocked-'))
    await expect(writeWhole(blocked, bytes)).rejects.toThrow()
    await expect(writeWhole(join(folder, 'missing', 'a.png'), bytes)).rejects.toThrow('ENOENT')
    rmSync(blocked, { recursive: true })
    expect(readdirSync(folder)).toEqual(before)
    expect(pendingFiles.size).toBe(0)
  })

  test('unfinished ones are removed on demand', async () => {
    const before = readdirSync(folder)
    const writing = writeWhole(join(folder, 'late.png'), new Uint8Array(64 << 20))
    writing.catch(() => {})
    while (pendingFiles.size === 0) await new Promise((resolve) => setImmediate(resolve))
    removePending()
    expect(readdirSync(folder)).toEqual(before)
    await expect(writing).rejects.toThrow('ENOENT')
  })
})
