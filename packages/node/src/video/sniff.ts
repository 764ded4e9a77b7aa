/** Recognises clips by their first bytes, and lists the extensions of results. */
import { extname } from 'node:path'
import type { Container } from '@animegan/video'

/** The output formats of a clip: a clip, an animated picture, or numbered pictures. */
export type ClipFormat = Container | 'gif' | 'webp' | 'frames'

/** Extensions of clips in folders; a file's content is checked before it is used. */
export const CLIP_EXTENSIONS: ReadonlySet<string> = new Set(
  'mp4 m4v mov qt webm mkv avi mpg mpeg m2ts mts wmv asf flv ogv ogm vob 3gp 3g2'.split(' '),
)

/** The container for a file name or a bare extension; undefined if it cannot be written. */
export const containerOf = (name: string): Container | undefined => {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  if (extension === 'mp4' || extension === 'm4v') return 'mp4'
  return extension === 'mov' || extension === 'webm' || extension === 'mkv' ? extension : undefined
}

/**
 * The format of a result when none is requested: the format of the input's name, WebP for an animated AVIF, else MP4.
 */
export const containerLike = (input: string): ClipFormat =>
  /^\.avifs?$/i.test(extname(input)) ? 'webp' : (containerOf(extname(input)) ?? 'mp4')

const ISO_BOXES = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'])
/** Brands of still pictures in the same kind of file; `avis`, animated AVIF, counts as a clip. */
const HEIF = /^(?:hei[cxms]|hev[cx]|mif1|msf1|avif)$/

/** Whether bytes are the start of a clip, or of sound in a clip's container. */
export const isClip = (bytes: Uint8Array): boolean => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1')
  const box = head.slice(4, 8)
  if (ISO_BOXES.has(box)) return !(box === 'ftyp' && HEIF.test(head.slice(8, 12)))
  if (head.startsWith('RIFF')) return head.slice(8, 12) === 'AVI '
  if (bytes[0] === 0x47 && bytes.length > 376) return bytes[188] === 0x47 && bytes[376] === 0x47
  const starts = ['\x1a\x45\xdf\xa3', 'OggS', 'FLV\x01', '\x00\x00\x01\xba', '\x00\x00\x01\xb3', '\x30\x26\xb2\x75']
  return starts.some((start) => head.startsWith(start))
}
