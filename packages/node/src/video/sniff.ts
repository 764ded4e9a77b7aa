/** Recognises clips by their first bytes, and lists the extensions of results. */
import { extname } from 'node:path'
import type { Container } from '@animegan/video'

/** The output formats of a clip: a clip, an animated picture, or numbered pictures. */
export type ClipFormat = Container | 'gif' | 'webp' | 'frames'

/** Extensions of clips in folders; a file's content is checked before it is used. */
export const CLIP_EXTENSIONS: ReadonlySet<string> = new Set(
  'mp4 m4v mov qt webm mkv avi divx mpg mpeg m2v ts m2ts mts wmv asf flv f4v ogv ogm vob 3gp 3g2 dv mxf rm rmvb nut y4m ivf h264 hevc'.split(
    ' ',
  ),
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

/** The first bytes of other clips. */
const STARTS = [
  '\x1a\x45\xdf\xa3', // Matroska, WebM
  'OggS',
  'FLV\x01',
  '\x00\x00\x01\xba', // MPEG
  '\x00\x00\x01\xb3',
  '\x30\x26\xb2\x75', // Windows Media
  '\x06\x0e\x2b\x34', // MXF
  '\x1f\x07\x00', // DV
  '.RMF', // RealMedia
  'nut/multimedia',
  'YUV4MPEG2 ',
  'DKIF', // VP8, VP9 or AV1 in IVF
  // H.264 and H.265 in no container, from a delimiter or parameters on.
  ...['\x09', '\x27', '\x67', '\x40\x01', '\x46\x01'].map((unit) => `\x00\x00\x00\x01${unit}`),
]

/** Whether bytes are the start of a clip, or of sound in a clip's container. */
export const isClip = (bytes: Uint8Array): boolean => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1')
  const box = head.slice(4, 8)
  if (ISO_BOXES.has(box)) return !(box === 'ftyp' && HEIF.test(head.slice(8, 12)))
  if (head.startsWith('RIFF')) return head.slice(8, 12) === 'AVI '
  if (bytes[0] === 0x47 && bytes.length > 376) return bytes[188] === 0x47 && bytes[376] === 0x47
  return STARTS.some((start) => head.startsWith(start))
}
