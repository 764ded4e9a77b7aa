/**
 * Colour grading of a painting: a lightness curve, livelier hues, bluish shade, remembered colours instead of the
 * camera's (Bartleson, "Memory colors of familiar objects", 1960), and ink as a darker shade of the colour below it.
 * Works on one pixel at a time.
 */
import type { Planes } from '@animegan/core'
import { type HueGate, hueGate, openness, skin } from './hue-gate.ts'
import { smoothstep } from './smoothstep.ts'

export interface GradeOptions {
  /** Exponent of lightness, 0.5 to 2: below 1 brightens. */
  readonly gamma: number
  /** Contrast: how far lights and darks are moved apart, 0 to 1. */
  readonly contrast: number
  /** Lightness of the darkest shade, 0 to 0.4; black stays black. */
  readonly floor: number
  /** Number of tones from black to white, a whole number up to 16; 0 leaves shading smooth. */
  readonly tones: number
  /** Chroma factor for weak colours, 0 to 4; strong colours gain less. */
  readonly vibrance: number
  /** How far skin, foliage and sky move to their remembered colours, 0 to 1. */
  readonly memory: number
  /** Blue chroma added to grey shade, 0 to 0.1. */
  readonly shade: number
  /** Yellow chroma added to light, 0 to 0.1. */
  readonly warmth: number
  /** How strong ink is, 0 (none) to 1 (full). */
  readonly ink: number
  /** Lightness of full ink, 0 (black) to 0.5: a darker, wine-coloured shade of what it bounds. */
  readonly lineTone: number
}

/** The change of the colours that a gate selects. */
interface Remembered {
  readonly gate: HueGate
  /** How far they move towards the gate's hue, or towards those of `hues`. */
  readonly pull: number
  /** Gain of chroma, as a share of it. */
  readonly gain: number
  /** Gain of lightness. */
  readonly lift: number
  /** Hue in light and in shade, in degrees; default: the gate's. */
  readonly hues?: readonly [light: number, shade: number]
  /** How much of the ink on them is removed. */
  readonly bare?: number
  /** How much of their gradation is exempt from toning. */
  readonly even?: number
}

const REMEMBERED: readonly Remembered[] = [
  // Straw, blond hair: paler, otherwise they turn green.
  { gate: hueGate(88, 28, [0.01, 0.03, 0.11], [0.4, 0.6]), pull: 0.3, gain: -0.3, lift: 0 },
  // Whites in warm light, and yellowed ones.
  { gate: hueGate(95, 65, [0.002, 0.01, 0.06], [0.68, 0.82]), pull: 0, gain: -0.45, lift: 0.01 },
  // Purplish greys: paler, otherwise hair and asphalt turn purple.
  { gate: hueGate(330, 60, [0.01, 0.03, 0.12], [0, 0.01]), pull: 0, gain: -0.3, lift: 0 },
  // Skin: peach, lighter, not more vivid, and no ink.
  { gate: skin, pull: 0.4, gain: -0.1, lift: 0.03, bare: 0.5, even: 0.6 },
  // Orange: would turn red if more vivid.
  { gate: hueGate(56, 26, [0.09, 0.13, 0.5], [0.25, 0.45]), pull: 0.5, gain: 0, lift: 0.02, hues: [66, 60] },
  // Foliage: a fresh green in light, a deeper one in shade.
  {
    gate: hueGate(134, 50, [0.025, 0.055, 0.5], [0.12, 0.35]),
    pull: 0.6,
    gain: 0.3,
    lift: 0.04,
    hues: [118, 142],
  },
  // Sky: a luminous blue, and clouds without outlines.
  { gate: hueGate(248, 60, [0.02, 0.045, 0.5], [0.5, 0.75]), pull: 0.5, gain: 0.4, lift: -0.02, bare: 0.9, even: 1 },
]

/** Lightness steps of the hue table. */
const HUES = 64

/** Directions of the remembered hues, from dark to light. */
const directions = REMEMBERED.map(({ gate, hues }) => {
  const angle = (i: number): number => {
    if (!hues) return Math.atan2(gate.y, gate.x)
    const [light, shade] = hues
    return ((light + (shade - light) * (1 - smoothstep(0.3, 0.8, i / HUES))) * Math.PI) / 180
  }
  const angles = Float64Array.from({ length: HUES + 1 }, (_, i) => angle(i))
  return { x: angles.map(Math.cos), y: angles.map(Math.sin) }
})

/** The chroma range over which vibrance falls to a third. */
const MUTED = 0.07

/** Foliage in deep shade, which must not get the blue of shade. */
const hedge = hueGate(130, 70, [0.004, 0.014, 0.5], [0, 0.02])

/** The curve of lightness at a value from 0 to 1. */
const brightened = (v: number, { gamma, contrast, floor }: GradeOptions): number => {
  const bright = v ** gamma
  const curved = bright + 2 * contrast * bright * (1 - bright) * (bright - 0.5)
  const lit = curved + floor * (1 - curved) * smoothstep(0.02, 0.14, v)
  // Light stone and cloud keep their shading: only white is white.
  return lit - 0.3 * Math.max(0, lit - 0.78) * smoothstep(0.78, 0.9, lit) * (1 - smoothstep(0.94, 1, v))
}

/** The share of lightness that is toned, and the steepness of the step between two tones. */
const TONED = 0.8
const STEEPNESS = 4

/** Lightness reduced to tones: Winnemoller, Olsen & Gooch, "Real-time video abstraction", 2006, equation 4. */
const tone = (lightness: number, tones: number): number => {
  const cell = (Math.floor(lightness * tones) + 0.5) / tones
  const step = Math.tanh(2 * STEEPNESS * (lightness - cell) * tones) / Math.tanh(STEEPNESS)
  return lightness + TONED * (cell + (0.5 * step) / tones - lightness)
}

const CURVE = 1024

/** Two measures of how low chroma is, tabulated in steps of 1/2048. */
const CHROMA = 2048
const muted = Float32Array.from({ length: CHROMA }, (_, i) => Math.exp(-i / CHROMA / MUTED))
const greyness = Float32Array.from({ length: CHROMA }, (_, i) => 0.2 + 0.8 * Math.exp(-((i / CHROMA / 0.03) ** 2)))

/** Grades the planes, in place; `ink` is the amount of ink at each pixel, 0 to 1. */
export const grade = ({ l, a, b }: Planes, ink: Float32Array, options: GradeOptions): void => {
  const curve = Float32Array.from({ length: CURVE + 1 }, (_, i) => brightened(i / CURVE, options))
  const steps = Float32Array.from({ length: CURVE + 1 }, (_, i) =>
    options.tones > 0 ? tone(i / CURVE, options.tones) : i / CURVE,
  )
  const tint = 1 + 4 * options.lineTone
  for (let i = 0; i < l.length; i++) {
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    const x = chroma > 0 ? a[i] / chroma : 1
    const y = chroma > 0 ? b[i] / chroma : 0
    // Strong colours are lightened less, because sRGB has less room for colour at higher lightness.
    const pale = 1 - 0.8 * smoothstep(0.08, 0.2, chroma)
    const few = Math.min(CHROMA - 1, (chroma * CHROMA) | 0)
    const v = Math.min(1, Math.max(0, l[i]))
    const lightness = v + (curve[(v * CURVE + 0.5) | 0] - v) * (1 - (1 - pale) * smoothstep(0.3, 0.7, v))
    // Linen and snow stay white: the lighter a pixel, the more chroma it needs to count as coloured.
    const white = 0.02 * smoothstep(0.7, 0.95, lightness)
    const lively =
      smoothstep(0.006 + white, 0.035 + white, chroma) *
      smoothstep(0.08, 0.3, lightness) *
      (1 - 0.5 * smoothstep(0.88, 1, lightness))
    // Lightened pixels keep their saturation.
    const kept = Math.min(1.3, 1 + 0.7 * (Math.max(1, lightness / Math.max(0.05, v)) - 1))
    let gain = kept * (1 + (options.vibrance - 1) * muted[few] * lively)
    let hueX = x
    let hueY = y
    let lighter = 0
    let bare = 0
    let even = 0
    const place = Math.min(HUES, Math.max(0, lightness * HUES)) | 0
    for (let k = 0; k < REMEMBERED.length; k++) {
      const kind = REMEMBERED[k]
      const share = options.memory * openness(kind.gate, lightness, chroma, x, y)
      if (share === 0) continue
      hueX += share * kind.pull * (directions[k].x[place] - hueX)
      hueY += share * kind.pull * (directions[k].y[place] - hueY)
      gain *= 1 + share * kind.gain
      lighter += share * kind.lift
      bare += share * (kind.bare ?? 0)
      even += share * (kind.even ?? 0)
    }
    // Moving across the hue circle has shortened the vector.
    gain /= Math.sqrt(hueX * hueX + hueY * hueY)
    const grey = greyness[few]
    const green = chroma > 0 ? openness(hedge, lightness, chroma, x, y) : 0
    const dark = 1 - smoothstep(0.22, 0.85, lightness)
    const cool = options.shade * dark * grey * (1 - 0.9 * smoothstep(0.003, 0.02, b[i])) * (1 - green)
    const warm = options.warmth * smoothstep(0.4, 0.9, lightness) * grey
    const k = options.ink * ink[i] * (1 - Math.min(1, bare)) * smoothstep(0.12, 0.45, lightness)
    const toned = lightness + (1 - even) * (steps[(Math.min(1, lightness) * CURVE + 0.5) | 0] - lightness)
    const bright = Math.min(1 - 0.15 * chroma, toned + lighter * pale)
    l[i] = bright - k * (bright - Math.min(bright, options.lineTone))
    a[i] = chroma * gain * hueX * (1 - 0.3 * k) + 0.06 * cool + tint * 0.02 * k
    b[i] = chroma * gain * hueY * (1 - 0.3 * k) - cool + warm - tint * 0.03 * k
  }
}
