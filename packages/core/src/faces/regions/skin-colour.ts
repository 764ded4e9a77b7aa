/**
 * A person's skin colour in one photo, lit and shaded, learned from cheeks, forehead and nose, which are almost
 * certainly skin.
 */
import type { Picture } from '../../picture.ts'
import type { FaceMap } from './face-map.ts'
import { type Lab, labOf } from './lab.ts'
import { fitMixture, logLikelihood, type Mixture } from './mixture.ts'
import { indicesWhere, median, percentile, smoothStep } from './numbers.ts'

/** Shaded skin is learned from lit skin darkened by these gammas. */
const SHADES = [
  { gain: 1, gamma: 1 },
  { gain: 0.95, gamma: 1.35 },
  { gain: 0.9, gamma: 1.8 },
]
/** The lightness of skin in the deepest shade, relative to lit skin. */
const DEEPEST_SHADE = 0.35
/** Components of lit skin, and of skin in any light. */
const [LIT_COMPONENTS, ANY_COMPONENTS] = [2, 6]

export interface SkinColour {
  /** Lightness of lit skin, 0 to 100. */
  readonly lit: number
  /** How much each pixel looks like lit skin, 0 to 1. */
  readonly litShare: Float32Array
  /** The log-likelihood of each pixel's colour as skin in any light, and the threshold from which it counts as skin. */
  readonly any: Float32Array
  readonly from: number
  /** Whether a pixel looks like skin in any light. */
  isLike(i: number): boolean
}

/** Learns it; `colours` are the picture's colours in Lab, three numbers per pixel. */
export const learnSkin = (picture: Picture, colours: Float32Array, map: FaceMap): SkinColour => {
  const count = colours.length / 3
  const lightness = (i: number): number => colours[3 * i]
  const cheeks = indicesWhere(count, (i) => map.skin[i] === 1)
  const lit = median(cheeks.map(lightness))
  const surest = indicesWhere(count, (i) => map.surestSkin[i] === 1 && lightness(i) > 0.4 * lit)
  const likeLit = logLikelihood(fitMixture(colours, surest, LIT_COMPONENTS), colours)
  const least = (values: Float32Array, pixels: readonly number[], percent: number): number =>
    percentile(
      pixels.map((i) => values[i]),
      percent,
    )
  const litFrom = least(likeLit, surest, 8) - 3
  const any = logLikelihood(shadedSkin(picture, cheeks), colours)
  const from = least(any, cheeks, 6) - 1.5
  return {
    lit,
    litShare: likeLit.map((value) => smoothStep(litFrom - 3, litFrom, value)),
    any,
    from,
    // In the dark, hair looks like skin in the deepest shade.
    isLike: (i) => any[i] > from && lightness(i) > DEEPEST_SHADE * lit,
  }
}

const shadedSkin = ({ channels, data }: Picture, pixels: readonly number[]): Mixture => {
  const colours = SHADES.flatMap(({ gain, gamma }) =>
    pixels.flatMap((i): Lab => {
      const [r, g, b] = [0, 1, 2].map((c) => gain * (data[i * channels + c] / 255) ** gamma) as [number, number, number]
      return labOf(r, g, b)
    }),
  )
  return fitMixture(Float32Array.from(colours), [...Array(colours.length / 3).keys()], ANY_COMPONENTS)
}
