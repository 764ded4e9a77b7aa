/**
 * High dynamic range to standard: PQ and HLG in BT.2020 to gamma-coded BT.709, so that the network gets a picture like
 * the photos it was trained on. Reference white (203 cd/m², ITU-R BT.2408) becomes white; brighter light is rolled off
 * by the curve of ITU-R BT.2390-8 section 5.4 for a source of 1000 cd/m², on the largest of the three components, so
 * that hues stay. Works on single frames and ignores mastering metadata.
 */
import type { Picture } from '@animegan/core'
import { type Colour, LUMA } from './colour.ts'
import { samplesOf, type YuvFrame } from './yuv.ts'

const WHITE = 203
const PEAK = 1000
const STEPS = 4096

/** SMPTE ST 2084: cd/m² of a signal from 0 to 1. */
export const pqToLight = (signal: number): number => {
  const [m1, m2, c1, c2, c3] = [2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128]
  const power = signal ** (1 / m2)
  return 10000 * (Math.max(0, power - c1) / (c2 - c3 * power)) ** (1 / m1)
}

/** SMPTE ST 2084: the signal of a light in cd/m². */
export const lightToPq = (light: number): number => {
  const [m1, m2, c1, c2, c3] = [2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128]
  const power = (Math.max(0, light) / 10000) ** m1
  return ((c1 + c2 * power) / (1 + c3 * power)) ** m2
}

/** ITU-R BT.2100: the scene's light, 0 to 1, of an HLG signal. */
export const hlgToScene = (signal: number): number => {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073]
  return signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12
}

/** ITU-R BT.2390-8, 5.4: maps a light in cd/m² to a display whose peak is reference white. */
export const rollOff = (light: number): number => {
  const top = lightToPq(PEAK)
  const most = lightToPq(WHITE) / top
  const knee = 1.5 * most - 0.5
  const signal = Math.min(1, lightToPq(light) / top)
  if (signal < knee) return light
  const t = (signal - knee) / (1 - knee)
  const [t2, t3] = [t * t, t * t * t]
  const mapped = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * most
  return pqToLight(mapped * top)
}

/** Tables over 0 to 1, looked up at the nearest of 4096 steps. */
const table = (of: (value: number) => number): Float32Array =>
  Float32Array.from({ length: STEPS + 1 }, (_, i) => of(i / STEPS))

const makeTables = () => ({
  /** The signals' light in units of reference white; for HLG the scene's, 0 to 1, without the display's gamma. */
  LIGHT: { pq: table((v) => Math.min(PEAK, pqToLight(v)) / WHITE), hlg: table(hlgToScene) },
  /** HLG's system gamma for a display of 1000 cd/m² (BT.2100): the display's light for one of the scene's luminance. */
  SYSTEM_GAIN: table((luminance) => (PEAK / WHITE) * luminance ** 0.2),
  /**
   * The factor that brings a colour into range, by the square root of its largest component in units of the source's
   * peak.
   */
  GAIN: table((root) => {
    const light = Math.max(1e-4, root * root * PEAK)
    return rollOff(light) / light
  }),
  /** Display light, 0 to 1, to signal: the inverse of ITU-R BT.1886. */
  SIGNAL: table((light) => 255 * light ** (1 / 2.4)),
})

/** Made at the first frame, as few clips need them. */
let tables: ReturnType<typeof makeTables> | undefined

/** A frame of high dynamic range as a picture of standard range, 8-bit R'G'B'. */
export const toneMap = (frame: YuvFrame, { matrix, fullRange, hdr = 'pq' }: Colour): Picture => {
  const { width, height, layout } = frame
  const { across, down, depth } = layout
  const { luma, blue, red, lumaStride, chromaStride, step } = samplesOf(frame)
  const weights = LUMA[matrix]
  const green = 1 - weights.red - weights.blue
  const scale = 1 << (depth - 8)
  const most = (1 << depth) - 1
  const [lowest, lumaSpan, chromaSpan] = fullRange ? [0, most, most] : [16 * scale, 219 * scale, 224 * scale]
  tables ??= makeTables()
  const { LIGHT, SYSTEM_GAIN, GAIN, SIGNAL } = tables
  const light = LIGHT[hdr]
  const rr = 2 * (1 - weights.red)
  const bb = 2 * (1 - weights.blue)
  const gr = (-weights.red / green) * rr
  const gb = (-weights.blue / green) * bb
  const at = (value: number): number => (value <= 0 ? 0 : value >= 1 ? STEPS : (value * STEPS + 0.5) | 0)
  const data = new Uint8ClampedArray(width * height * 3)
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o += 3) {
      const c = (y >> down) * chromaStride + (x >> across) * step
      const bright = ((luma[y * lumaStride + x] & most) - lowest) / lumaSpan
      const cb = ((blue[c] & most) - (most + 1) / 2) / chromaSpan
      const cr = ((red[c] & most) - (most + 1) / 2) / chromaSpan
      let r = light[at(bright + rr * cr)]
      let g = light[at(bright + gr * cr + gb * cb)]
      let b = light[at(bright + bb * cb)]
      if (hdr === 'hlg') {
        const gain = SYSTEM_GAIN[at(0.2627 * r + 0.678 * g + 0.0593 * b)]
        r *= gain
        g *= gain
        b *= gain
      }
      // BT.2020 to BT.709 primaries, ITU-R BT.2087.
      const r709 = Math.max(0, 1.6605 * r - 0.5876 * g - 0.0728 * b)
      const g709 = Math.max(0, -0.1246 * r + 1.1329 * g - 0.0083 * b)
      const b709 = Math.max(0, -0.0182 * r - 0.1006 * g + 1.1187 * b)
      const gain = GAIN[at(Math.sqrt((Math.max(r709, g709, b709) * WHITE) / PEAK))]
      data[o] = SIGNAL[at(r709 * gain)]
      data[o + 1] = SIGNAL[at(g709 * gain)]
      data[o + 2] = SIGNAL[at(b709 * gain)]
    }
  }
  return { width, height, channels: 3, data: new Uint8Array(data.buffer) }
}
