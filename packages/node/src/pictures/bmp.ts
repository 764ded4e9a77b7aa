/**
 * Windows bitmaps, which sharp cannot read: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits with or without channel
 * masks, rows stored from the bottom or from the top. Every length is checked before it is used. Run-length coding and
 * embedded JPEG or PNG are refused.
 */
import type { Picture } from '@animegan/core'

const BI_RGB = 0
const BI_BITFIELDS = 3
const BI_ALPHABITFIELDS = 6

/** The size stated in a bitmap's header, without decoding its pixels. */
export interface BmpHeader {
  readonly width: number
  readonly height: number
  readonly topDown: boolean
  readonly bits: number
  readonly masks: readonly number[] | undefined
  readonly palette: { readonly at: number; readonly entries: number; readonly size: 3 | 4 }
  readonly pixelsAt: number
}

/** Reads and checks a bitmap's header; throws an `Error` that says in a few words what is wrong. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 26) throw new Error('its header is cut off')
  const pixelsAt = view.getUint32(10, true)
  const headerSize = view.getUint32(14, true)
  if (bytes.length < 14 + headerSize) throw new Error('its header is cut off')
  const old = headerSize === 12
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true)
  const signedHeight = old ? view.getUint16(20, true) : view.getInt32(22, true)
  const bits = view.getUint16(old ? 24 : 28, true)
  const compression = old ? BI_RGB : view.getUint32(30, true)
  if (width <= 0 || signedHeight === 0) throw new Error(`its size is ${width}x${signedHeight}`)
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`it has ${bits} bits a pixel`)
  const masked = compression === BI_BITFIELDS || compression === BI_ALPHABITFIELDS
  if (compression !== BI_RGB && !(masked && (bits === 16 || bits === 32)))
    throw new Error(`its compression (kind ${compression}) is not supported`)

  const maskCount = compression === BI_ALPHABITFIELDS || headerSize >= 56 ? 4 : 3
  const masksAfterHeader = masked && headerSize === 40 ? maskCount * 4 : 0
  const paletteAt = 14 + headerSize + masksAfterHeader
  if (pixelsAt < paletteAt || pixelsAt > bytes.length) throw new Error('its pixels lie outside the file')
  let masks: number[] | undefined
  if (masked) masks = Array.from({ length: maskCount }, (_, i) => view.getUint32(54 + i * 4, true))
  else if (bits === 16) masks = [0x7c00, 0x03e0, 0x001f]

  const size = old ? 3 : 4
  const used = old ? 0 : view.getUint32(46, true)
  const room = Math.floor((pixelsAt - paletteAt) / size)
  const entries = bits <= 8 ? Math.min(used > 0 ? used : 1 << bits, 1 << bits, room) : 0
  if (bits <= 8 && entries === 0) throw new Error('it has no palette')
  const palette = { at: paletteAt, entries, size } as const
  return { width, height: Math.abs(signedHeight), topDown: signedHeight < 0, bits, masks, palette, pixelsAt }
}

/** Decodes a bitmap; throws an `Error` that says in a few words what is wrong. */
export function decodeBmp(bytes: Uint8Array): Picture {
  const header = readBmpHeader(bytes)
  const { width, height, bits, masks } = header
  const stride = Math.ceil((width * bits) / 32) * 4
  // Some programs omit the last row's padding.
  const needed = stride * (height - 1) + Math.ceil((width * bits) / 8)
  if (bytes.length - header.pixelsAt < needed) throw new Error('its pixels are cut off')

  const channels = masks?.[3] ? 4 : 3
  const data = new Uint8Array(width * height * channels)
  const readRow =
    bits <= 8 ? paletteRow(bytes, header) : masks ? maskedRow(bytes, header, masks) : directRow(bytes, header)
  for (let y = 0; y < height; y++) {
    const row = header.topDown ? y : height - 1 - y
    readRow(header.pixelsAt + row * stride, data, y * width * channels)
  }
  return { width, height, channels, data }
}

type ReadRow = (from: number, data: Uint8Array, to: number) => void

function paletteRow(bytes: Uint8Array, { width, bits, palette }: BmpHeader): ReadRow {
  const perByte = 8 / bits
  const mask = (1 << bits) - 1
  return (from, data, to) => {
    for (let x = 0; x < width; x++) {
      const packed = bytes[from + Math.floor(x / perByte)]
      const index = (packed >> (8 - bits * ((x % perByte) + 1))) & mask
      // An index beyond the palette is black, as in browsers.
      const entry = palette.at + index * palette.size
      for (let c = 0; c < 3; c++) data[to + x * 3 + c] = index < palette.entries ? bytes[entry + 2 - c] : 0
    }
  }
}

function directRow(bytes: Uint8Array, { width, bits }: BmpHeader): ReadRow {
  const step = bits / 8
  return (from, data, to) => {
    for (let x = 0; x < width; x++) {
      const at = from + x * step
      data[to + x * 3] = bytes[at + 2]
      data[to + x * 3 + 1] = bytes[at + 1]
      data[to + x * 3 + 2] = bytes[at]
    }
  }
}

function maskedRow(bytes: Uint8Array, { width, bits }: BmpHeader, masks: readonly number[]): ReadRow {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const channels = masks[3] ? 4 : 3
  const fields = masks.slice(0, channels).map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)
    return { mask, shift, top: mask >>> shift }
  })
  return (from, data, to) => {
    for (let x = 0; x < width; x++) {
      const pixel = bits === 16 ? view.getUint16(from + x * 2, true) : view.getUint32(from + x * 4, true)
      for (let c = 0; c < channels; c++) {
        const { mask, shift, top } = fields[c]
        data[to + x * channels + c] = top === 0 ? 0 : Math.round((((pixel & mask) >>> shift) * 255) / top)
      }
    }
  }
}
