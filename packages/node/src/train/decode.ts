/**
 * Decoding a picture for training, with sharp. Unlike the command's own reader, it keeps only pixels, reduces large
 * pictures, and reads only formats that sharp reads.
 */
import type { Picture } from '@animegan/core'
import { AnimeganError } from '@animegan/graph'
import sharp from 'sharp'

/** Maximum pixels of a file; more would be a mistake or an attack. */
const maxPixels = 150e6
const bounds = { limitInputPixels: maxPixels, failOn: 'error' } as const

/**
 * Decodes a picture: orientation and colour profile applied, alpha put on white, the first frame of many, reduced
 * (never enlarged) to at most `maxSide` pixels a side. Rejects with an `AnimeganError` (`bad-file`) that says in a few
 * words what is wrong, without the path.
 */
export const decodePicture = async (path: string, maxSide: number): Promise<Picture> => {
  try {
    const { format, space, channels, icc } = await sharp(path, bounds).metadata()
    if (format === 'svg') throw new Error('a drawing (SVG), not a picture of pixels')
    let pipeline = sharp(path, bounds)
      .autoOrient()
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    // Additional channels would be taken for alpha.
    if (channels > (space === 'cmyk' ? 5 : 4)) pipeline = pipeline.removeAlpha()
    // sharp converts 16 bits with a profile to Display P3, and from there to sRGB only if a profile is requested.
    if (space === 'rgb16' && icc) pipeline = pipeline.withIccProfile('srgb')
    const { data, info } = await pipeline
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`)
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length)
    return { width: info.width, height: info.height, channels: 3, data: bytes }
  } catch (error) {
    const [first] = (error as Error).message.split('\n')
    throw new AnimeganError('bad-file', first.replace(/^Input file has corrupt header: /, ''), { cause: error })
  }
}
