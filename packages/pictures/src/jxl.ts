/**
 * JPEG XL by libjxl, which gives upright sRGB in 8 bits, whatever the file has; of an animation it is the first
 * frame. Size, depth and metadata are read here: from the header's bits (ISO/IEC 18181-1, D.2 and D.3) and from the boxes
 * around.
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

/** Bytes of the shortest picture. */
const LEAST = 12

/** Width as a multiple of the height. */
const RATIOS = [0, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2]

/** What the header states. */
interface JxlFacts {
  /** Before it is turned upright. */
  readonly width: number
  readonly height: number
  /** Bits of a sample. */
  readonly depth: number
  readonly animated: boolean
}

/** Reads the header: its size (D.2) and its metadata up to the depth of samples (D.3). */
const factsOf = (bytes: Uint8Array): JxlFacts => {
  const stream = codestreamOf(bytes)
  if (stream.length < LEAST) throw new Error('it ends in its header')
  let at = 16
  const read = (bits: number): number => {
    let value = 0
    for (let i = 0; i < bits; i++, at++) value += (((stream[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** i
    return value
  }
  const flag = (): boolean => read(1) === 1
  /** One of four numbers: each a constant and how many bits are added to it. */
  const choice = (...of: readonly (readonly [from: number, bits: number])[]): number => {
    const [from, bits] = of[read(2)]
    return from + read(bits)
  }
  const size = (): { width: number; height: number } => {
    const small = flag()
    const side = (): number => (small ? 8 * (read(5) + 1) : choice([1, 9], [1, 13], [1, 18], [1, 30]))
    const height = side()
    const ratio = read(3)
    return { width: ratio === 0 ? side() : Math.floor(height * RATIOS[ratio]), height }
  }
  const whole = size()
  const usual = flag()
  let animated = false
  if (!usual && flag()) {
    read(3) // orientation
    if (flag()) size() // as it is meant to be shown
    if (flag()) {
      const side = flag()
        ? () => choice([16, 0], [32, 0], [1, 5], [33, 9])
        : () => choice([1, 6], [65, 8], [321, 10], [1345, 12])
      side() // of a preview
      if (read(3) === 0) side()
    }
    animated = flag()
    if (animated) {
      choice([100, 0], [1000, 0], [1, 10], [1, 30]) // ticks
      choice([1, 0], [1001, 0], [1, 8], [1, 10]) // in so many seconds
      choice([0, 0], [0, 3], [0, 16], [0, 32]) // how often
      flag() // time codes
    }
  }
  const float = !usual && flag()
  const deep = (): number =>
    float ? choice([32, 0], [16, 0], [24, 0], [1, 6]) : choice([8, 0], [10, 0], [12, 0], [1, 6])
  return { ...whole, depth: usual ? 8 : deep(), animated }
}

/** The size that the header states, before it is turned upright. */
export const measureJxl = (bytes: Uint8Array): { readonly width: number; readonly height: number } => {
  const { width, height } = factsOf(bytes)
  return { width, height }
}

/** Whether a file is an animation, by its start. */
export const isAnimatedJxl = (bytes: Uint8Array): boolean =>
  codestreamOf(bytes).length >= LEAST && factsOf(bytes).animated

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
  const { depth, animated } = factsOf(bytes)
  return { samples, depth, animated, ...found }
}
