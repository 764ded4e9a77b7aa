/** JPEG 2000 by OpenJPEG: grey and colour of up to 16 bits, without transparency; the profile is kept. */
import { boxesOf } from './boxes.ts'
import { decoder, SILENT } from './decoder.ts'
import type { Decoded, Samples } from './png.ts'

/** OpenJPEG's number for colours as luminance and differences (sYCC). */
const SYCC = 3

/** The compressed picture, bare or in boxes. */
const codestreamOf = (bytes: Uint8Array): Uint8Array | undefined => {
  if (bytes[0] === 0xff) return bytes
  for (const { kind, content } of boxesOf(bytes)) if (kind === 'jp2c') return content
  return undefined
}

/** The size that the header states. */
export const measureJp2 = (bytes: Uint8Array): { readonly width: number; readonly height: number } => {
  const stream = codestreamOf(bytes)
  if (!stream || stream.length < 24) throw new Error('it ends in its header')
  const view = new DataView(stream.buffer, stream.byteOffset)
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at))
  return { width: right - left, height: bottom - top }
}

const load = decoder(async () => (await import('@cornerstonejs/codec-openjpeg/decode')).default(SILENT))

/** Decodes a file. */
export const decodeJp2 = async (bytes: Uint8Array): Promise<Decoded> => {
  const { J2KDecoder } = await load()
  const one = new J2KDecoder()
  try {
    one.getEncodedBuffer(bytes.length).set(bytes)
    try {
      one.decode()
    } catch {
      throw new Error('its pixels cannot be decoded, as of one that is cut off or has transparency')
    }
    const { width, height, bitsPerSample, componentCount: channels, isSigned } = one.getFrameInfo()
    if (channels !== 1 && channels !== 3) throw new Error(`it has ${channels} channels`)
    if (isSigned || bitsPerSample > 16) throw new Error(`its samples have ${bitsPerSample} bits or a sign`)
    const found = one.getDecodedBuffer()
    const wide = bitsPerSample > 8
    const values = wide ? new Uint16Array(found.slice().buffer) : found
    const count = width * height
    if (values.length < count * channels) throw new Error('it has fewer samples than its header says')
    const most = 2 ** bitsPerSample - 1
    const colours = channels === 3 && one.getColorSpace() === SYCC ? fromYcc : undefined
    const data = new Uint8Array(count * channels * (wide ? 2 : 1))
    const view = new DataView(data.buffer)
    const pixel = new Float64Array(channels)
    for (let i = 0; i < count; i++) {
      for (let c = 0; c < channels; c++) pixel[c] = values[i * channels + c] / most
      colours?.(pixel)
      for (let c = 0; c < channels; c++) {
        const value = Math.min(1, Math.max(0, pixel[c]))
        if (wide) view.setUint16((i * channels + c) * 2, Math.round(value * 65535))
        else data[i * channels + c] = Math.round(value * 255)
      }
    }
    const samples: Samples = { width, height, channels, bits: wide ? 16 : 8, data, profile: profileOf(bytes) }
    return { samples, depth: bitsPerSample }
  } finally {
    one.delete()
  }
}

/** Luminance and differences to red, green and blue (BT.601), in place. */
const fromYcc = (pixel: Float64Array): void => {
  const [y, blue, red] = [pixel[0], pixel[1] - 0.5, pixel[2] - 0.5]
  pixel[0] = y + 1.402 * red
  pixel[1] = y - 0.344136 * blue - 0.714136 * red
  pixel[2] = y + 1.772 * blue
}

/** The ICC profile in the header's boxes. */
const profileOf = (bytes: Uint8Array): Uint8Array | undefined => {
  if (bytes[0] === 0xff) return undefined
  for (const { kind, content } of boxesOf(bytes)) {
    if (kind !== 'jp2h') continue
    for (const inner of boxesOf(content))
      if (inner.kind === 'colr' && inner.content[0] === 2) return inner.content.slice(3)
  }
  return undefined
}
