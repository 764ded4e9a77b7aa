/**
 * The metadata of a photo that its drawn result takes over, for hosts whose decoders and encoders know nothing of it:
 * EXIF, XMP, IPTC, comments and text, and whether there was a colour profile. Read from JPEG, PNG and WebP as files, and
 * written into newly encoded ones. What is no longer true is changed or left out, by exif.ts and xmp.ts.
 */
import { chunksOf, joined, type PngChunk, pngChunk } from '../png.ts'
import { type Annotations, readAnnotations, writeAnnotations } from './annotations.ts'
import { sizedExif, uprightExif } from './exif.ts'
import { inflate } from './inflate.ts'
import { MOST_SEGMENT, segment, segmentsOf } from './jpeg.ts'
import { latin1, latin1Of, utf8, utf8Of, viewOf } from './text.ts'
import { sizedXmp, uprightXmp } from './xmp.ts'

/** The files that hold it. */
export type PhotoFormat = 'jpeg' | 'png' | 'webp'

export interface PhotoMetadata {
  /** The EXIF block from its byte order mark on, for upright pixels. */
  readonly exif?: Uint8Array | undefined
  /** The XMP packet, for upright pixels. */
  readonly xmp?: string | undefined
  readonly annotations?: Annotations | undefined
  /** Whether there was a colour profile, so that the result should state sRGB. */
  readonly profile: boolean
}

/** The blocks of a file, unchanged. */
interface Blocks {
  readonly exif?: Uint8Array | undefined
  readonly xmp?: string | undefined
  readonly profile: boolean
}

const EXIF_HEAD = 'Exif\0\0'
const XMP_HEAD = 'http://ns.adobe.com/xap/1.0/\0'
const PROFILE_HEAD = 'ICC_PROFILE\0'
/** The keyword of PNG's text chunk of XMP. */
const PNG_XMP = 'XML:com.adobe.xmp\0'

/** Metadata in the terms of the result, from blocks that a decoder or this file has read. */
export const uprightMetadata = ({ exif, xmp, profile }: Blocks, annotations?: Annotations): PhotoMetadata => ({
  exif: exif && uprightExif(exif),
  xmp: xmp && uprightXmp(xmp),
  annotations,
  profile,
})

/** Reads the metadata of a file. Damaged parts are left out. */
export const readMetadata = async (bytes: Uint8Array, format: PhotoFormat): Promise<PhotoMetadata> =>
  uprightMetadata(await BLOCKS[format](bytes), await readAnnotations(bytes, format))

const startsWith = (bytes: Uint8Array, head: string): boolean => latin1(bytes, 0, head.length) === head

const jpegBlocks = (bytes: Uint8Array): Blocks => {
  let [exif, xmp, profile]: [Uint8Array?, string?, boolean?] = []
  for (const { marker, content } of segmentsOf(bytes)) {
    if (marker === 0xe1 && startsWith(content, EXIF_HEAD)) exif ??= content.subarray(EXIF_HEAD.length)
    else if (marker === 0xe1 && startsWith(content, XMP_HEAD)) xmp ??= utf8(content.subarray(XMP_HEAD.length))
    else if (marker === 0xe2 && startsWith(content, PROFILE_HEAD)) profile = true
  }
  return { exif, xmp, profile: profile ?? false }
}

/** The most bytes of XMP to decompress. */
const MOST_XMP = 2 ** 24

/** The XMP of a PNG's text chunk; undefined if it is other text, or damaged. */
const pngXmp = async ({ kind, content }: PngChunk): Promise<string | undefined> => {
  if (!/^(?:tEXt|zTXt|iTXt)$/.test(kind) || !startsWith(content, PNG_XMP)) return undefined
  const text = content.subarray(PNG_XMP.length)
  if (kind === 'tEXt') return latin1(text)
  if (kind === 'zTXt') return inflated(text.subarray(1))
  // Whether it is compressed, and how; two texts that end with zeros; the text.
  const language = text.indexOf(0, 2)
  const translated = language < 0 ? -1 : text.indexOf(0, language + 1)
  if (translated < 0) return undefined
  const packet = text.subarray(translated + 1)
  return text[0] === 1 ? inflated(packet) : utf8(packet)
}

const inflated = async (compressed: Uint8Array): Promise<string | undefined> => {
  const bytes = await inflate(compressed, MOST_XMP)
  return bytes && utf8(bytes)
}

const pngBlocks = async (bytes: Uint8Array): Promise<Blocks> => {
  let [exif, xmp, profile]: [Uint8Array?, string?, boolean?] = []
  for (const chunk of chunksOf(bytes)) {
    if (chunk.kind === 'eXIf') exif ??= chunk.content
    else if (chunk.kind === 'iCCP') profile = true
    else xmp ??= await pngXmp(chunk)
  }
  return { exif, xmp, profile: profile ?? false }
}

const webpBlocks = (bytes: Uint8Array): Blocks => {
  const found = new Map([...riffChunksOf(bytes)].map(({ kind, content }) => [kind, content]))
  const xmp = found.get('XMP ')
  return { exif: found.get('EXIF'), xmp: xmp && utf8(xmp), profile: found.has('ICCP') }
}

const BLOCKS: Readonly<Record<PhotoFormat, (bytes: Uint8Array) => Blocks | Promise<Blocks>>> = {
  jpeg: jpegBlocks,
  png: pngBlocks,
  webp: webpBlocks,
}

interface RiffChunk {
  readonly kind: string
  readonly content: Uint8Array
  /** With its head and padding. */
  readonly whole: Uint8Array
}

/** The whole chunks of a WebP, in order. */
function* riffChunksOf(bytes: Uint8Array): Generator<RiffChunk> {
  const view = viewOf(bytes)
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size
    if (end > bytes.length) return
    const whole = bytes.subarray(at, Math.min(bytes.length, end + (size % 2)))
    yield { kind: latin1(bytes, at, at + 4), content: bytes.subarray(at + 8, end), whole }
    at = end + (size % 2)
  }
}

const riffChunk = (kind: string, content: Uint8Array): Uint8Array => {
  const head = new Uint8Array(8)
  head.set(latin1Of(kind))
  viewOf(head).setUint32(4, content.length, true)
  return joined([head, content, new Uint8Array(content.length % 2)])
}

/**
 * A newly encoded file with the metadata that its format holds; blocks that are too long for a JPEG are left out, and in a
 * WebP IPTC and text.
 *
 * @param width the picture's size, which metadata may state
 */
export const writeMetadata = (
  encoded: Uint8Array,
  format: PhotoFormat,
  { exif, xmp, annotations, profile }: PhotoMetadata,
  width: number,
  height: number,
): Uint8Array => {
  const blocks = { exif: exif && sizedExif(exif, width, height), xmp: xmp && sizedXmp(xmp, width, height), profile }
  const bytes = WITH_BLOCKS[format](encoded, blocks, width, height)
  return annotations ? writeAnnotations(bytes, format, annotations).bytes : bytes
}

type WithBlocks = (encoded: Uint8Array, blocks: Blocks, width: number, height: number) => Uint8Array

/** Encoders state sRGB by a profile of their own. */
const jpegWith: WithBlocks = (encoded, { exif, xmp }) => {
  const contents = [
    ...(exif ? [joined([latin1Of(EXIF_HEAD), exif])] : []),
    ...(xmp ? [joined([latin1Of(XMP_HEAD), utf8Of(xmp)])] : []),
  ].filter(({ length }) => length <= MOST_SEGMENT)
  // JFIF's own segment has to be the first.
  const [first] = segmentsOf(encoded)
  const at = first?.marker === 0xe0 ? first.end : 2
  return joined([encoded.subarray(0, at), ...contents.map((content) => segment(0xe1, content)), encoded.subarray(at)])
}

const pngWith: WithBlocks = (encoded, { exif, xmp, profile }) => {
  const states = [...chunksOf(encoded)].some(({ kind }) => kind === 'iCCP' || kind === 'sRGB')
  const chunks = [
    ...(profile && !states ? [pngChunk('sRGB', Uint8Array.of(0))] : []),
    ...(exif ? [pngChunk('eXIf', exif)] : []),
    ...(xmp ? [pngChunk('iTXt', joined([latin1Of(`${PNG_XMP}\0\0\0\0`), utf8Of(xmp)]))] : []),
  ]
  // After the header, which is the first chunk and has a fixed size.
  return joined([encoded.subarray(0, 33), ...chunks, encoded.subarray(33)])
}

/** Bits of the head of an extended WebP. */
const WEBP_BITS = { alpha: 0x10, exif: 0x08, xmp: 0x04 } as const

const webpWith: WithBlocks = (encoded, { exif, xmp }, width, height) => {
  if (!exif && !xmp) return encoded
  const chunks = [...riffChunksOf(encoded)]
  const head = new Uint8Array(10)
  const found = chunks.find(({ kind }) => kind === 'VP8X')
  if (found) head.set(found.content.subarray(0, 10))
  else {
    const lossless = chunks.find(({ kind }) => kind === 'VP8L')
    // Whether there is alpha is the bit after two sizes of 14 bits, which follow a byte.
    if (lossless && viewOf(lossless.content).getUint32(1, true) & (1 << 28)) head[0] |= WEBP_BITS.alpha
    viewOf(head).setUint32(4, width - 1, true)
    viewOf(head).setUint16(7, (height - 1) & 0xffff, true)
    head[9] = (height - 1) >> 16
  }
  if (exif) head[0] |= WEBP_BITS.exif
  if (xmp) head[0] |= WEBP_BITS.xmp
  const parts = [
    riffChunk('VP8X', head),
    ...chunks.filter(({ kind }) => kind !== 'VP8X').map(({ whole }) => whole),
    ...(exif ? [riffChunk('EXIF', exif)] : []),
    ...(xmp ? [riffChunk('XMP ', utf8Of(xmp))] : []),
  ]
  const body = joined([latin1Of('WEBP'), ...parts])
  return riffChunk('RIFF', body)
}

const WITH_BLOCKS: Readonly<Record<PhotoFormat, WithBlocks>> = { jpeg: jpegWith, png: pngWith, webp: webpWith }
