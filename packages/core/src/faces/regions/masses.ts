/**
 * Separates skin, hair, clothes and background (the masses): a mixture of colours is learned for each from the pixels
 * that surely belong to it, and classifies all pixels; the result is smoothed along the picture's edges and learned
 * from again, four times. Colours alone would take foreheads for walls, so priors.ts says what is likely where, and
 * belonging.ts corrects the remaining errors.
 */
import type { Picture } from '../../picture.ts'
import { claimBareSkin, dropStrayHair, ownPerson } from './belonging.ts'
import type { FaceMap } from './face-map.ts'
import { blur } from './filters.ts'
import { guidedFilter } from './guided.ts'
import { toLab } from './lab.ts'
import { fitMixture, logLikelihood } from './mixture.ts'
import { indicesWhere, percentile } from './numbers.ts'
import { squarePlane } from './plane.ts'
import { BACKGROUND, CLOTHES, HAIR, MASSES, priorsOf, SKIN } from './priors.ts'
import { learnSkin, type SkinColour } from './skin-colour.ts'

/** Components of each mass's mixture. */
const COMPONENTS = [3, 5, 5, 6]
const ROUNDS = 4
/** Weight of the priors relative to the colours. */
const PRIOR_WEIGHT = 1.6
/**
 * How much less likely skin in any light is than the skin found so far; more so in black and white, where it resembles
 * everything.
 */
const [ANY_SKIN, ANY_GREY_SKIN] = [1.2, 4.2]
/** The guided filters of the rounds, and of the final result. */
const ROUND_FILTER = { radius: 4, epsilon: 2e-3 }
const LAST_FILTER = { radius: 3, epsilon: 4e-4 }
/** Smoothing of outlines, in pixels, so that lines drawn along them do not wobble. */
const LAST_BLUR = 0.6
/** In a black-and-white photo, 95 % of the pixels have less chroma than this. */
const GREY = 6

export interface Masses {
  /** Shares by mass, in the order of `MASSES`; they sum to one. */
  readonly shares: readonly Float32Array[]
  /** How much each pixel looks like the face's own lit skin, 0 to 1. */
  readonly skinLike: Float32Array
  /** Whether the photo is black and white. */
  readonly grey: boolean
}

/** Separates the masses of a portrait. `person` says how much of each pixel is a person. */
export const findMasses = (picture: Picture, map: FaceMap, person: Float32Array): Masses => {
  const colours = toLab(picture)
  const count = person.length
  const { y, outside, chin, features } = map
  const grey = indicesWhere(count, (i) => chromaAt(colours, i) < GREY).length > 0.95 * count
  const sure = ownPerson(person, map).map((share, i) => Math.min(0.99, Math.max(share, outside[i] < 0 ? 0.97 : 0.01)))
  const skin = learnSkin(picture, colours, map)
  const priors = priorsOf(map, sure, grey).map((prior) => prior.map((share) => Math.log(share + 1e-6)))
  const smooth = guidedFilter(picture, ROUND_FILTER.radius, ROUND_FILTER.epsilon)

  let shares = seedsOf(colours, map, sure, skin)
  for (let round = 0; round < ROUNDS; round++) {
    const likelihoods = shares.map((share, mass) => likelihoodOf(colours, share, COMPONENTS[mass]))
    for (let i = 0; i < count; i++) {
      // Shaded skin counts only where it is likely: in the face, and below it where it is not too dark.
      if (outside[i] < 0.1 || (y[i] > chin.y - 0.25 && colours[3 * i] > 0.45 * skin.lit))
        likelihoods[SKIN][i] = logSum(likelihoods[SKIN][i], skin.any[i] - (grey ? ANY_GREY_SKIN : ANY_SKIN))
    }
    shares = posteriors(likelihoods, priors)
    for (let i = 0; i < count; i++) {
      if (features[i] === 1 && outside[i] < -0.05)
        for (const mass of shares.keys()) shares[mass][i] = Number(mass === SKIN)
    }
    shares = normalised(filtered(shares, (share) => smooth(squarePlane(share)).data))
  }
  dropStrayHair(shares, map)
  if (!grey) claimBareSkin(shares, colours, map, sure, skin)

  const sharpen = guidedFilter(picture, LAST_FILTER.radius, LAST_FILTER.epsilon)
  const last = filtered(shares, (share) => blur(sharpen(squarePlane(share)), LAST_BLUR).data)
  return { shares: normalised(last), skinLike: skin.litShare, grey }
}

/** For each mass, 1 for pixels that surely belong to it; a pixel may belong to none yet. */
const seedsOf = (colours: Float32Array, map: FaceMap, sure: Float32Array, skin: SkinColour): Float32Array[] => {
  const { y, outside, chin } = map
  const count = sure.length
  const shares = MASSES.map(() => new Float32Array(count))
  const crown = indicesWhere(
    count,
    (i) => sure[i] > 0.85 && outside[i] > 0.1 && outside[i] < 0.9 && y[i] < 0.1 && !skin.isLike(i),
  )
  const crownHair = logLikelihood(fitMixture(colours, crown, 4), colours)
  const hairFrom = percentile(
    crown.map((i) => crownHair[i]),
    15,
  )
  for (let i = 0; i < count; i++) {
    const [d, down, body] = [outside[i], y[i], sure[i] > 0.85]
    const other = !skin.isLike(i)
    const hairy = crown.length > 0 && crownHair[i] > hairFrom
    shares[SKIN][i] = Number(map.skin[i] === 1 || (!other && d < 0.1))
    shares[HAIR][i] = Number(body && d > 0.1 && d < 0.9 && down < 0.25 && other)
    shares[CLOTHES][i] = Number(body && down > chin.y + 0.6 && other && (!hairy || down > chin.y + 1.1))
    shares[BACKGROUND][i] = Number(sure[i] < 0.08)
  }
  return shares
}

/** The likelihood of all colours under a mass, learned from the pixels that are mostly of that mass. */
const likelihoodOf = (colours: Float32Array, share: Float32Array, components: number): Float32Array => {
  const pixels = indicesWhere(share.length, (i) => share[i] > 0.5)
  return logLikelihood(fitMixture(colours, pixels, components, share), colours)
}

const chromaAt = (colours: Float32Array, i: number): number => Math.hypot(colours[3 * i + 1], colours[3 * i + 2])

const logSum = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))

/** Likelihoods and the logarithms of the priors together, as shares that sum to one. */
const posteriors = (likelihoods: readonly Float32Array[], priors: readonly Float32Array[]): Float32Array[] => {
  const shares = likelihoods.map((values, mass) => {
    const prior = priors[mass]
    const sums = new Float32Array(values.length)
    for (let i = 0; i < sums.length; i++) sums[i] = values[i] + PRIOR_WEIGHT * prior[i]
    return sums
  })
  for (let i = 0; i < shares[0].length; i++) {
    let most = Number.NEGATIVE_INFINITY
    for (const share of shares) if (share[i] > most) most = share[i]
    let sum = 0
    for (const share of shares) {
      share[i] = Math.exp(share[i] - most)
      sum += share[i]
    }
    for (const share of shares) share[i] /= sum
  }
  return shares
}

/** Shares through a filter that keeps sums: the last is what the others leave of one. */
const filtered = (
  shares: readonly Float32Array[],
  filter: (share: Float32Array) => Float32Array,
): readonly Float32Array[] => {
  const most = shares.slice(0, -1).map(filter)
  const rest = new Float32Array(shares[0].length).fill(1)
  for (const share of most) for (let i = 0; i < rest.length; i++) rest[i] -= share[i]
  return [...most, rest]
}

/** Filters overshoot, so shares are clipped and normalised to sum to one. */
const normalised = (shares: readonly Float32Array[]): Float32Array[] => {
  const kept = shares.map((share) => {
    const clipped = new Float32Array(share.length)
    for (let i = 0; i < clipped.length; i++) clipped[i] = Math.min(1, Math.max(1e-4, share[i]))
    return clipped
  })
  for (let i = 0; i < kept[0].length; i++) {
    let sum = 0
    for (const share of kept) sum += share[i]
    for (const share of kept) share[i] /= sum
  }
  return kept
}
