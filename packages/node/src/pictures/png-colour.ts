/**
 * Colours that a PNG states in chunks that sharp ignores: cICP (Display P3, BT.2020, PQ, HLG), or else gAMA, applied as
 * in browsers that support them. Converts to 8-bit sRGB. sharp applies profiles (iCCP).
 */
import { lightToSrgb, srgbToLight } from '@animegan/core'
import { chunksOf } from '@animegan/pictures'
import { hlgToScene, pqToLight, rollOff } from '@animegan/video/tone-map'

/** How the samples of a PNG map to light. */
export interface PngColour {
  /** Linear light of a sample (0 to 1), where 1 is white; for HLG that of the scene, 0 to 1. */
  readonly light: (sample: number) => number
  /** Matrix to the primaries of sRGB; absent if the PNG has those. */
  readonly matrix?: readonly number[]
  readonly hdr?: 'pq' | 'hlg'
}

/** White of high dynamic range, and the greatest luminance, in cd/m² (tone-map.ts of @animegan/video). */
const WHITE = 203
const PEAK = 1000

/** Keyed by the code points of ITU-T H.273. */
const PRIMARIES: Readonly<Record<number, readonly number[] | undefined>> = {
  9: [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187],
  12: [1.2249, -0.2247, 0, -0.042, 1.0419, 0, -0.0196, -0.0786, 1.0979],
}
const TRANSFERS: Readonly<Record<number, Pick<PngColour, 'light' | 'hdr'>>> = {
  1: { light: srgbToLight },
  8: { light: (v) => v },
  13: { light: srgbToLight },
  16: { light: (v) => Math.min(PEAK, pqToLight(v)) / WHITE, hdr: 'pq' },
  18: { light: hlgToScene, hdr: 'hlg' },
}

/** A gamma this close to 1/2.2 is treated as sRGB. */
const SAME = 0.01

/** Reads the colour chunks; undefined if the samples are sRGB or have a profile. */
export const readPngColour = (bytes: Uint8Array): PngColour | undefined => {
  const found = new Map<string, Uint8Array>()
  for (const { kind, content } of chunksOf(bytes)) {
    if (kind === 'IDAT') break
    found.set(kind, content)
  }
  const cicp = found.get('cICP')
  if (cicp && cicp.length >= 4) {
    const [primaries, code] = cicp
    const transfer = TRANSFERS[code]
    const matrix = PRIMARIES[primaries]
    if (transfer && (matrix || primaries === 1)) {
      return matrix || transfer.light !== srgbToLight ? { ...transfer, ...(matrix && { matrix }) } : undefined
    }
  }
  const gama = found.get('gAMA')
  if (!gama || gama.length < 4 || found.has('iCCP') || found.has('sRGB')) return undefined
  const gamma = new DataView(gama.buffer, gama.byteOffset).getUint32(0) / 1e5
  if (gamma < 0.1 || gamma > 10 || Math.abs(gamma - 1 / 2.2) < SAME) return undefined
  return { light: (v) => v ** (1 / gamma) }
}

/** Converts interleaved samples of 8 or 16 bits to 8-bit sRGB; alpha is only scaled. */
export const pngToSrgb = (samples: Uint8Array | Uint16Array, channels: number, colour: PngColour): Uint8Array => {
  const most = samples instanceof Uint16Array ? 65535 : 255
  const light = Float32Array.from({ length: most + 1 }, (_, i) => colour.light(i / most))
  const { matrix, hdr } = colour
  const steps = 4096
  const signal = Float32Array.from({ length: steps * 4 + 1 }, (_, i) => 255 * lightToSrgb(i / (steps * 4)))
  const gains = Float32Array.from({ length: steps + 1 }, (_, i) => {
    const nits = Math.max(1e-4, (i / steps) ** 2 * PEAK)
    return rollOff(nits) / nits
  })
  const encode = (value: number): number => signal[(Math.min(1, Math.max(0, value)) * steps * 4 + 0.5) | 0]
  const out = new Uint8ClampedArray(samples.length)
  for (let i = 0; i < samples.length; i += channels) {
    let [r, g, b] = [light[samples[i]], light[samples[i + 1]], light[samples[i + 2]]]
    if (hdr === 'hlg') {
      // Display light, by BT.2100's system gamma for 1000 cd/m².
      const gain = (PEAK / WHITE) * Math.max(1e-6, 0.2627 * r + 0.678 * g + 0.0593 * b) ** 0.2
      ;[r, g, b] = [r * gain, g * gain, b * gain]
    }
    if (matrix) {
      const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = matrix
      ;[r, g, b] = [m0 * r + m1 * g + m2 * b, m3 * r + m4 * g + m5 * b, m6 * r + m7 * g + m8 * b]
    }
    if (hdr) {
      const gain = gains[(Math.sqrt(Math.min(1, (Math.max(0, r, g, b) * WHITE) / PEAK)) * steps + 0.5) | 0]
      ;[r, g, b] = [r * gain, g * gain, b * gain]
    }
    out[i] = encode(r)
    out[i + 1] = encode(g)
    out[i + 2] = encode(b)
    if (channels === 4) out[i + 3] = (samples[i + 3] * 255) / most
  }
  return new Uint8Array(out.buffer)
}
