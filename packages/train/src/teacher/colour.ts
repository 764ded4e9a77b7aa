/**
 * The colours of a drawing: few tones, livelier hues, the colours that people remember rather than those that a camera saw
 * (Bartleson, "Memory colors of familiar objects", 1960: skin, foliage and sky are remembered purer and nearer to one hue
 * each), and lines in a dark shade of what they lie on. Looks at one pixel at a time.
 */
import type { Planes } from './oklab.ts'
import { smoothstep } from './smoothstep.ts'

export interface ColourOptions {
  /** Exponent of lightness: below 1 brightens. */
  readonly gamma: number
  /** How much shadows are lifted, in lightness; black stays. */
  readonly lift: number
  /** Steps of lightness from black to white; 0 leaves shading smooth. */
  readonly tones: number
  /** Factor of chroma where there is little of it; strong colours gain less. */
  readonly vibrance: number
  /** How far skin, foliage and sky go to their remembered colours, 0 to 1. */
  readonly memory: number
  /** OKLab's `b` given to white light, and to ink, which becomes sepia. */
  readonly warmth: number
  /** OKLab's `b` taken from grey shade, which becomes blue. */
  readonly shade: number
  /** How dark lines are, 0 to 1. */
  readonly lineStrength: number
}

/** Colours near a hue, and what becomes of them. */
interface Remembered {
  /** The hue in OKLab, as its cosine and sine, and the cosine of the angle from it at which the effect ends. */
  readonly x: number
  readonly y: number
  readonly end: number
  /** Chroma at which the effect begins, is whole, and has ended. */
  readonly chroma: readonly [number, number, number]
  /** Lightness at which the effect begins and is whole. */
  readonly lightness: readonly [number, number]
  /** How much of the way to the hue colours go. */
  readonly pull?: number
  /** What chroma gains, as a share of it. */
  readonly gain?: number
  /** What lightness gains. */
  readonly lift?: number
  /** How faint a line must be to be left out. */
  readonly bare?: number
}

const hue = (angle: number, reach: number) => {
  const radians = Math.PI / 180
  return { x: Math.cos(angle * radians), y: Math.sin(angle * radians), end: Math.cos(reach * radians) }
}

const REMEMBERED: readonly Remembered[] = [
  // Straw, blond hair, yellowed whites: paler, or they turn green.
  { ...hue(88, 28), chroma: [0.01, 0.03, 0.11], lightness: [0.4, 0.6], pull: 0.3, gain: -0.35 },
  // Purplish greys: paler, or hair and asphalt turn purple.
  { ...hue(330, 60), chroma: [0.01, 0.03, 0.12], lightness: [0, 0.01], gain: -0.4 },
  // Skin: peach, lighter, no more vivid, and no faint lines.
  { ...hue(48, 32), chroma: [0.02, 0.05, 0.2], lightness: [0.2, 0.45], pull: 0.5, gain: -0.25, lift: 0.04, bare: 0.3 },
  // Foliage: from olive to a fresh green.
  { ...hue(136, 32), chroma: [0.03, 0.08, 0.5], lightness: [0.2, 0.45], pull: 0.4, gain: 0.12, lift: 0.03 },
  // Sky: a luminous blue, where clouds have no outlines.
  { ...hue(245, 45), chroma: [0.01, 0.04, 0.5], lightness: [0.42, 0.65], pull: 0.4, gain: 0.2, lift: 0.03, bare: 0.5 },
]

/** How much of lightness is toned; the rest stays smooth, so that rounded things stay round. */
const TONED = 0.75

/** How steep the step between two tones is. */
const STEEPNESS = 3.5

/** Lightness with its tones: Winnemoller, Olsen & Gooch, "Real-time video abstraction", 2006, equation 4. */
const toned = (lightness: number, tones: number): number => {
  const cell = (Math.floor(lightness * tones) + 0.5) / tones
  const step = Math.tanh(2 * STEEPNESS * (lightness - cell) * tones) / Math.tanh(STEEPNESS)
  return lightness + TONED * (cell + (0.5 * step) / tones - lightness)
}

const CURVE = 1024

/** The curve that lightness goes through, at CURVE + 1 places from 0 to 1. */
const toneCurve = ({ gamma, lift, tones }: ColourOptions): Float32Array =>
  Float32Array.from({ length: CURVE + 1 }, (_, i) => {
    const bright = (i / CURVE) ** gamma
    const lifted = bright + lift * (1 - bright) ** 2 * smoothstep(0, 0.2, bright)
    return tones > 0 ? toned(lifted, tones) : lifted
  })

/** Chroma over which vibrance falls to a third. */
const MUTED = 0.06

/** How much chroma ink keeps of what it lies on. */
const INK_CHROMA = 0.3

/** `planes`, in place, coloured and with lines drawn; `lines` says how much line there is at each pixel, 0 to 1. */
export const colour = ({ l, a, b }: Planes, lines: Float32Array, options: ColourOptions): void => {
  const { vibrance, memory, warmth, shade, lineStrength } = options
  const curve = toneCurve(options)
  for (let i = 0; i < l.length; i++) {
    const place = Math.min(1, Math.max(0, l[i])) * CURVE
    const below = Math.min(CURVE - 1, Math.floor(place))
    const lightness = curve[below] + (place - below) * (curve[below + 1] - curve[below])
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    let x = chroma > 0 ? a[i] / chroma : 1
    let y = chroma > 0 ? b[i] / chroma : 0
    const lively = smoothstep(0.05, 0.35, lightness) * (1 - 0.6 * smoothstep(0.8, 1, lightness))
    let gain = 1 + (vibrance - 1) * Math.exp(-chroma / MUTED) * lively
    let lift = 0
    let bare = 0
    for (const kind of REMEMBERED) {
      const cosine = x * kind.x + y * kind.y
      if (cosine <= kind.end) continue
      const [begin, whole, ended] = kind.chroma
      const share =
        memory *
        smoothstep(kind.end, 1, cosine) *
        smoothstep(begin, whole, chroma) *
        (1 - smoothstep(0.7 * ended, ended, chroma)) *
        smoothstep(kind.lightness[0], kind.lightness[1], lightness)
      const { pull = 0 } = kind
      x += share * pull * (kind.x - x)
      y += share * pull * (kind.y - y)
      const length = Math.sqrt(x * x + y * y)
      x /= length
      y /= length
      gain *= 1 + share * (kind.gain ?? 0)
      lift += share * (kind.lift ?? 0)
      bare += share * (kind.bare ?? 0)
    }
    const blue = shade * (1 - lightness) * Math.exp(-((chroma / 0.05) ** 2)) * smoothstep(0.1, 0.3, lightness)
    const ink = lineStrength * Math.max(0, (lines[i] - bare) / (1 - bare))
    const kept = 1 - (1 - INK_CHROMA) * ink
    l[i] = Math.min(1, lightness + lift) * (1 - ink)
    a[i] = (chroma * gain * x + 0.2 * blue) * kept + warmth * ink
    b[i] = (chroma * gain * y - blue + warmth * lightness) * kept + warmth * ink
  }
}
