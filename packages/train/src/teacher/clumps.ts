/**
 * Clumps: foliage, rock and cloud as a painter paints them: a wash of the mean colour, and on it patches of light and
 * shade with borders, instead of texture. The difference to the wash is divided by the typical difference around it and
 * quantised to three plateaus; quiet areas stay gradients.
 */
import { smoothstep } from './smoothstep.ts'
import { boxBlur, surroundings } from './wide.ts'

/** Three plateaus with steep steps in between: about -1, 0 and 1. */
const plateau = (d: number): number => 0.55 * (Math.tanh(3.5 * (d - 0.65)) + Math.tanh(3.5 * (d + 0.65)))

/** Root mean square of a plane around each pixel. */
const deviation = (plane: Float32Array, width: number, height: number, sigma: number): Float32Array =>
  boxBlur(
    plane.map((d) => d * d),
    width,
    height,
    sigma,
  ).map((v) => Math.sqrt(Math.max(0, v)))

/** The deviation below which an area is quiet, and the one at which clumps have full strength. */
const QUIET = 0.006
const WHOLE = 0.025

/** The lightness of the patches for `difference`, the picture minus its wash: patches of about one size. */
export const clumps = (difference: Float32Array, width: number, height: number, sigma: number): Float32Array => {
  const around = deviation(difference, width, height, sigma)
  return difference.map((d, i) => around[i] * smoothstep(QUIET, WHOLE, around[i]) * plateau(d / (around[i] + 0.003)))
}

/** The deviation of lightness around a border between things, which is no matter of light and shade. */
const BORDER = 0.06

/**
 * The amount to add to a wash's lightness so that each larger shape has a lit and a shaded side, with a softer border
 * than clumps: differences from the surrounding mean are pulled to plus and minus one deviation; larger ones stay.
 */
export const tiers = (wash: Float32Array, width: number, height: number, sigma: number): Float32Array => {
  const base = surroundings(wash, width, height, sigma, BORDER)
  const off = wash.map((v, i) => v - base[i])
  const spread = deviation(off, width, height, sigma)
  return off.map((d, i) => {
    const t = d / (spread[i] + 0.002)
    const inner = 1 - smoothstep(1, 2, Math.abs(t))
    return smoothstep(0.004, 0.015, spread[i]) * spread[i] * (1.05 * Math.tanh(2 * t) - t) * inner
  })
}
