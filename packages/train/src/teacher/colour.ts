/**
 * The colours of a drawing: few tones, livelier hues, and the colours that people remember rather than those that a
 * camera saw (Bartleson, "Memory colors of familiar objects", 1960: skin, foliage and sky are remembered purer and nearer
 * to one hue each). Looks at one pixel at a time.
 */
import type { Planes } from './oklab.ts'

/** A remembered colour: what is near its hue is drawn towards it. */
interface Remembered {
  /** The remembered hue in OKLab, as its cosine and sine. */
  readonly x: number
  readonly y: number
  /** Cosine of the angle at which the pull ends. */
  readonly end: number
  /** Chroma below which nothing is pulled, and from which all is. */
  readonly from: number
  readonly to: number
  /** Lightness below which nothing is pulled, and from which all is. */
  readonly dark: number
  readonly light: number
  /** What lightness and chroma gain, and how much of the way the hue goes. */
  readonly lift: number
  readonly gain: number
  readonly pull: number
}

const degrees = (angle: number) => ({ x: Math.cos((angle * Math.PI) / 180), y: Math.sin((angle * Math.PI) / 180) })
const within = (angle: number): number => Math.cos((angle * Math.PI) / 180)

const REMEMBERED: readonly Remembered[] = [
  // Skin: peach, never yellow; lighter, and no more vivid.
  { ...degrees(48), end: within(32), from: 0.02, to: 0.05, dark: 0.35, light: 0.6, lift: 0.05, gain: -0.12, pull: 0.5 },
  // Foliage: from olive to a fresh green.
  {
    ...degrees(138),
    end: within(40),
    from: 0.03,
    to: 0.08,
    dark: 0.2,
    light: 0.45,
    lift: 0.03,
    gain: 0.12,
    pull: 0.35,
  },
  // Sky: a luminous blue.
  { ...degrees(245), end: within(45), from: 0.015, to: 0.06, dark: 0.45, light: 0.7, lift: 0.03, gain: 0.3, pull: 0.4 },
]

export interface ColourOptions {
  /** Exponent of lightness: below 1 brightens. */
  readonly gamma: number
  /** Chroma's gain where there is little of it, as a factor; strong colours gain less. */
  readonly vibrance: number
  /** How far skin, foliage and sky go to their remembered colours, 0 to 1. */
  readonly memory: number
  /** Added to `b` in lights and taken from it in shadows: warm light, cool shade. */
  readonly warmth: number
  /** Steps of lightness from black to white; 0 leaves lightness smooth. */
  readonly tones: number
}

const smooth = (from: number, to: number, v: number): number => {
  const t = (v - from) / (to - from)
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t)
}

/** Lightness drawn to the nearest of evenly spaced tones, softly (Winnemoller, Olsen & Gooch, 2006, equation 4). */
const toned = (l: number, tones: number): number => {
  const nearest = (Math.floor(l * tones) + 0.5) / tones
  return nearest + (0.5 / tones) * (Math.tanh(3.2 * (l - nearest) * tones) / Math.tanh(1.6))
}

/** The same planes, coloured in place. */
export const colour = ({ l, a, b }: Planes, { gamma, vibrance, memory, warmth, tones }: ColourOptions): void => {
  for (let i = 0; i < l.length; i++) {
    let lightness = Math.max(0, l[i]) ** gamma
    if (tones > 0) lightness = toned(lightness, tones)
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    let hx = chroma > 0 ? a[i] / chroma : 1
    let hy = chroma > 0 ? b[i] / chroma : 0
    let gain = 1 + (vibrance - 1) * Math.exp(-chroma / 0.15) * smooth(0.15, 0.45, lightness)
    let lift = 0
    for (const kind of REMEMBERED) {
      const cosine = hx * kind.x + hy * kind.y
      if (cosine <= kind.end) continue
      const share =
        memory *
        smooth(kind.end, 1, cosine) *
        smooth(kind.from, kind.to, chroma) *
        smooth(kind.dark, kind.light, lightness)
      hx += share * kind.pull * (kind.x - hx)
      hy += share * kind.pull * (kind.y - hy)
      const length = Math.sqrt(hx * hx + hy * hy)
      hx /= length
      hy /= length
      gain *= 1 + share * kind.gain
      lift += share * kind.lift
    }
    l[i] = Math.min(1, lightness + lift)
    a[i] = chroma * gain * hx
    b[i] = chroma * gain * hy + warmth * (lightness - 0.5)
  }
}
