/**
 * Hair: three tones that run along the strands, pointed locks, a band of light that breaks at the locks, and a few thin
 * lines. Its tones are the photo's own, brought to a contrast that can be read; where hair lies is regions'.
 */
import { indicesWhere, median, percentile, smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { inRows } from '../regions/runs.ts'
import type { Canvas, Rgb } from './canvas.ts'
import { mix, notBlack, rgbOf } from './colour.ts'
import type { Coverage } from './coverage.ts'
import { asMeasured, type Steady } from './face-memory.ts'
import { above, enlarge, lineAlong, soften } from './fields.ts'
import type { HeadProportions } from './proportions.ts'
import { alongStrands, type Strands, strandsOf } from './strands.ts'
import type { Study } from './study.ts'
import type { Subject } from './subject.ts'

/** Percentiles of the hair's lightness: up to the first it is dark, from the second on light, from the third on in the band. */
const [DARK, LIGHT, BRIGHT] = [30, 80, 95]
/** Lightness between dark and light tones, at least and at most. */
const [LEAST_CONTRAST, MOST_CONTRAST] = [19, 34]
/** The band lies at this share of the way from the crown down to the hairline, and is so wide in units of the head. */
const [BAND_AT, BAND_WIDTH] = [0.45, 0.19]
/** Its lightness above that of the light tone, and above the middle one at least. */
const [BAND_ABOVE_LIGHT, BAND_ABOVE_MIDDLE] = [7, 25]
/** Fewer pixels than this, in units of the head squared, are no hair. */
const LEAST_HAIR = 0.04
/** Percentiles are taken of no more pixels than this. */
const MOST_SAMPLES = 4000

export interface Hair {
  /** Its dark, middle, light and brightest tone. */
  readonly tones: readonly [dark: Rgb, middle: Rgb, light: Rgb, bright: Rgb]
  /** Lightness along the strands, and the levels of it at which tones change; in the photo's proportions. */
  readonly lightness: Plane
  readonly levels: readonly [dark: number, light: number, bright: number]
  /** Half the width of the range of lightness that the levels lie in. */
  readonly spread: number
  /** Locks: about -1 to 1 across the strands, alike along them. */
  readonly locks: Plane
  readonly strands: Strands
}

/** The pixels that are hair for sure. */
export const sureHair = ({ data }: Plane): number[] => indicesWhere(data.length, (i) => data[i] > 0.75)

/** The same, if a head has any hair to speak of. */
export const coreOf = ({ unit, hair }: Pick<Study, 'unit' | 'hair'>): number[] | undefined => {
  const core = sureHair(hair)
  return core.length < LEAST_HAIR * unit * unit ? undefined : core
}

/** Looks at a head's hair; undefined of one that has none to speak of. */
export const hairOf = (study: Study, steady: Steady = asMeasured): Hair | undefined => {
  const { unit, hair, lightness, a, b } = study
  const core = coreOf(study)
  if (!core) return undefined
  const strands = strandsOf(lightness, hair, 0.03 * unit)
  const first = alongStrands(inside(lightness, hair, 0.03 * unit), strands, 0.08 * unit)
  const streaks = alongStrands(first, strands, 0.08 * unit)
  const every = Math.ceil(core.length / MOST_SAMPLES)
  const some = core.filter((_, k) => k % every === 0)
  const values = some.map((i) => streaks.data[i])
  const [dark, light, bright] = [DARK, LIGHT, BRIGHT].map((percent) =>
    steady(`hair ${percent}`, percentile(values, percent)),
  )
  const toneOf = (from: number, to: number): [number, number, number] => {
    const of = some.filter((i) => streaks.data[i] >= from && streaks.data[i] <= to)
    return [lightness, a, b].map((plane) => median(of.map((i) => plane.data[i]))) as [number, number, number]
  }
  const [low, base, high] = [toneOf(-1, dark), toneOf(dark, light), toneOf(light, 101)].map((tone, i) =>
    tone.map((value, k) => steady(`tone ${i} ${k}`, value)),
  )
  const apart = Math.max(high[0] - low[0], 1)
  const wanted = Math.min(MOST_CONTRAST, Math.max(LEAST_CONTRAST, apart))
  const middle = Math.max(base[0] + 4, 20)
  // Dark hair has little colour; more of it would look dyed.
  const saturation = study.grey ? 0 : 1.25 * Math.min(1, 0.45 + middle / 60)
  const tone = (lightness: number, [, red, yellow]: readonly number[], share: number, cool = 0): Rgb =>
    rgbOf([lightness, red * saturation * share, yellow * saturation * share - (study.grey ? 0 : cool)])
  // Shine is pale; in a drawing it has the hair's own colour.
  const shine = [0, 1, 2].map((k) => 0.5 * (base[k] + high[k]))
  const lightTone = Math.min(middle + 0.6 * wanted, 95)
  return {
    tones: [
      tone(Math.max(middle - 0.5 * wanted, 16.5), base, 1, 3),
      tone(middle, base, 1),
      tone(lightTone, shine, 1),
      tone(Math.min(Math.max(lightTone + BAND_ABOVE_LIGHT, middle + BAND_ABOVE_MIDDLE), 97), shine, 0.85, 1.5),
    ],
    lightness: streaks,
    levels: [dark, light, bright],
    spread: Math.max(4, bright - dark),
    locks: locksOf(lightness, study, strands, some),
    strands,
  }
}

/** A plane within a mass, and what the mass is like near it beyond: so that means along strands take in nothing else. */
const inside = (plane: Plane, mass: Plane, sigma: number): Plane => {
  const { width, height, data } = plane
  const [weighted, weight] = [new Float32Array(data.length), new Float32Array(data.length)]
  for (let i = 0; i < data.length; i++) {
    weight[i] = mass.data[i] > 0.6 ? mass.data[i] : 0
    weighted[i] = weight[i] * data[i]
  }
  const sums = soften({ width, height, data: weighted }, sigma).data
  const shares = soften({ width, height, data: weight }, sigma).data
  const out = new Float32Array(data.length)
  for (let i = 0; i < out.length; i++) {
    const around = shares[i] > 1e-4 ? sums[i] / shares[i] : data[i]
    out[i] = around + (data[i] - around) * smoothStep(0.3, 0.8, mass.data[i])
  }
  return { width, height, data: out }
}

/** What differs from its surroundings, drawn out along the strands: locks, in deviations of the hair's own. */
const locksOf = (lightness: Plane, { unit, hair }: Study, strands: Strands, core: readonly number[]): Plane => {
  const { width, height } = lightness
  const held = inside(lightness, hair, 0.05 * unit)
  const [fine, coarse] = [soften(held, 0.018 * unit).data, soften(held, 0.07 * unit).data]
  const detail = fine.map((value, i) => value - coarse[i])
  const long = alongStrands({ width, height, data: detail }, strands, 0.22 * unit)
  const squares = core.reduce((sum, i) => sum + long.data[i] ** 2, 0)
  const deviation = Math.max(0.3, Math.sqrt(squares / Math.max(1, core.length)))
  const data = long.data.map((value) => Math.min(1.6, Math.max(-1.6, value / deviation)))
  return { width, height, data }
}

/** How far locks push the hair's outline, as a share of the field that it is a level of. */
const POINTED = 0.16

/** The field whose level of a half is the hair's outline, in proportion: locks end in points, and run smooth beside. */
export const hairOutline = (study: Study, hair: Hair | undefined, proportions: HeadProportions): Plane => {
  const { unit, size } = study
  const crisp = { ...study.hair, data: study.hair.data.map((share) => smoothStep(0.2, 0.8, share)) }
  const wide = soften(crisp, 0.02 * unit)
  if (!hair) return proportions.warp(wide)
  const drawnOut = alongStrands(wide, hair.strands, 0.07 * unit)
  const data = new Float32Array(size * size)
  for (let i = 0; i < data.length; i++) {
    // Not over eyes and mouth: there locks would be scratches.
    const free = 1 - study.features.data[i]
    data[i] = drawnOut.data[i] + POINTED * free * hair.locks.data[i] * Math.min(1, 4 * wide.data[i])
  }
  return proportions.warp({ width: size, height: size, data })
}

/** Paints hair where `shape`, which covers all of the canvas, is. */
export const paintHair = (
  canvas: Canvas,
  shape: Coverage,
  study: Study,
  hair: Hair,
  subject: Pick<Subject, 'head' | 'light' | 'look' | 'box'>,
  proportions: HeadProportions,
): void => {
  const side = canvas.width
  const { box, look } = subject
  const { unit } = subject.head
  const { levels, spread, tones } = hair
  const own = hair.lightness.data.map(
    (value, i) => (value - levels[0]) / spread + 0.1 * Math.max(-1, Math.min(1, hair.locks.data[i])),
  )
  const field = enlarge(proportions.warp({ ...hair.lightness, data: own }), side, box)
  const at = (level: number): number => (level - levels[0]) / spread
  const softness = 1 + 0.012 * unit
  const [middles, lights, brights] = levels.map((level) => above(field, at(level), softness, box).data)
  const band = bandOf(study, hair, subject)
  const shine = band && above(enlarge(proportions.warp(band), side, box), 0.5, softness, box).data
  const width = 0.009 * unit * look.lineWidth
  const lines = lineAlong(field, at(levels[0]) - 0.12, () => width, box).data
  const line = notBlack(mix(tones[0], [0, 0, 0], 0.35))
  const { data } = canvas
  inRows(box, side, (from, to) => {
    for (let i = from; i < to; i++) {
      const share = shape.data[i]
      if (share === 0) continue
      const bright = Math.max(0.45 * brights[i], shine ? 0.9 * shine[i] : 0)
      for (let c = 0; c < 3; c++) {
        let value = tones[0][c]
        value += (tones[1][c] - value) * middles[i]
        value += (tones[2][c] - value) * lights[i]
        value += (tones[3][c] - value) * bright
        value += (line[c] - value) * 0.5 * lines[i]
        const o = 3 * i + c
        data[o] += (value - data[o]) * share
      }
    }
  })
}

/** Less hair than this above the forehead, in the same units, has no band: it would look like a cap. */
const LEAST_CROWN = [0.2, 0.45] as const
/** How far locks pull the band up and down, in the same units. */
const BAND_JAGS = 0.075

/**
 * The band of light: an arc around the crown, half way up from the hairline, pulled to and fro by the locks. Undefined where
 * there is too little hair for one.
 */
const bandOf = (
  { size, x, y, hair: mass }: Study,
  { locks, lightness, levels, spread }: Hair,
  { light }: Pick<Subject, 'light'>,
): Plane | undefined => {
  const crown = indicesWhere(size * size, (i) => mass.data[i] > 0.5 && Math.abs(x[i]) < 0.25 && y[i] < -0.25)
  if (crown.length < 40) return undefined
  const heights = crown.map((i) => y[i])
  const [top, line] = [percentile(heights, 2), percentile(heights, 96)]
  const enough = smoothStep(...LEAST_CROWN, line - top)
  if (enough === 0) return undefined
  const sides = indicesWhere(size * size, (i) => mass.data[i] > 0.5 && Math.abs(y[i] + 0.3) < 0.12)
  const halfWidth = Math.min(
    1.4,
    Math.max(
      0.8,
      percentile(
        sides.map((i) => Math.abs(x[i])),
        90,
      ),
    ),
  )
  // An ellipse through the middle of the crown and, at the sides, as far within the hair.
  const up = -(top + BAND_AT * (line - top))
  const aside = halfWidth * 0.82
  const data = new Float32Array(size * size)
  for (let i = 0; i < data.length; i++) {
    const [px, py] = [x[i] / aside, y[i] / up]
    const from = Math.sqrt(px * px + py * py)
    // From straight up to the side, 0 to 1; below the ears there is none.
    const round = Math.abs(Math.atan2(px, -py)) / (Math.PI / 2)
    const lock = Math.max(-1, Math.min(1, locks.data[i]))
    const shown = smoothStep(1.05, 0.55, Math.abs(round - 0.2 * light.x * Math.sign(px)))
    const dark = smoothStep(-0.3, 0.1, (lightness.data[i] - levels[0]) / spread)
    const wide = 0.5 * BAND_WIDTH * enough * shown * dark * (0.65 + 0.6 * lock)
    const far = (from - 1) * up + BAND_JAGS * lock
    data[i] = Math.min(1, Math.max(0, 0.5 + (wide - Math.abs(far)) / 0.12))
  }
  return { width: size, height: size, data }
}
