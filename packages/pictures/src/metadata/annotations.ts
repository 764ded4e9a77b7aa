/**
 * Textual metadata: IPTC of JPEG, PNG and TIFF, comments of JPEG, text chunks of PNG. Reads it from the start of a file and
 * writes it unchanged into a newly encoded result. Also removes the density that libvips adds to PNG. Every length is
 * checked before use; damaged parts are ignored.
 */
import { chunksOf, joined, pngChunk, stored } from '../png.ts'
import { inflate } from './inflate.ts'
import { afterHeads, segment, segmentsOf } from './jpeg.ts'
import { latin1, latin1Of, utf8Of, viewOf } from './text.ts'

/** The textual metadata of a file. */
export interface Annotations {
  /** Photoshop resources that describe the picture: IPTC, the copyright flag and its URL. */
  readonly iptc?: Uint8Array
  /** JPEG comments. */
  readonly comments: readonly Uint8Array[]
  /** PNG text chunks without length and checksum: the four letters of the type, then the content. */
  readonly texts: readonly Uint8Array[]
  /** Whether the file's index lists several pictures of equal rank (MPO). */
  readonly several: boolean
}

const PHOTOSHOP = 'Photoshop 3.0\0'
/** The number of IPTC among Photoshop resources, and the byte with which each of its fields begins. */
const IPTC = 0x0404
const IPTC_MARK = 0x1c
const DESCRIBING = new Set([IPTC, 0x040a, 0x040b])
/** Keywords of text chunks that encode other metadata: XMP, and EXIF and profiles as ImageMagick writes them. */
const NO_TEXT = /^(?:XML:com\.adobe\.xmp|Raw profile type .*)$/

/** Where PNG has IPTC, by an agreement of ExifTool, Exiv2 and ImageMagick: compressed text that lists the bytes. */
const PNG_IPTC = 'Raw profile type iptc'
/** The most bytes of IPTC to decompress. */
const MOST_IPTC = 2 ** 20
/** The field of TIFF for Photoshop resources, and its type: bytes. */
const TIFF_PHOTOSHOP = 34377
const BYTES = 1

/**
 * Reads the annotations from the start of a file.
 *
 * @param tiff what sharp reads of a TIFF: its Photoshop resources, and IPTC in a field of its own
 */
export const readAnnotations = async (
  bytes: Uint8Array,
  format: string,
  tiff: { readonly photoshop?: Uint8Array | undefined; readonly iptc?: Uint8Array | undefined } = {},
): Promise<Annotations> => {
  const comments: Uint8Array[] = []
  const texts: Uint8Array[] = []
  const resources: Uint8Array[] = []
  let several = false
  if (format === 'jpeg') {
    for (const { marker, content } of segmentsOf(bytes)) {
      if (marker === 0xfe) comments.push(content)
      else if (marker === 0xed && latin1(content, 0, 14) === PHOTOSHOP)
        resources.push(...describing(content.subarray(14)))
      else if (marker === 0xe2 && latin1(content, 0, 4) === 'MPF\0') several ||= hasEqualPictures(content.subarray(4))
    }
  } else if (format === 'png') {
    for (const { kind, content, whole } of chunksOf(bytes)) {
      if (!/^(?:tEXt|zTXt|iTXt)$/.test(kind)) continue
      const end = content.indexOf(0)
      if (kind === 'zTXt' && latin1(content, 0, end) === PNG_IPTC)
        resources.push(...(await listedIn(content.subarray(end + 2))))
      if (end > 0 && end < 80 && !NO_TEXT.test(latin1(content, 0, end))) texts.push(whole)
    }
  } else if (format === 'tiff') {
    if (tiff.photoshop) resources.push(...describing(tiff.photoshop))
    const listed = resources.some((one) => one.length > 6 && viewOf(one).getUint16(4) === IPTC)
    if (!listed && tiff.iptc?.[0] === IPTC_MARK) resources.push(resourceOf(IPTC, tiff.iptc))
  }
  const iptc = resources.length > 0 ? joined(resources) : undefined
  return { comments, texts, several, ...(iptc && { iptc }) }
}

/**
 * Writes the annotations that the format supports into an encoded file. Returns the file and the names of those left
 * out.
 */
export const writeAnnotations = (
  encoded: Uint8Array,
  format: string,
  { iptc, comments, texts }: Annotations,
): { readonly bytes: Uint8Array; readonly lost: readonly string[] } => {
  if (format === 'jpeg') {
    const words = [...comments, ...texts.flatMap((chunk) => plainText(chunk) ?? [])].filter(
      ({ length }) => length < 65534,
    )
    const photoshop = iptc && joined([latin1Of(PHOTOSHOP), iptc])
    const fits = photoshop && photoshop.length < 65534
    const segments = [...(fits ? [segment(0xed, photoshop)] : []), ...words.map((text) => segment(0xfe, text))]
    const lost = [
      ...(photoshop && !fits ? ['IPTC'] : []),
      ...(words.length < comments.length + texts.length ? ['some of its text'] : []),
    ]
    if (segments.length === 0) return { bytes: encoded, lost }
    const at = afterHeads(encoded)
    return { bytes: joined([encoded.subarray(0, at), ...segments, encoded.subarray(at)]), lost }
  }
  const text = comments.length + texts.length > 0 ? ['text'] : []
  if (format === 'png') {
    const written = [...texts, ...comments.map((text) => joined([latin1Of('tEXtComment\0'), text]))]
    const chunks = written.map((whole) => pngChunk(latin1(whole, 0, 4), whole.subarray(4)))
    if (iptc) chunks.push(pngChunk('zTXt', listing(iptc)))
    // After the header, which is the first chunk and has a fixed size.
    return { bytes: joined([encoded.subarray(0, 33), ...chunks, encoded.subarray(33)]), lost: [] }
  }
  if (format === 'tiff' && iptc) return { bytes: withField(encoded, TIFF_PHOTOSHOP, iptc), lost: text }
  return { bytes: encoded, lost: [...(iptc ? ['IPTC'] : []), ...text] }
}

/** Bytes as the text of PNG's profiles: a name, the length, and lines of 36 bytes in hexadecimal digits. */
const listing = (bytes: Uint8Array): Uint8Array => {
  const digits = Array.from(bytes, (value) => value.toString(16).padStart(2, '0')).join('')
  const lines = digits.match(/.{1,72}/g) ?? []
  const text = `\niptc\n${String(bytes.length).padStart(8)}\n${lines.join('\n')}\n`
  return joined([latin1Of(`${PNG_IPTC}\0\0`), stored(latin1Of(text))])
}

/** A Photoshop resource without a name. */
const resourceOf = (id: number, content: Uint8Array): Uint8Array => {
  const head = new Uint8Array(12)
  head.set(latin1Of('8BIM'))
  viewOf(head).setUint16(4, id)
  viewOf(head).setUint32(8, content.length)
  return joined([head, content, new Uint8Array(content.length % 2)])
}

/** The resources that describe the picture in such a text; none if it is damaged. */
const listedIn = async (compressed: Uint8Array): Promise<Uint8Array[]> => {
  const text = await inflate(compressed, 2 * MOST_IPTC)
  const digits = /^\n\w+\n\s*\d+\n([\da-f\s]*)$/i.exec(text ? latin1(text) : '')?.[1] ?? ''
  return describing(
    Uint8Array.from(digits.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  )
}

/** A TIFF as sharp writes it with one more field of bytes: its first directory is written anew, at the end. */
const withField = (tiff: Uint8Array, tag: number, bytes: Uint8Array): Uint8Array => {
  const view = viewOf(tiff)
  const at = view.getUint32(4, true)
  const end = at + 2 + 12 * view.getUint16(at, true)
  const fields: Uint8Array[] = []
  for (let from = at + 2; from < end; from += 12) fields.push(tiff.subarray(from, from + 12))
  const even = (size: number): number => size + (size % 2)
  const field = new Uint8Array(12)
  viewOf(field).setUint16(0, tag, true)
  viewOf(field).setUint16(2, BYTES, true)
  viewOf(field).setUint32(4, bytes.length, true)
  viewOf(field).setUint32(8, even(tiff.length), true)
  const after = fields.findIndex((one) => viewOf(one).getUint16(0, true) > tag)
  fields.splice(after < 0 ? fields.length : after, 0, field)
  const count = new Uint8Array(2)
  viewOf(count).setUint16(0, fields.length, true)
  const directory = even(tiff.length) + even(bytes.length)
  const all = joined([tiff, new Uint8Array(directory - tiff.length), count, ...fields, tiff.subarray(end, end + 4)])
  all.set(bytes, even(tiff.length))
  viewOf(all).setUint32(4, directory, true)
  return all
}

/** A PNG without its chunk for the physical size of pixels. */
export const withoutDensity = (png: Uint8Array): Uint8Array => {
  for (const { kind, whole } of chunksOf(png)) {
    const at = whole.byteOffset - png.byteOffset - 4
    if (kind === 'pHYs') return joined([png.subarray(0, at), png.subarray(at + whole.length + 8)])
  }
  return png
}

/** The complete resources that describe the picture; the others are thumbnails, sizes and checksums of the original. */
const describing = (resources: Uint8Array): Uint8Array[] => {
  const view = viewOf(resources)
  const found: Uint8Array[] = []
  for (let at = 0; at + 12 <= resources.length && latin1(resources, at, at + 4) === '8BIM'; ) {
    const sizeAt = at + 6 + 2 * Math.ceil(((resources[at + 6] as number) + 1) / 2)
    if (sizeAt + 4 > resources.length) break
    const size = view.getUint32(sizeAt)
    const end = sizeAt + 4 + size + (size % 2)
    if (sizeAt + 4 + size > resources.length) break
    if (DESCRIBING.has(view.getUint16(at + 4))) {
      found.push(
        resources.subarray(at, Math.min(end, resources.length)),
        ...(end > resources.length ? [Uint8Array.of(0)] : []),
      )
    }
    at = end
  }
  return found
}

/** The class of large previews. */
const PREVIEW = 0x010000

/** Whether a multi-picture index (CIPA DC-007) lists pictures other than large previews of the first. */
const hasEqualPictures = (index: Uint8Array): boolean => {
  const view = viewOf(index)
  try {
    const little = index[0] === 0x49
    const directory = view.getUint32(4, little)
    for (let i = 0; i < view.getUint16(directory, little); i++) {
      const at = directory + 2 + 12 * i
      if (view.getUint16(at, little) !== 0xb002) continue
      const [count, first] = [view.getUint32(at + 4, little) / 16, view.getUint32(at + 8, little)]
      for (let k = 1; k < count; k++) if ((view.getUint32(first + 16 * k, little) & 0xff0000) !== PREVIEW) return true
    }
  } catch {
    // The index ends too early.
  }
  return false
}

/** A text chunk as plain text for formats without keywords; empty for compressed text. */
const plainText = (chunk: Uint8Array): Uint8Array[] => {
  const content = chunk.subarray(4)
  const end = content.indexOf(0)
  const keyword = latin1(content, 0, end)
  const kind = latin1(chunk, 0, 4)
  if (kind === 'tEXt') return [utf8Of(`${keyword}: ${latin1(content, end + 1)}`)]
  if (kind !== 'iTXt' || content[end + 1] !== 0) return []
  const language = content.indexOf(0, end + 3)
  const translated = language < 0 ? -1 : content.indexOf(0, language + 1)
  return translated < 0 ? [] : [joined([utf8Of(`${keyword}: `), content.subarray(translated + 1)])]
}
