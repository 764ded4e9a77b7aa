/**
 * JPEG 2000 by OpenJPEG: grey and colour of up to 16 bits, with transparency; the profile is kept. The decoder gives one
 * or three components only, so those of a picture with transparency are asked for in two runs.
 */
import { type Box, boxesOf } from './boxes.ts'
import { decoder, SILENT } from './decoder.ts'
import { type Decoded, joined, type Samples } from './png.ts'

/** OpenJPEG's number for colours as luminance and differences (sYCC). */
const SYCC = 3

/** The compressed picture, bare or in boxes. */
const codestreamOf = (bytes: Uint8Array): Uint8Array | undefined => {
  if (bytes[0] === 0xff) return bytes
  for (const { kind, content } of boxesOf(bytes)) if (kind === 'jp2c') return content
  return undefined
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

/** The header of the compressed picture (ISO/IEC 15444-1, A.5.1). */
const headerOf = (bytes: Uint8Array) => {
  const stream = codestreamOf(bytes)
  if (!stream || stream.length < 43) throw new Error('it ends in its header')
  const view = viewOf(stream)
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at))
  return { stream, width: right - left, height: bottom - top, components: view.getUint16(40) }
}

/** The size that the header states. */
export const measureJp2 = (bytes: Uint8Array): { readonly width: number; readonly height: number } => {
  const { width, height } = headerOf(bytes)
  return { width, height }
}

/** The boxes that describe the picture; none for a bare one. */
const describing = (bytes: Uint8Array): Box[] => {
  if (bytes[0] === 0xff) return []
  for (const { kind, content } of boxesOf(bytes)) if (kind === 'jp2h') return [...boxesOf(content)]
  return []
}

/** What the components of a picture are. */
interface Layout {
  /** Those of the colours, in order. */
  readonly colours: readonly number[]
  readonly alpha: number
  /** Whether the colours have been multiplied by it. */
  readonly premultiplied: boolean
}

/** Types of channels (I.5.3.6). */
const [COLOUR, OPACITY, PREMULTIPLIED] = [0, 1, 2]
/** The number of CMYK among the enumerated colour spaces. */
const CMYK = 12

/** The components of a picture with transparency; undefined for every other. */
const layoutOf = (components: number, boxes: readonly Box[]): Layout | undefined => {
  const [cdef, colr, palette] = ['cdef', 'colr', 'pclr'].map((kind) => boxes.find((box) => box.kind === kind)?.content)
  if (palette) return undefined
  if (!cdef) {
    // Two or four without a word on them are grey or colours, and transparency.
    const isCmyk = colr?.[0] === 1 && viewOf(colr).getUint32(3) === CMYK
    if ((components !== 2 && components !== 4) || isCmyk) return undefined
    return { colours: [0, 1, 2].slice(0, components - 1), alpha: components - 1, premultiplied: false }
  }
  const count = Math.min(viewOf(cdef).getUint16(0), Math.floor((cdef.length - 2) / 6))
  const channels = Array.from({ length: count }, (_, i) => {
    const [component, type, of] = [2, 4, 6].map((at) => viewOf(cdef).getUint16(6 * i + at))
    return { component, type, of }
  })
  const alpha = channels.find(({ type }) => type === OPACITY || type === PREMULTIPLIED)
  if (!alpha) return undefined
  const colours = channels.filter(({ type }) => type === COLOUR).sort((a, b) => a.of - b.of)
  return {
    colours: colours.map(({ component }) => component),
    alpha: alpha.component,
    premultiplied: alpha.type === PREMULTIPLIED,
  }
}

const box = (kind: string, ...parts: readonly (Uint8Array | number)[]): Uint8Array => {
  const content = joined(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)))
  const all = new Uint8Array(8 + content.length)
  viewOf(all).setUint32(0, all.length)
  all.set(
    Array.from(kind, (letter) => letter.charCodeAt(0)),
    4,
  )
  all.set(content, 8)
  return all
}

const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)
const BRAND = Uint8Array.of(0x6a, 0x70, 0x32, 0x20) // 'jp2 '
/** Enumerated colour spaces. */
const [SRGB, GREY] = [16, 17]

/**
 * A file of which a decoder sees only some components: its header has a palette, through which they pass unchanged
 * (I.5.3.4 and I.5.3.5: "direct use").
 */
const withComponents = (bytes: Uint8Array, boxes: readonly Box[], shown: readonly number[]): Uint8Array => {
  const { stream, width, height, components } = headerOf(bytes)
  const depths = shown.map((component) => stream[42 + 3 * component])
  const size = new Uint8Array(14)
  viewOf(size).setUint32(0, height)
  viewOf(size).setUint32(4, width)
  viewOf(size).setUint16(8, components)
  size.set([255, 7, 1], 10)
  const own = boxes.filter(({ kind }) => kind === 'colr' && shown.length > 1)
  const colours =
    own.length > 0
      ? own.map(({ kind, content }) => box(kind, content))
      : [box('colr', Uint8Array.of(1, 0, 0, 0, 0, 0, shown.length > 1 ? SRGB : GREY))]
  const header = box(
    'jp2h',
    box('ihdr', size),
    box(
      'bpcc',
      Uint8Array.from({ length: components }, (_, i) => stream[42 + 3 * i]),
    ),
    ...colours,
    // One entry, which is not used.
    box(
      'pclr',
      0,
      1,
      shown.length,
      ...depths,
      new Uint8Array(depths.reduce((sum, depth) => sum + 1 + (depth >> 3), 0)),
    ),
    box('cmap', ...shown.map((component) => Uint8Array.of(0, component, 0, 0))),
  )
  return joined([box('jP  ', SIGNATURE), box('ftyp', BRAND, 0, 0, 0, 0, BRAND), header, box('jp2c', stream)])
}

const load = decoder(async () => (await import('@cornerstonejs/codec-openjpeg/decode')).default(SILENT))

/** Components of one depth, interleaved. */
interface Components {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly depth: number
  readonly isYcc: boolean
  readonly values: Uint8Array | Uint16Array
}

const componentsOf = async (bytes: Uint8Array): Promise<Components> => {
  const { J2KDecoder } = await load()
  const one = new J2KDecoder()
  try {
    one.getEncodedBuffer(bytes.length).set(bytes)
    try {
      one.decode()
    } catch {
      throw new Error('its pixels cannot be decoded')
    }
    const { width, height, bitsPerSample: depth, componentCount: channels, isSigned } = one.getFrameInfo()
    if (channels !== 1 && channels !== 3) throw new Error(`it has ${channels} channels`)
    if (isSigned || depth > 16) throw new Error(`its samples have ${depth} bits or a sign`)
    const found = one.getDecodedBuffer().slice()
    const values = depth > 8 ? new Uint16Array(found.buffer) : found
    if (values.length < width * height * channels) throw new Error('it has fewer samples than its header says')
    return { width, height, channels, depth, isYcc: channels === 3 && one.getColorSpace() === SYCC, values }
  } finally {
    one.delete()
  }
}

/** Decodes a file. */
export const decodeJp2 = async (bytes: Uint8Array): Promise<Decoded> => {
  const boxes = describing(bytes)
  const layout = layoutOf(headerOf(bytes).components, boxes)
  const colours = await componentsOf(layout ? withComponents(bytes, boxes, layout.colours) : bytes)
  const alpha = layout && (await componentsOf(withComponents(bytes, boxes, [layout.alpha])))
  const { width, height, channels: own, depth } = colours
  if (alpha && (alpha.width !== width || alpha.height !== height)) throw new Error('its transparency has another size')
  const channels = (own + (alpha ? 1 : 0)) as Samples['channels']
  const wide = depth > 8
  const [most, mostAlpha] = [2 ** depth - 1, 2 ** (alpha?.depth ?? 8) - 1]
  const data = new Uint8Array(width * height * channels * (wide ? 2 : 1))
  const view = viewOf(data)
  const pixel = new Float64Array(channels)
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < own; c++) pixel[c] = colours.values[i * own + c] / most
    if (colours.isYcc) fromYcc(pixel)
    if (alpha) {
      const seen = alpha.values[i] / mostAlpha
      pixel[own] = seen
      if (layout.premultiplied && seen > 0) for (let c = 0; c < own; c++) pixel[c] /= seen
    }
    for (let c = 0; c < channels; c++) {
      const value = Math.min(1, Math.max(0, pixel[c]))
      if (wide) view.setUint16((i * channels + c) * 2, Math.round(value * 65535))
      else data[i * channels + c] = Math.round(value * 255)
    }
  }
  const samples: Samples = { width, height, channels, bits: wide ? 16 : 8, data, profile: profileOf(boxes) }
  return { samples, depth }
}

/** Luminance and differences to red, green and blue (BT.601), in place. */
const fromYcc = (pixel: Float64Array): void => {
  const [y, blue, red] = [pixel[0], pixel[1] - 0.5, pixel[2] - 0.5]
  pixel[0] = y + 1.402 * red
  pixel[1] = y - 0.344136 * blue - 0.714136 * red
  pixel[2] = y + 1.772 * blue
}

/** The ICC profile in the header's boxes. */
const profileOf = (boxes: readonly Box[]): Uint8Array | undefined =>
  boxes.find(({ kind, content }) => kind === 'colr' && content[0] === 2)?.content.slice(3)
