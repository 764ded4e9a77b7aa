/**
 * Picture formats: recognised by their first bytes, never by name; which of them can be read and written; and their
 * extensions.
 */

import { FOREIGN_FORMATS, type ForeignFormat, foreignFormatOf, isApng } from '@animegan/pictures'

/** A format that can be read; `apng` is an animated PNG. */
export type PictureFormat = 'jpeg' | 'png' | 'apng' | 'webp' | 'gif' | 'avif' | 'tiff' | 'bmp' | 'svg' | ForeignFormat

/** A format that can be written. */
export type OutputFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff'

/** Every format that can be written, most common first. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff']

/** File name extensions of each format, the usual one first. */
export const EXTENSIONS: Readonly<Record<PictureFormat, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png', 'apng'],
  apng: ['apng'],
  webp: ['webp'],
  gif: ['gif'],
  avif: ['avif', 'avifs'],
  tiff: ['tif', 'tiff'],
  bmp: ['bmp', 'dib'],
  svg: ['svg'],
  heic: ['heic', 'heif', 'hif'],
  jxl: ['jxl'],
  jp2: ['jp2', 'j2k', 'j2c', 'jpf', 'jpx'],
}

/** Whether a format is read by rewriting it as PNG. */
export const isForeign = (format: PictureFormat): format is ForeignFormat => format in FOREIGN_FORMATS

/** The format of a picture by its content; `undefined` if it is not a readable picture. */
export function sniff(bytes: Uint8Array): PictureFormat | undefined {
  const head = latin1(bytes, 0, 16)
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return isApng(bytes) ? 'apng' : 'png'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif'
  if (['II*\0', 'II+\0', 'MM\0*', 'MM\0+'].includes(head.slice(0, 4))) return 'tiff'
  if (head.startsWith('BM') && isBmpHeader(bytes)) return 'bmp'
  if (brands(bytes).some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  if (isSvg(bytes)) return 'svg'
  return foreignFormatOf(bytes)
}

/** What a file that is not a readable picture seems to be, in words that follow "found". */
export function describeContent(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file'
  const head = latin1(bytes, 0, 16)
  if (brands(bytes).length > 0 || head.startsWith('\x1a\x45\xdf\xa3')) return 'a video'
  if (head.startsWith('%PDF-')) return 'PDF'
  if (head.startsWith('8BPS')) return 'a Photoshop document'
  if (head.startsWith('\0\0\x01\0')) return 'an icon'
  if (head.startsWith('\x1f\x8b') || head.startsWith('PK\x03\x04')) return 'an archive'
  return isText(bytes) ? 'text' : 'something else'
}

/** The format to write by default: the input's own if it can be written, else one for the same purpose. */
export function outputFormatFor(input: PictureFormat): OutputFormat {
  if (input === 'heic') return 'jpeg' // as phones convert their photos themselves
  if (input === 'apng') return 'webp'
  return OUTPUT_FORMATS.find((format) => format === input) ?? 'png'
}

/** The format for a file name or a bare extension; `undefined` if it is not one that can be written. */
export function outputFormatOf(name: string): OutputFormat | undefined {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return OUTPUT_FORMATS.find((format) => format === extension || EXTENSIONS[format].includes(extension))
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', from, to)
}

/** Major and compatible brands of an ISO media file; empty for other files. */
function brands(bytes: Uint8Array): string[] {
  if (bytes.length < 16 || latin1(bytes, 4, 8) !== 'ftyp') return []
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const end = Math.min(size, bytes.length, 256)
  const found = [latin1(bytes, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) found.push(latin1(bytes, at, at + 4))
  return found
}

function isBmpHeader(bytes: Uint8Array): boolean {
  if (bytes.length < 18) return false
  return [12, 40, 52, 56, 64, 108, 124].includes(new DataView(bytes.buffer, bytes.byteOffset).getUint32(14, true))
}

function isSvg(bytes: Uint8Array): boolean {
  const start = latin1(bytes, 0, 1000)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  return /^<(\?xml|!|svg)/i.test(start) && /<svg[\s>]/i.test(start)
}

function isText(bytes: Uint8Array): boolean {
  const start = latin1(bytes, 0, 512)
  for (let i = 0; i < start.length; i++) {
    const code = start.charCodeAt(i)
    if (code < 9 || (code > 13 && code < 27) || (code > 27 && code < 32)) return false
  }
  return true
}
