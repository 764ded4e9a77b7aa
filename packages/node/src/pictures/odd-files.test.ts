/**
 * Every file in the shared folder of unusual pictures: converted to a stated size, channels and frames, or refused with
 * a stated line. Files that common viewers open are converted; broken files are not. A
 * file in the folder that the table does not name fails the test.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { decodePicture } from './decode.ts'
import { encodePicture } from './encode.ts'
import { PictureError } from './error.ts'
import { outputFormatFor } from './format.ts'

const folder = fileURLToPath(new URL('../../../../../shared/data/odd', import.meta.url))
const present = existsSync(folder)

/** Format, width, height, channels, frames; or the text of the refusal. */
type Outcome = readonly [string, number, number, 3 | 4, number] | RegExp

const orientations: Record<string, Outcome> = {}
for (let i = 0; i <= 8; i++) {
  orientations[`exif_orientation/Landscape_${i}.jpg`] = ['jpeg', 1800, 1200, 3, 1]
  orientations[`exif_orientation/Portrait_${i}.jpg`] = ['jpeg', 1200, 1800, 3, 1]
}

const outcomes: Record<string, Outcome> = {
  ...orientations,
  'exif_orientation/LICENSE': /: expected a picture \(.*\), found text: /,
  'generated/adam7.png': ['png', 640, 533, 3, 1],
  'generated/bitflips.jpg': /: the JPEG is damaged or not supported \(VipsJpeg: .*\): /,
  'generated/bmp24.bmp': ['bmp', 640, 533, 3, 1],
  'generated/cmyk_adobe.jpg': ['jpeg', 640, 533, 3, 1],
  'generated/exif_o5.png': ['png', 533, 640, 3, 1],
  'generated/gray8_exif6.jpg': ['jpeg', 533, 640, 3, 1],
  'generated/odd_257x255.webp': ['webp', 257, 255, 3, 1],
  'generated/one_by_one.jpg': ['jpeg', 1, 1, 3, 1],
  'generated/palette16.png': ['png', 640, 533, 3, 1],
  'generated/progressive.jpg': ['jpeg', 640, 533, 3, 1],
  'generated/rgb16.png': ['png', 640, 533, 3, 1],
  'generated/text.jpg': /^text\.jpg: expected a picture \(.*\), found text: /,
  'generated/truncated_progressive.jpg': /: the JPEG is damaged or not supported \(VipsJpeg: premature end/,
  'generated/very_tall_40x6000.jpg': ['jpeg', 40, 6000, 3, 1],
  'generated/wrong_extension.png': ['jpeg', 640, 533, 3, 1],
  'generated/zero_bytes.jpg': /, found an empty file: /,
  'sharp/16-bit-grey-alpha.png': ['png', 109, 96, 4, 1],
  'sharp/2x2_fdcce6.png': ['png', 2, 2, 3, 1],
  'sharp/4.webp': ['webp', 1024, 772, 3, 1],
  'sharp/5_webp_a.webp': ['webp', 300, 300, 4, 1],
  'sharp/65536-uint32-limit.png': /: 65536x65536 is 4295 megapixels, more than the limit of 400: /,
  'sharp/8bit_depth.tiff': ['tiff', 21, 21, 3, 1],
  'sharp/Channel_digital_image_CMYK_color.jpg': ['jpeg', 500, 333, 3, 1],
  'sharp/Channel_digital_image_CMYK_color_no_profile.jpg': ['jpeg', 500, 333, 3, 1],
  'sharp/Crash_test.gif': ['gif', 800, 533, 3, 1],
  'sharp/Flag_of_the_Netherlands-16bit.png': ['png', 900, 600, 3, 1],
  'sharp/LICENSE': /, found text: /,
  'sharp/Landscape_9.jpg': ['jpeg', 480, 369, 3, 1],
  'sharp/alpha-premultiply-1024x768-paper.png': ['png', 1024, 768, 4, 1],
  'sharp/animated-loop-3.gif': ['gif', 370, 285, 4, 10],
  'sharp/animated-loop-3.webp': ['webp', 370, 285, 4, 10],
  'sharp/bggn4a16.png': ['png', 32, 32, 4, 1],
  'sharp/big-height.webp': ['webp', 13, 169, 3, 97],
  'sharp/blackbug.png': ['png', 2048, 1536, 4, 1],
  'sharp/cielab-dagams.tiff': ['tiff', 400, 266, 3, 1],
  'sharp/circle.svg': ['svg', 8, 8, 4, 1],
  'sharp/corrupt-header.jpg': /: the JPEG is damaged or not supported \(VipsJpeg: premature end/,
  'sharp/fogra-0-100-100-0.tif': ['tiff', 1000, 1000, 3, 1],
  'sharp/full-transparent.png': ['png', 300, 300, 4, 1],
  'sharp/gain-map.jpg': ['jpeg', 3840, 2160, 3, 1],
  'sharp/gamma_dalai_lama_gray.jpg': ['jpeg', 258, 222, 3, 1],
  'sharp/giant-image.jpg': ['jpeg', 20000, 14000, 3, 1],
  'sharp/grey-8bit-alpha.png': ['png', 400, 300, 4, 1],
  'sharp/grey-plus-alpha.gif': ['gif', 2, 1, 4, 1],
  'sharp/p3.png': ['png', 8, 8, 4, 1],
  'sharp/pitm.avif': ['avif', 4096, 800, 3, 1],
  'sharp/prophoto.png': ['png', 1, 1, 3, 1],
  'sharp/relax.jp2': ['jp2', 320, 240, 3, 1],
  'sharp/rotating-squares.gif': ['gif', 80, 80, 4, 30],
  'sharp/rotating-squares.webp': ['webp', 80, 80, 4, 9],
  'sharp/sdr_cosmos12920_cicp1-13-6_yuv444_full_qp10.avif': ['avif', 2048, 858, 3, 1],
  'sharp/tbgn2c16.png': ['png', 32, 32, 4, 1],
  'sharp/truncated.jpg': ['jpeg', 2725, 2225, 3, 1],
  'sharp/truncated.png': ['png', 294, 240, 3, 1],
}

const read = (file: string) => readFileSync(join(folder, file))

describe.skipIf(!present)(`odd pictures (skipped where ../shared/data/odd is missing)`, () => {
  test('the table names every file of the folder', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    expect(Object.keys(outcomes).sort()).toEqual(files.sort())
  })

  for (const [file, outcome] of Object.entries(outcomes)) {
    test(`${file}: ${outcome instanceof RegExp ? 'refused' : 'converted'}`, async () => {
      const bytes = read(file)
      const name = basename(file)
      if (outcome instanceof RegExp) {
        const error = await decodePicture(bytes, name).then(
          () => undefined,
          (reason) => reason,
        )
        expect(error).toBeInstanceOf(PictureError)
        expect(error.message).toMatch(outcome)
        expect(error.message).not.toContain('\n')
        expect(error.message.startsWith(`${name}: `)).toBe(true)
        return
      }
      const decoded = await decodePicture(bytes, name)
      const [{ width, height, channels }] = decoded.frames
      expect([decoded.format, width, height, channels, decoded.frames.length]).toEqual(outcome)
      expect(decoded.delays.length).toBe(decoded.frames.length > 1 ? decoded.frames.length : 0)
      for (const frame of decoded.frames) expect(frame.data.length).toBe(width * height * channels)

      if (width * height > 10e6) return
      const format = outputFormatFor(decoded.format)
      const encoded = await encodePicture(decoded.frames, { format, name }, decoded)
      const again = await decodePicture(encoded.bytes, name)
      expect([again.format, again.frames[0].width, again.frames[0].height]).toEqual([format, width, height])
      // WebP merges equal frames into one with a longer delay; all frames of big-height.webp are equal.
      if (name !== 'big-height.webp') {
        const duration = (delays: readonly number[]) => delays.reduce((sum, delay) => sum + delay, 0)
        expect(duration(again.delays)).toBe(duration(decoded.delays))
        expect(again.loop).toBe(decoded.loop)
      }
      // TIFF files are written without it.
      if (decoded.exif && format !== 'tiff') expect(again.exif?.length).toBeGreaterThanOrEqual(decoded.exif.length)
    })
  }

  for (const shape of ['Landscape', 'Portrait'])
    test(`${shape}: all eight orientations look the same upright`, async () => {
      const pixels = async (i: number) => {
        const { frames } = await decodePicture(read(`exif_orientation/${shape}_${i}.jpg`), `${i}`)
        return frames[0].data
      }
      const upright = await pixels(0)
      for (let i = 1; i <= 8; i++) {
        const turned = await pixels(i)
        let sum = 0
        for (let k = 0; k < upright.length; k++) sum += Math.abs(upright[k] - turned[k])
        expect(sum / upright.length, `orientation ${i}`).toBeLessThan(5)
      }
    })
})
