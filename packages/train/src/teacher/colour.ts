/**
 * The colours of a drawing: few tones, livelier hues, the colours that people remember rather than those that a camera saw
 * (Bartleson, "Memory colors of familiar objects", 1960: skin, foliage and sky are remembered purer and nearer to one hue
 * each), and lines in a dark shade of what they lie on. Looks at one pixel at a time.
 */
import { type HueGate, hueGate, openness, skin } from './hue-gate.ts'
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

/** What becomes of the colours that a gate lets through. */
interface Remembered {
  readonly gate: HueGate
  /** How much of the way to the gate's hue they go. */
  readonly pull: number
  /** What chroma gains, as a share of it. */
  readonly gain: number
  /** What lightness gains. */
  readonly lift: number
  /** How faint a line on them must be to be left out. */
  readonly bare: number
  /** How much of their gradation is kept from being toned. */
  readonly even?: number
}

const REMEMBERED: readonly Remembered[] = [
  // Straw, blond hair, yellowed whites: paler, or they turn green.
  { gate: hueGate(88, 28, [0.01, 0.03, 0.11], [0.4, 0.6]), pull: 0.3, gain: -0.35, lift: 0, bare: 0 },
  // Purplish greys: paler, or hair and asphalt turn purple.
  { gate: hueGate(330, 60, [0.01, 0.03, 0.12], [0, 0.01]), pull: 0, gain: -0.4, lift: 0, bare: 0 },
  // Skin: peach, lighter, no more vivid, and no faint lines.
  { gate: skin, pull: 0.5, gain: -0.25, lift: 0.04, bare: 0.3 },
  // Foliage: from olive to a fresh green.
  { gate: hueGate(138, 36, [0.03, 0.08, 0.5], [0.2, 0.45]), pull: 0.55, gain: 0.12, lift: 0.03, bare: 0 },
  // Sky: a luminous blue with no steps, and clouds without outlines.
  { gate: hueGate(245, 60, [0.01, 0.04, 0.5], [0.42, 0.65]), pull: 0.4, gain: 0.2, lift: 0.03, bare: 0.5, even: 1 },
]

/** How much of lightness is toned; the rest stays smooth, so that rounded things stay round. */
const TONED = 0.75

/** How steep the step between two tones is. */
const STEEPNESS = 3.5

/** Lightness with its tones: Winnemoller, Olsen & Gooch, "Real-time video abstraction", 2006, equation 4. */
const tone = (lightness: number, tones: number): number => {
  const cell = (Math.floor(lightness * tones) + 0.5) / tones
  const step = Math.tanh(2 * STEEPNESS * (lightness - cell) * tones) / Math.tanh(STEEPNESS)
  return lightness + TONED * (cell + (0.5 * step) / tones - lightness)
}

const CURVE = 1024

/** A function of 0..1 at CURVE + 1 places. */
const sampled = (f: (v: number) => number): Float32Array =>
  Float32Array.from({ length: CURVE + 1 }, (_, i) => f(i / CURVE))

/** The sampled function's value at `v`, held to 0..1. */
const lookUp = (curve: Float32Array, v: number): number => {
  const place = Math.min(1, Math.max(0, v)) * CURVE
  const below = Math.min(CURVE - 1, Math.floor(place))
  return curve[below] + (place - below) * (curve[below + 1] - curve[below])
}

/** Chroma over which vibrance falls to a third. */
const MUTED = 0.06

/** How much chroma ink keeps of what it lies on. */
const INK_CHROMA = 0.3

/** `planes`, in place, coloured and with lines drawn; `lines` says how much line there is at each pixel, 0 to 1. */
export const colour = ({ l, a, b }: Planes, lines: Float32Array, options: ColourOptions): void => {
  const { gamma, lift, tones, vibrance, memory, warmth, shade, lineStrength } = options
  const brightness = sampled((v) => {
    const bright = v ** gamma
    return bright + lift * (1 - bright) ** 2 * smoothstep(0, 0.2, bright)
  })
  const steps = sampled((v) => (tones > 0 ? tone(v, tones) : v))
  for (let i = 0; i < l.length; i++) {
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    // Strong colours are lightened less, for the lighter, the less colour sRGB has room for.
    const pale = 1 - 0.7 * smoothstep(0.1, 0.25, chroma)
    const lightness = l[i] + (lookUp(brightness, l[i]) - l[i]) * pale
    const x = chroma > 0 ? a[i] / chroma : 1
    const y = chroma > 0 ? b[i] / chroma : 0
    const lively =
      smoothstep(0, 0.03, chroma) * smoothstep(0.05, 0.35, lightness) * (1 - 0.6 * smoothstep(0.8, 1, lightness))
    let gain = 1 + (vibrance - 1) * Math.exp(-chroma / MUTED) * lively
    let hueX = x
    let hueY = y
    let lighter = 0
    let bare = 0
    let even = 0
    for (const kind of REMEMBERED) {
      const share = memory * openness(kind.gate, lightness, chroma, x, y)
      if (share === 0) continue
      hueX += share * kind.pull * (kind.gate.x - hueX)
      hueY += share * kind.pull * (kind.gate.y - hueY)
      gain *= 1 + share * kind.gain
      lighter += share * kind.lift
      even += share * (kind.even ?? 0)
      bare += share * kind.bare
    }
    // Pulled across the circle of hues the vector has become shorter.
    gain /= Math.sqrt(hueX * hueX + hueY * hueY)
    const toned = lightness + (1 - even) * (lookUp(steps, lightness) - lightness)
    const blue = shade * (1 - lightness) * Math.exp(-((chroma / 0.03) ** 2)) * smoothstep(0.1, 0.3, lightness)
    const ink = lineStrength * Math.max(0, (lines[i] - bare) / (1 - bare))
    const kept = 1 - (1 - INK_CHROMA) * ink
    l[i] = Math.min(1 - 0.2 * chroma, toned + lighter * pale) * (1 - ink)
    a[i] = (chroma * gain * hueX + 0.2 * blue) * kept + warmth * ink
    b[i] = (chroma * gain * hueY - blue + warmth * lightness) * kept + warmth * ink
  }
}
