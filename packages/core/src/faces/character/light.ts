/**
 * The light on a head's skin: how light the skin is from place to place without what is drawn on it, at which lightness its
 * shade begins, where the light comes from, and the colour of skin in it. In a face the light is a smooth surface, or shade
 * would fall in blotches.
 */
import type { Lab } from '../regions/lab.ts'
import { indicesWhere, meanOf, median, percentile, smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { inRuns } from '../regions/runs.ts'
import { asMeasured, type Steady } from './face-memory.ts'
import { soften } from './fields.ts'
import { solve } from './fit.ts'
import type { Study } from './study.ts'

/** How far lightness is looked for, in units of the head, where skin is seen and where it is not. */
const [NEAR, FAR] = [0.1, 0.4]
/** How much stays in a face of what the surface leaves over. */
const RESIDUE = 0.3
/** At most this share of a face, in percent, is in the shade. */
const MOST_SHADE = 38
/** Percentiles are taken of no more pixels than this. */
const MOST_SAMPLES = 4000
/** Landmarks on the cheeks. */
const [RIGHT_CHEEK, LEFT_CHEEK] = [
  [50, 205],
  [280, 425],
]

export interface Light {
  /** Lightness of skin, 0 to 1, by pixel of the study, beyond skin too. */
  readonly surface: Plane
  /** Lightness below which skin is in the shade, and half the width of the step. */
  readonly shadeFrom: number
  readonly step: number
  /** How much the shade counts, 0 where a face is lit evenly to 1. */
  readonly depth: number
  /** The median lightness of the face. */
  readonly middle: number
  /** The colour of skin in the light. */
  readonly lit: Lab
  /** The side that the light comes from: -1 the person's right, 1 the left. */
  readonly side: number
}

/** Looks at the light of a head. */
export const lightOf = (study: Study, steady: Steady = asMeasured): Light => {
  const { size, unit, lightness, features, glasses, beard, face, points } = study
  const count = size * size
  const plane = (data: Float32Array): Plane => ({ width: size, height: size, data })
  const bare = new Float32Array(count)
  const seen = new Float32Array(count)
  inRuns(count, (from, to) => {
    for (let i = from; i < to; i++) {
      const share = Math.min(1, Math.max(0, study.skin.data[i] * 1.6 - 0.6))
      bare[i] = share * (1 - features.data[i]) * (1 - Math.min(1, 1.5 * glasses.data[i])) * (1 - beard.data[i])
      seen[i] = (bare[i] * lightness.data[i]) / 100
    }
  })
  const near = [soften(plane(seen), NEAR * unit).data, soften(plane(bare), NEAR * unit).data]
  const far = [soften(plane(seen), FAR * unit).data, soften(plane(bare), FAR * unit).data]
  const surface = new Float32Array(count)
  inRuns(count, (from, to) => {
    for (let i = from; i < to; i++) {
      const around = (far[0][i] + 1e-5) / (far[1][i] + 2e-5)
      surface[i] = around + (near[0][i] / (near[1][i] + 1e-3) - around) * smoothStep(0, 0.25, near[1][i])
    }
  })
  smoothFace(surface, bare, study)

  const inFace = thinned(indicesWhere(count, (i) => face.data[i] * bare[i] > 0.5))
  const values = inFace.length > 50 ? inFace.map((i) => surface[i]) : [0.5, 0.5]
  const most = percentile(values, MOST_SHADE)
  const shadeFrom = Math.min(otsu(values), most)
  const shaded = values.filter((value) => value < shadeFrom)
  const high = meanOf(values.filter((value) => value >= shadeFrom))
  const low = shaded.length > 0 ? meanOf(shaded) : shadeFrom
  const cheek = (indices: readonly number[]): number =>
    meanOf(
      indices.map((i) => {
        const [px, py] = [points[i].x, points[i].y].map((v) => Math.min(size - 1, Math.max(0, Math.floor(v))))
        return surface[py * size + px]
      }),
    )
  const [right, left] = [cheek(RIGHT_CHEEK), cheek(LEFT_CHEEK)]
  const [litL, litA, litB] = litColour(study, surface, inFace, shadeFrom)
  return {
    surface: plane(surface),
    shadeFrom: steady('shade', shadeFrom),
    step: steady('step', Math.max(0.012, 0.06 * (high - low))),
    depth: steady('depth', smoothStep(0.07, 0.2, (high - low) / (high + 0.05))),
    middle: steady('middle', median(values)),
    lit: [steady('lit L', litL), steady('lit a', litA), steady('lit b', litB)],
    side: steady('side', Math.min(1, Math.max(-1, (left - right) / (0.08 * (left + right) + 1e-6)))),
  }
}

/** The median colour of the lit part of a face; on skin that shines not of its shine, which is pale. */
const litColour = (
  { lightness, a, b }: Study,
  surface: Float32Array,
  inFace: readonly number[],
  shadeFrom: number,
): Lab => {
  if (inFace.length === 0) return [70, 12, 18]
  const lit = inFace.filter((i) => surface[i] >= shadeFrom)
  const values = lit.map((i) => surface[i])
  const [from, to] = [percentile(values, 15), percentile(values, 80)]
  const middle = lit.filter((i) => surface[i] >= from && surface[i] <= to)
  const chroma = middle.map((i) => Math.hypot(a.data[i], b.data[i]))
  const [low, half, high] = [25, 50, 75].map((percent) => percentile(chroma, percent))
  const shines = (high - low) / (half + 2) > 0.35
  const chosen = shines ? middle.filter((_, k) => chroma[k] >= half) : middle
  const of = (plane: Plane, pixels: readonly number[]): number => median(pixels.map((i) => plane.data[i]))
  // Shine pales a colour, but leaves its hue: that is of all of them.
  const vivid = Math.hypot(of(a, chosen), of(b, chosen))
  const [red, yellow] = [of(a, lit), of(b, lit)]
  const share = vivid / (Math.hypot(red, yellow) || 1)
  return [of(lightness, chosen), red * share, yellow * share]
}

/** Some thousand of them, spread evenly. */
const thinned = (indices: readonly number[]): number[] => {
  const every = Math.ceil(indices.length / MOST_SAMPLES)
  return indices.filter((_, k) => k % every === 0)
}

/** Otsu's threshold of values, by 64 bins. */
const otsu = (values: readonly number[]): number => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const bins = new Float64Array(64)
  const width = (most - least) / bins.length || 1
  for (const value of values) bins[Math.min(bins.length - 1, Math.floor((value - least) / width))]++
  const whole = bins.reduce((sum, n, i) => sum + n * i, 0)
  let [below, sum, best, at] = [0, 0, -1, 0]
  for (let i = 0; i < bins.length - 1; i++) {
    below += bins[i]
    sum += bins[i] * i
    const share = below / values.length
    const between = ((whole / values.length) * share - sum / values.length) ** 2 / (share * (1 - share) + 1e-6)
    if (between > best) [best, at] = [between, i]
  }
  return least + (at + 0.5) * width
}

/** Within the face, a surface of the second degree in place of most of the lightness. */
const smoothFace = (surface: Float32Array, bare: Float32Array, { size, unit, x, y, face }: Study): void => {
  const terms = 7
  const matrix = Array.from({ length: terms }, () => new Float64Array(terms + 1))
  const row = new Float64Array(terms)
  const fill = (i: number): void => {
    const [px, py] = [x[i], y[i] - 0.4]
    row[0] = 1
    row[1] = px
    row[2] = py
    row[3] = px * px
    row[4] = py * py
    row[5] = px * py
    row[6] = px * px * px
  }
  let used = 0
  for (let i = 0; i < surface.length; i += 3) {
    if (!(face.data[i] > 0.5 && bare[i] > 0.6)) continue
    used++
    fill(i)
    for (let p = 0; p < terms; p++) {
      for (let q = 0; q < terms; q++) matrix[p][q] += row[p] * row[q]
      matrix[p][terms] += row[p] * surface[i]
    }
  }
  if (used < 60) return
  for (let p = 0; p < terms; p++) matrix[p][p] += 1e-3 * used * 1e-2
  const weights = solve(matrix)
  const inside = soften({ width: size, height: size, data: face.data }, 0.05 * unit).data
  for (let i = 0; i < surface.length; i++) {
    if (inside[i] < 1e-3) continue
    fill(i)
    let fit = 0
    for (let p = 0; p < terms; p++) fit += weights[p] * row[p]
    surface[i] += inside[i] * (1 - RESIDUE) * (fit - surface[i])
  }
}
