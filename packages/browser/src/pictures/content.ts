/**
 * Recognises a file by its first bytes, never by its name: the kind of picture and its size, or another kind of file.
 * Reads only the start and decodes nothing, so that a picture too large to decode is refused beforehand.
 */

import { FOREIGN_FORMATS, type ForeignFormat, foreignFormatOf } from '@animegan/pictures'

/** Pictures that browsers decode, pictures that are rewritten for them, other pictures, and files that are not pictures. */
export type Kind =
  | ForeignFormat
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'gif'
  | 'bmp'
  | 'avif'
  | 'ico'
  | 'tiff'
  | 'vector'
  | 'video'
  | 'empty'
  | 'unknown'

/** Whether a picture is of a kind that most browsers do not read. */
export const isForeign = (kind: Kind): kind is ForeignFormat => kind in FOREIGN_FORMATS

export interface Content {
  readonly kind: Kind
  /** Size as stored, if the start of the file states it. */
  readonly width?: number
  readonly height?: number
}

/** How many bytes of a file `readContent` needs: a JPEG's size comes after its metadata. */
const START = 512 * 1024

/** Recognises a file. */
export const contentOf = async (file: Blob): Promise<Content> =>
  readContent(new Uint8Array(await file.slice(0, START).arrayBuffer()))

const text = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))

/** Recognises a file by its first bytes. */
export const readContent = (bytes: Uint8Array): Content => {
  if (bytes.length === 0) return { kind: 'empty' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const long = (length: number): boolean => bytes.length >= length
  if (text(bytes, 0, 3) === '\xff\xd8\xff') return { kind: 'jpeg', ...jpegSize(view) }
  if (text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') {
    return long(24) ? { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) } : { kind: 'png' }
  }
  if (/^GIF8[79]a/.test(text(bytes, 0, 6))) {
    return long(10) ? { kind: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) } : { kind: 'gif' }
  }
  if (text(bytes, 0, 4) === 'RIFF') {
    if (text(bytes, 8, 12) === 'WEBP') return { kind: 'webp', ...webpSize(view, text(bytes, 12, 16)) }
    return { kind: text(bytes, 8, 11) === 'AVI' ? 'video' : 'unknown' }
  }
  if (text(bytes, 0, 2) === 'BM' && long(26)) {
    return { kind: 'bmp', width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) }
  }
  if (/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(text(bytes, 0, 4))) return { kind: 'tiff' }
  const foreign = foreignFormatOf(bytes)
  if (foreign) return { kind: foreign }
  if (text(bytes, 4, 8) === 'ftyp') return { kind: brand(text(bytes, 8, Math.min(bytes.length, 40))) }
  if (isMoving(bytes)) return { kind: 'video' }
  if (text(bytes, 0, 4) === '\0\0\x01\0') return { kind: 'ico' }
  const start = text(bytes, 0, Math.min(bytes.length, 1024))
  if (start.startsWith('%PDF') || /<svg[\s>]/i.test(start)) return { kind: 'vector' }
  return { kind: 'unknown' }
}

/** QuickTime without a brand, Matroska and WebM, Ogg, Flash, MPEG in its three forms, Windows Media. */
const isMoving = (bytes: Uint8Array): boolean => {
  if (/^(moov|mdat|wide|free|skip)$/.test(text(bytes, 4, 8))) return true
  if (bytes[0] === 0x47 && bytes.length > 376) return bytes[188] === 0x47 && bytes[376] === 0x47
  const starts = ['\x1aE\xdf\xa3', 'OggS', 'FLV\x01', '\0\0\x01\xba', '\0\0\x01\xb3', '0&\xb2u']
  return starts.includes(text(bytes, 0, 4))
}

const brand = (brands: string): Kind => (/avif|avis/.test(brands) ? 'avif' : 'video')

/** Walks a JPEG's segments to its frame header. */
const jpegSize = (view: DataView): { width: number; height: number } | undefined => {
  for (let at = 2; at + 9 < view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** The three kinds of WebP. */
const webpSize = (view: DataView, chunk: string): { width: number; height: number } | undefined => {
  if (view.byteLength < 30) return undefined
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
  if (chunk === 'VP8X') return { width: three(24) + 1, height: three(27) + 1 }
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
}
