/**
 * Gates that select colours near a hue, such as those of skin, foliage or sky. They open smoothly along hue, chroma and
 * lightness, so nothing flips at a border; they see one pixel at a time, not the picture's content.
 */
import { smoothstep } from './smoothstep.ts'

export interface HueGate {
  /** The hue in OKLab, as its cosine and sine. */
  readonly x: number
  readonly y: number
  /** Cosine of the angle from the hue at which the gate begins to open. */
  readonly end: number
  /** Chroma at which the gate begins to open, is open, and is closed again. */
  readonly chroma: readonly [begin: number, whole: number, ended: number]
  /** Lightness at which the gate begins to open, and is open. */
  readonly lightness: readonly [begin: number, whole: number]
}

/** A gate of `angle` degrees, and `reach` degrees to either side. */
export const hueGate = (
  angle: number,
  reach: number,
  chroma: HueGate['chroma'],
  lightness: HueGate['lightness'],
): HueGate => {
  const radians = Math.PI / 180
  return {
    x: Math.cos(angle * radians),
    y: Math.sin(angle * radians),
    end: Math.cos(reach * radians),
    chroma,
    lightness,
  }
}

/** How far a gate is open, 0 to 1, for a colour given by lightness, chroma and the cosine x and sine y of its hue. */
export const openness = (gate: HueGate, lightness: number, chroma: number, x: number, y: number): number => {
  const cosine = x * gate.x + y * gate.y
  if (cosine <= gate.end) return 0
  const [begin, whole, ended] = gate.chroma
  return (
    smoothstep(gate.end, 1, cosine) *
    smoothstep(begin, whole, chroma) *
    (1 - smoothstep(0.7 * ended, ended, chroma)) *
    smoothstep(gate.lightness[0], gate.lightness[1], lightness)
  )
}

/** Skin of any tone, and other things of its colour. */
export const skin = hueGate(50, 40, [0.02, 0.045, 0.12], [0.2, 0.45])
