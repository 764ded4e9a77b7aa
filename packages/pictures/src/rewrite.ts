/**
 * Pictures that neither sharp nor browsers read, rewritten as PNG, which both do, with their colours and depth: HEIC,
 * JPEG XL and JPEG 2000. Their decoders are loaded when such a file comes. The PNG is upright.
 */
import { AnimeganError } from '@animegan/core'
import { decodeHeic, measureHeic } from './heic.ts'
import { decodeJp2, measureJp2 } from './jp2.ts'
import { decodeJxl, measureJxl } from './jxl.ts'
import { type Decoded, pngOf } from './png.ts'

/** The formats that are rewritten. */
export type ForeignFormat = 'heic' | 'jxl' | 'jp2'

/** Their names, for people. */
export const FOREIGN_FORMATS: Readonly<Record<ForeignFormat, string>> = {
  heic: 'HEIC',
  jxl: 'JPEG XL',
  jp2: 'JPEG 2000',
}

/** Brands of HEIF files that hold pictures in HEVC or in something that the file has to be read for. */
const HEIF_BRANDS = /^(?:hei[cxms]|hev[cxms]|mif1|msf1)$/

/** The format of a file by its first bytes; undefined for every other, also for AVIF. */
export const foreignFormatOf = (bytes: Uint8Array): ForeignFormat | undefined => {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  const head = text(0, 12)
  if (head.startsWith('\xff\x0a') || head === '\0\0\0\x0cJXL \r\n\x87\n') return 'jxl'
  if (head.startsWith('\xff\x4f\xff\x51') || head === '\0\0\0\x0cjP  \r\n\x87\n') return 'jp2'
  if (bytes.length < 16 || text(4, 8) !== 'ftyp') return undefined
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const brands = [text(8, 12)]
  for (let at = 16; at + 4 <= Math.min(size, bytes.length, 256); at += 4) brands.push(text(at, at + 4))
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return undefined
  return HEIF_BRANDS.test(brands[0]) ? 'heic' : undefined
}

/** A size as the header states it. */
export interface ForeignSize {
  readonly width: number
  readonly height: number
}

/** A picture as PNG. */
export interface Rewritten {
  readonly png: Uint8Array
  /** Bits of a sample in the file; the PNG has 8 or 16. */
  readonly depth: number
  /** Whether it is the first frame of an animation. */
  readonly animated: boolean
  /** The EXIF block from its byte order mark on, unchanged: its orientation has been applied. */
  readonly exif?: Uint8Array | undefined
  /** The XMP packet, unchanged. */
  readonly xmp?: string | undefined
}

/** The size of a picture, without decoding it. Rejects with `bad-file` for a damaged header. */
export const measureForeign = (bytes: Uint8Array, format: ForeignFormat): Promise<ForeignSize> =>
  named(format, () => MEASURE[format](bytes))

const MEASURE: Readonly<Record<ForeignFormat, (bytes: Uint8Array) => ForeignSize | Promise<ForeignSize>>> = {
  heic: measureHeic,
  jxl: measureJxl,
  jp2: measureJp2,
}

/**
 * Rewrites a picture. Its size is not limited: measure it first. Rejects with `bad-file` for a damaged one, with
 * `not-found` if the decoder cannot be loaded.
 *
 * @param jxlWasm reads libjxl (`@jsquash/jxl/codec/dec/jxl_dec.wasm`), where it cannot be fetched
 */
export const rewriteAsPng = (
  bytes: Uint8Array,
  format: ForeignFormat,
  jxlWasm?: () => Promise<Uint8Array>,
): Promise<Rewritten> =>
  named(format, async () => {
    const { samples, depth, animated = false, exif, xmp } = await decode(bytes, format, jxlWasm)
    return { png: pngOf(samples), depth, animated, exif, xmp: xmp && new TextDecoder().decode(xmp) }
  })

/** Every host has it, but TypeScript knows it only from the hosts' types. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string }

const decode = (
  bytes: Uint8Array,
  format: ForeignFormat,
  jxlWasm: (() => Promise<Uint8Array>) | undefined,
): Promise<Decoded> => {
  if (format === 'heic') return decodeHeic(bytes)
  return format === 'jxl' ? decodeJxl(bytes, jxlWasm) : decodeJp2(bytes)
}

/** Calls a function, and makes what a decoder throws an error of one line. */
const named = async <T>(format: ForeignFormat, work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AnimeganError) throw error
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new AnimeganError('bad-file', `the ${FOREIGN_FORMATS[format]} is damaged or not supported (${reason})`, {
      cause: error,
    })
  }
}
