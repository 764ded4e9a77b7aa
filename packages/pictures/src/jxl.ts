/**
 * JPEG XL by libjxl, which gives upright sRGB in 8 bits, whatever the file has; of an animation it is the first
 * frame. Size and metadata are read here:
 * from the header's bits (ISO/IEC 18181-1, D.2) and from the boxes around.
 */
import { hasAlpha, rgbOf } from './alpha.ts'
import { boxesOf } from './boxes.ts'
import { decoder, SILENT } from './decoder.ts'
import { type Decoded, joined, type Samples } from './png.ts'

/** The first bytes of the compressed picture, bare or in boxes. */
const codestreamOf = (bytes: Uint8Array): Uint8Array => {
  if (bytes[0] === 0xff) return bytes
  const parts: Uint8Array[] = []
  for (const { kind, content } of boxesOf(bytes)) {
    if (kind === 'jxlc') return content
    if (kind === 'jxlp') parts.push(content.subarray(4))
  }
  return joined(parts)
}

/** Width as a multiple of the height. */
const RATIOS = [0, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2]

/** The size that the header states, before it is turned upright. */
export const measureJxl = (bytes: Uint8Array): { readonly width: number; readonly height: number } => {
  const stream = codestreamOf(bytes)
  if (stream.length < 12) throw new Error('it ends in its header')
  let at = 16
  const read = (bits: number): number => {
    let value = 0
    for (let i = 0; i < bits; i++, at++) value += ((stream[at >> 3] >> (at & 7)) & 1) * 2 ** i
    return value
  }
  const small = read(1) === 1
  const side = (): number => (small ? 8 * (read(5) + 1) : read([9, 13, 18, 30][read(2)]) + 1)
  const height = side()
  const ratio = read(3)
  return { width: ratio === 0 ? side() : Math.floor(height * RATIOS[ratio]), height }
}

/**
 * Decodes a file.
 *
 * @param wasm reads the decoder's WebAssembly, where it cannot be fetched
 */
export const decodeJxl = async (bytes: Uint8Array, wasm?: () => Promise<Uint8Array>): Promise<Decoded> => {
  const load = decoder(async () => {
    const { default: make } = await import('@jsquash/jxl/codec/dec/jxl_dec.js')
    return make({ noInitialRun: true, ...SILENT, ...(wasm && { wasmBinary: await wasm() }) })
  })
  const decoded = (await load()).decode(bytes)
  if (!decoded) throw new Error('its pixels cannot be decoded')
  const { width, height, data } = decoded
  const found: { exif?: Uint8Array; xmp?: Uint8Array } = {}
  if (bytes[0] !== 0xff) {
    for (const { kind, content } of boxesOf(bytes)) {
      if (kind === 'Exif' && content.length > 8) {
        const start = 4 + new DataView(content.buffer, content.byteOffset).getUint32(0)
        if (start < content.length) found.exif = content.slice(start)
      } else if (kind === 'xml ') found.xmp = content.slice()
    }
  }
  const rgba = new Uint8Array(data.buffer, data.byteOffset, data.length)
  const samples: Samples = {
    width,
    height,
    bits: 8,
    ...(hasAlpha(rgba) ? { channels: 4, data: rgba } : { channels: 3, data: rgbOf(rgba) }),
  }
  return { samples, depth: 8, ...found }
}
