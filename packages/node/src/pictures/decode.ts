/**
 * Decodes pictures: any common format, recognised by content, becomes upright 8-bit sRGB. The embedded colour profile
 * is applied; CMYK, Lab, grey, palettes and 16 bits are converted; alpha stays straight and exists only if the file has
 * it. Also returns what the result should carry over: EXIF, XMP, density, whether there was a profile, and an
 * animation's timing. A still picture is held in memory once, whatever its size.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AnimeganError, type Picture } from '@animegan/core'
import {
  type Annotations,
  decodeApng,
  type ForeignFormat,
  hasMotion,
  measureForeign,
  type Rewritten,
  readAnnotations,
  rewriteAsPng,
  uprightExif,
  uprightXmp,
} from '@animegan/pictures'
import sharp, { type Metadata, type SharpOptions } from 'sharp'
import { decodeBmp, readBmpHeader } from './bmp.ts'
import { PictureError } from './error.ts'
import { describeContent, isForeign, type PictureFormat, sniff } from './format.ts'
import { CUT, cutAfter, type Mended, mend } from './mend.ts'
import { type PngColour, pngToSrgb, readPngColour } from './png-colour.ts'
import { exifOfTiff } from './tiff-exif.ts'

/** Metadata that a result takes over from its input picture. */
export interface Carry {
  /** An animation's delays in ms, one per frame; empty for a still picture. */
  readonly delays: readonly number[]
  /** How often an animation plays; 0: forever. */
  readonly loop: number
  /** The EXIF block, from its byte order mark on, with orientation already reset. */
  readonly exif?: Uint8Array
  /** The XMP packet, with orientation already reset. */
  readonly xmp?: string
  /** Other textual metadata. */
  readonly annotations?: Annotations
  /** Whether there was a colour profile, so that the result should state sRGB. */
  readonly profile: boolean
  /** Pixels per inch, if stated. */
  readonly density?: number
}

/** A picture or an animation, decoded. */
export interface DecodedPicture extends Carry {
  readonly format: PictureFormat
  /** One picture, or an animation's frames, each complete and all of the same size. */
  readonly frames: readonly Picture[]
  /** What was left out, one line each, for the user. */
  readonly notices: readonly string[]
  /** Why part of the picture is missing, as text to follow its name. */
  readonly incomplete?: string
}

/** Limits for decoding. */
export interface DecodeOptions {
  /** The most pixels to decode, all frames together; default: 400 million. */
  readonly maxPixels?: number
}

/** Options for sharp: the most pixels, and whether to decode a file without its end as far as possible. */
interface Bounds {
  readonly limitInputPixels: number
  readonly failOn: 'error' | 'none'
}

const DEFAULT_MAX_PIXELS = 400e6
const UNSTATED_DENSITY = 72

/** A picture's size, as its header states it. */
export interface PictureFacts {
  readonly format: PictureFormat
  readonly width: number
  readonly height: number
  /** 1, or the number of an animation's frames. */
  readonly frames: number
}

/**
 * Decodes a picture. Throws a one-line `PictureError` for anything that is not a picture, is damaged or is too large.
 *
 * @param bytes the file
 * @param name the file's name, for messages only
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions = {},
): Promise<DecodedPicture> {
  const maxPixels = options.maxPixels ?? DEFAULT_MAX_PIXELS
  return recognised(bytes, name, (format) => {
    if (format === 'bmp') return bitmap(bytes, name, maxPixels)
    if (format === 'apng') return animatedPng(bytes, name, maxPixels)
    return isForeign(format) ? foreign(bytes, name, format, maxPixels) : asFarAsItGoes(bytes, name, format, maxPixels)
  })
}

/** Reads a picture's header only. Throws like `decodePicture`, though what is wrong with its pixels is not seen. */
export async function measurePicture(bytes: Uint8Array, name: string): Promise<PictureFacts> {
  return recognised(bytes, name, async (format) => {
    if (isForeign(format)) return { format, ...(await measureForeign(bytes, format)), frames: 1 }
    const header = format === 'bmp' ? readBmpHeader(bytes) : await sharp(bytes, { limitInputPixels: false }).metadata()
    const { width, height } = header
    return { format, width, height, frames: MAY_MOVE.has(format) && 'pages' in header ? (header.pages ?? 1) : 1 }
  })
}

/** Formats whose pages are an animation's frames. */
const MAY_MOVE = new Set<PictureFormat>(['gif', 'webp'])

/** Calls a function with the format of a file, and makes every error a one-line `PictureError`. */
async function recognised<T>(
  bytes: Uint8Array,
  name: string,
  read: (format: PictureFormat) => T | Promise<T>,
): Promise<T> {
  const format = sniff(bytes)
  if (!format) {
    const expected = 'expected a picture (JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF, BMP, JPEG XL, JPEG 2000)'
    throw new PictureError(name, `${expected}, found ${describeContent(bytes)}`, 'save it as JPEG or PNG and try again')
  }
  try {
    return await read(format)
  } catch (error) {
    if (error instanceof PictureError) throw error
    if (error instanceof AnimeganError)
      throw new PictureError(name, error.message, 'use an undamaged copy, or save it as PNG', { cause: error })
    const reason = error instanceof Error ? error.message : String(error)
    const [first] = reason.replace(/^Input buffer has corrupt header: /, '').split('\n')
    const problem = `the ${format.toUpperCase()} is damaged or not supported (${first.trim()})`
    throw new PictureError(name, problem, 'use an undamaged copy, or save it as PNG', { cause: error })
  }
}

function bitmap(bytes: Uint8Array, name: string, maxPixels: number): DecodedPicture {
  const { width, height } = readBmpHeader(bytes)
  checkSize(name, width, height, 1, maxPixels)
  return { format: 'bmp', frames: [decodeBmp(bytes)], delays: [], loop: 0, profile: false, notices: [] }
}

/** libjxl, which cannot be fetched here. */
const jxlWasm = (): Promise<Uint8Array> =>
  readFile(createRequire(import.meta.url).resolve('@jsquash/jxl/codec/dec/jxl_dec.wasm'))

/** Decodes a picture in a format that sharp does not read. */
async function foreign(
  bytes: Uint8Array,
  name: string,
  format: ForeignFormat,
  maxPixels: number,
): Promise<DecodedPicture> {
  const { width, height } = await measureForeign(bytes, format)
  checkSize(name, width, height, 1, maxPixels)
  const rewritten = await rewriteAsPng(bytes, format, jxlWasm)
  const bounds = { limitInputPixels: maxPixels, failOn: 'error' } as const
  return { ...(await throughSharp(rewritten.png, name, 'png', bounds, rewritten)), format }
}

/** Decodes the frames of an animated PNG; everything else about it is read as of a still one. */
async function animatedPng(bytes: Uint8Array, name: string, maxPixels: number): Promise<DecodedPicture> {
  const whole = mend(bytes, 'png')?.bytes ?? bytes
  const bounds = { limitInputPixels: maxPixels, failOn: 'error' } as const
  const still = await throughSharp(whole, name, 'png', bounds)
  const decode = async (png: Uint8Array): Promise<Picture> =>
    (await decodeFrames(png, await sharp(png, bounds).metadata(), 1, bounds))[0]
  const { frames, delays, loop, stated } = await decodeApng(bytes, decode, maxPixels)
  const incomplete = frames.length < stated ? { incomplete: cutAfter(frames.length) } : {}
  return { ...still, format: 'apng', frames, delays, loop, ...incomplete }
}

/** Decodes a file whose end may be missing, as far as possible. */
async function asFarAsItGoes(
  bytes: Uint8Array,
  name: string,
  format: PictureFormat,
  maxPixels: number,
): Promise<DecodedPicture> {
  const read = ({ bytes, missing }: Mended) =>
    throughSharp(bytes, name, format, { limitInputPixels: maxPixels, failOn: missing ? 'none' : 'error' }).then(
      (decoded) => {
        if (!missing) return decoded
        // The data ended before the first pixel.
        if (isPlain(decoded.frames[0])) throw new Error('it ends before its pixels')
        return { ...decoded, incomplete: missing }
      },
    )
  // Only decoding tells whether a JPEG is complete; for other formats their structure does.
  if (format !== 'jpeg') return read(mend(bytes, format) ?? { bytes, missing: undefined })
  try {
    return await read({ bytes, missing: undefined })
  } catch (error) {
    const mended = ENDED_EARLY.test(String(error)) ? mend(bytes, format) : undefined
    if (!mended) throw error
    const whole = await sharp(mended.bytes, { limitInputPixels: maxPixels, failOn: 'warning' })
      .raw()
      .toBuffer()
      .then(
        () => true,
        (warning) => !ENDED_EARLY.test(String(warning)),
      )
    return read({ ...mended, missing: whole ? undefined : CUT })
  }
}

/** sharp's message for a JPEG whose data ends before its pixels do. */
const ENDED_EARLY = /premature end/i

const isPlain = ({ data, channels }: Picture): boolean => data.every((value, i) => value === data[i % channels])

/** Decodes what sharp reads; `original` is what it was rewritten from. */
async function throughSharp(
  bytes: Uint8Array,
  name: string,
  format: PictureFormat,
  bounds: Bounds,
  original?: Rewritten,
): Promise<DecodedPicture> {
  const meta = await sharp(bytes, { ...bounds, limitInputPixels: false }).metadata()
  const pages = MAY_MOVE.has(format) ? (meta.pages ?? 1) : 1
  checkSize(name, meta.width, meta.height, pages, bounds.limitInputPixels)

  // Nothing says which number is white.
  if (/^(?:u?int|float|double)$/.test(meta.depth ?? ''))
    throw new PictureError(name, `expected samples of 8 or 16 bits, found ${meta.depth}`, 'save it with 16')

  const notices: string[] = []
  if (format === 'tiff' && (meta.pages ?? 1) > 1) notices.push(`${name}: ${meta.pages} pages: only the first is used`)
  const depth = original?.depth ?? (meta.depth === 'ushort' ? 16 : 8)
  if (depth > 8) notices.push(`${name}: its ${depth} bits a channel become 8`)
  if (original?.animated) notices.push(`${name}: an animation: only its first frame is used`)
  if (meta.gainMap) notices.push(`${name}: its HDR gain map is left out`)

  const block = original ? original.exif : (meta.exif ?? (format === 'tiff' ? exifOfTiff(bytes) : undefined))
  const exif = block && uprightExif(block)
  if (block && !exif) notices.push(`${name}: its EXIF is damaged and left out`)
  const packet = original ? original.xmp : meta.xmp?.toString('utf8')
  const xmp = packet && uprightXmp(packet)
  if (packet && !xmp) notices.push(`${name}: its XMP is left out: it describes other parts of the file`)
  if ((packet && hasMotion(packet)) || (format === 'jpeg' && hasClip(bytes)))
    notices.push(`${name}: a motion photo: its clip is left out`)
  const annotations = await readAnnotations(bytes, format, { photoshop: meta.tifftagPhotoshop, iptc: meta.iptc })
  if (annotations.several && !meta.gainMap) notices.push(`${name}: several pictures (MPO): only the first is used`)
  return {
    format,
    frames: await decodeFrames(bytes, meta, pages, bounds),
    delays: pages > 1 ? (meta.delay ?? []) : [],
    loop: meta.loop ?? 0,
    profile: meta.icc !== undefined,
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    annotations,
    ...(meta.density && meta.density !== UNSTATED_DENSITY && format !== 'svg' && { density: meta.density }),
    notices,
  }
}

/** Whether a clip is appended: by phones of Samsung with a directory at the end of the file, by others without a word. */
const hasClip = (bytes: Uint8Array): boolean => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return file.subarray(-4096).includes('MotionPhoto_Data') || CLIP_STARTS.some((start) => file.includes(start))
}

const CLIP_STARTS = ['ftypmp4', 'ftypiso', 'ftypqt  ', 'ftypavc1']

function checkSize(name: string, width: number, height: number, pages: number, maxPixels: number): void {
  const pixels = width * height * pages
  if (pixels <= maxPixels) return
  const frames = pages > 1 ? ` with ${pages} frames` : ''
  const problem = `${width}x${height}${frames} is ${Math.ceil(pixels / 1e6)} megapixels, more than the limit of`
  throw new PictureError(name, `${problem} ${Math.floor(maxPixels / 1e6)}`, 'make it smaller first')
}

async function decodeFrames(bytes: Uint8Array, meta: Metadata, pages: number, bounds: Bounds): Promise<Picture[]> {
  const colour = meta.format === 'png' ? readPngColour(bytes) : undefined
  if (colour) return [await pngPicture(bytes, bounds, meta, colour)]
  if (pages > 1 && (meta.orientation ?? 1) > 1) {
    // sharp does not rotate animations, so each frame is rotated separately.
    const frames: Picture[] = []
    for (let page = 0; page < pages; page++) frames.push(...(await toSrgb(bytes, { ...bounds, page }, meta, 1)))
    return frames
  }
  if (meta.space === 'grey16' && meta.icc) {
    // sharp applies a grey profile only to 8 bits, also in the intermediate step, which keeps the profile.
    const grey8 = await sharp(bytes, { ...bounds, ignoreIcc: true })
      .autoOrient()
      .toColourspace('b-w')
      .keepIccProfile()
      .png({ compressionLevel: 0 })
      .toBuffer()
    return toSrgb(grey8, bounds, { ...meta, space: 'b-w' }, 1)
  }
  return toSrgb(bytes, pages > 1 ? { ...bounds, animated: true } : bounds, meta, pages)
}

/** A PNG decoded by its own colour chunks. */
async function pngPicture(bytes: Uint8Array, bounds: Bounds, meta: Metadata, colour: PngColour): Promise<Picture> {
  const deep = meta.depth === 'ushort'
  const pipeline = sharp(bytes, { ...bounds, ignoreIcc: true }).autoOrient()
  const samples = deep ? pipeline.toColourspace('rgb16').raw({ depth: 'ushort' }) : pipeline.toColourspace('srgb').raw()
  const { data, info } = await samples.toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  if (channels !== 3 && channels !== 4) throw new Error(`it has ${channels} channels`)
  // A Uint16Array has to begin at an even byte.
  const words = () => new Uint16Array(Uint8Array.from(data).buffer)
  return { width, height, channels, data: pngToSrgb(deep ? words() : data, channels, colour) }
}

async function toSrgb(bytes: Uint8Array, options: SharpOptions, meta: Metadata, pages: number): Promise<Picture[]> {
  let pipeline = sharp(bytes, options)
  if (pages === 1) pipeline = pipeline.autoOrient()
  if (meta.channels > (meta.space === 'cmyk' ? 5 : 4)) pipeline = pipeline.removeAlpha()
  // sharp converts 16 bits with a profile to Display P3, and from there to sRGB only if a profile is requested.
  if (meta.space === 'rgb16' && meta.icc) pipeline = pipeline.withIccProfile('srgb')
  const { data, info } = await pipeline.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  const { width, channels } = info
  if (channels !== 3 && channels !== 4) throw new Error(`it has ${channels} channels`)
  const height = info.height / pages
  const size = width * height * channels
  return Array.from({ length: pages }, (_, i) => ({
    width,
    height,
    channels,
    data: new Uint8Array(data.buffer, data.byteOffset + i * size, size),
  }))
}
