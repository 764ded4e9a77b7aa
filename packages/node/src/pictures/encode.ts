/**
 * Encodes still pictures and animations in the formats that sharp writes, carrying over the input's metadata. The same
 * pixels and settings give the same bytes.
 */
import type { Picture } from '@animegan/core'
import { sizedExif, sizedXmp, withoutDensity, writeAnnotations } from '@animegan/pictures'
import sharp, { type AnimationOptions, type Sharp } from 'sharp'
import type { Carry } from './decode.ts'
import { PictureError } from './error.ts'
import { exifStandIn, replaceExifStandIn } from './exif-stand-in.ts'
import type { OutputFormat } from './format.ts'

/** How to write a picture. */
export interface EncodeTarget {
  readonly format: OutputFormat
  /** The result's name, for messages only. */
  readonly name: string
  /** 1 to 100, for JPEG (default 92), WebP (90) and AVIF (60); PNG, GIF and TIFF have no quality. */
  readonly quality?: number | undefined
  /** Lossless WebP and AVIF; PNG and TIFF are always lossless, JPEG never. */
  readonly lossless?: boolean
}

/** A picture file, and what could not be put into it. */
export interface EncodedPicture {
  readonly bytes: Uint8Array
  /** What was left out or changed, one line each, for the user. */
  readonly notices: readonly string[]
}

const MAX_SIDE: Readonly<Partial<Record<OutputFormat, number>>> = {
  jpeg: 65500,
  webp: 16383,
  gif: 65535,
  avif: 16384,
}
const HOLDS_EXIF = new Set<OutputFormat>(['jpeg', 'png', 'webp', 'avif'])
/** WebP and AVIF store density only in EXIF, which is either carried over or absent. */
const HOLDS_DENSITY = new Set<OutputFormat>(['jpeg', 'png', 'tiff'])
/** A JPEG segment holds 65,533 bytes; sharp's placeholder needs some space of its own. */
const MAX_JPEG_BLOCK = 65_000
/** TIFF requires a density. */
const UNSTATED_DENSITY = 72
const FULL_CHROMA_FROM = 90
/**
 * Optimal JPEG codes need every coefficient in memory, about 12 bytes per pixel, so they are used only up to this many
 * pixels.
 */
const OPTIMAL_JPEG_CODES_TO = 16e6

/**
 * Encodes a picture, or an animation if there is more than one frame and the format supports it (GIF, WebP). Throws a
 * `PictureError` when the format cannot hold the picture.
 *
 * @param frames pictures with the same size and number of channels, at least one
 * @param carry metadata to take over from the input, for example a `DecodedPicture`
 */
export async function encodePicture(
  frames: readonly Picture[],
  target: EncodeTarget,
  carry: Partial<Carry> = {},
): Promise<EncodedPicture> {
  const { format, name } = target
  const notices: string[] = []
  const [{ width, height, channels }] = frames
  const most = MAX_SIDE[format]
  if (most && Math.max(width, height) > most) {
    const problem = `${format.toUpperCase()} holds at most ${most} pixels a side, this picture is ${width}x${height}`
    throw new PictureError(name, problem, 'write a PNG or make it smaller')
  }

  const moves = frames.length > 1 && (format === 'gif' || format === 'webp')
  if (frames.length > 1 && !moves)
    notices.push(
      `${name}: ${format.toUpperCase()} holds no animation: only the first of ${frames.length} frames is kept`,
    )
  const kept = moves ? frames : frames.slice(0, 1)
  let pipeline = sharp(stack(kept), {
    raw: { width, height: height * kept.length, channels, ...(moves && { pageHeight: height }) },
    limitInputPixels: false,
  })
  if (format === 'jpeg' && channels === 4) {
    notices.push(`${name}: JPEG holds no transparency: it is put on white`)
    pipeline = pipeline.flatten({ background: '#ffffff' })
  }

  if (carry.profile && format !== 'gif') pipeline = pipeline.withIccProfile('srgb')
  const density = HOLDS_DENSITY.has(format)
    ? (carry.density ?? (format === 'tiff' ? UNSTATED_DENSITY : undefined))
    : undefined
  if (density) pipeline = pipeline.withDensity(density)
  if (carry.xmp && format !== 'gif') {
    if (format === 'jpeg' && Buffer.byteLength(carry.xmp) > MAX_JPEG_BLOCK)
      notices.push(`${name}: the XMP is too long for JPEG and left out`)
    else pipeline = pipeline.withXmp(sizedXmp(carry.xmp, width, height))
  }
  let exif: Uint8Array | undefined
  if (carry.exif) {
    if (!HOLDS_EXIF.has(format)) notices.push(`${name}: ${format.toUpperCase()} files are written without EXIF`)
    else if (format === 'jpeg' && carry.exif.length > MAX_JPEG_BLOCK)
      notices.push(`${name}: the EXIF is too long for JPEG and left out`)
    else exif = sizedExif(carry.exif, width, height)
  }
  if (exif) pipeline = pipeline.withExif({ IFD0: { ImageDescription: exifStandIn(exif) } })

  const timing = moves && carry.delays?.length === kept.length ? { delay: [...carry.delays] } : {}
  const bytes = await inFormat(pipeline, target, width * height, { loop: carry.loop ?? 0, ...timing }).toBuffer()
  if (exif && !replaceExifStandIn(bytes, exif, format)) throw new Error(`${name}: sharp wrote no EXIF`)
  const plain = format === 'png' && !density ? withoutDensity(bytes) : bytes
  if (!carry.annotations) return { bytes: plain, notices }
  const { bytes: annotated, lost } = writeAnnotations(plain, format, carry.annotations)
  if (lost.length > 0) notices.push(`${name}: ${format.toUpperCase()} files are written without ${lost.join(' and ')}`)
  return { bytes: annotated, notices }
}

/** The frames stacked vertically; a single frame is not copied. */
function stack(frames: readonly Picture[]): Uint8Array {
  if (frames.length === 1) return frames[0].data
  const size = frames[0].data.length
  const all = new Uint8Array(size * frames.length)
  for (const [i, frame] of frames.entries()) all.set(frame.data, i * size)
  return all
}

function inFormat(pipeline: Sharp, target: EncodeTarget, pixels: number, timing: AnimationOptions): Sharp {
  const { format, quality, lossless = false } = target
  switch (format) {
    case 'jpeg': {
      const level = quality ?? 92
      return pipeline.jpeg({
        quality: level,
        chromaSubsampling: level >= FULL_CHROMA_FROM ? '4:4:4' : '4:2:0',
        optimiseCoding: pixels <= OPTIMAL_JPEG_CODES_TO,
      })
    }
    case 'png':
      return pipeline.png()
    case 'webp': {
      const level = quality ?? 90
      return pipeline.webp({
        ...timing,
        quality: lossless ? 75 : level,
        lossless,
        exact: lossless,
        smartSubsample: level >= FULL_CHROMA_FROM,
      })
    }
    case 'avif':
      return pipeline.avif({ quality: quality ?? 60, lossless })
    case 'gif':
      return pipeline.gif({ ...timing, keepDuplicateFrames: true })
    case 'tiff':
      return pipeline.tiff({ compression: 'deflate', predictor: 'horizontal' })
  }
}
