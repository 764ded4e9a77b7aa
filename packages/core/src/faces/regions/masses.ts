/**
 * Skin, hair, clothes and background told apart: what each looks like is learned from the pixels that are surely one of
 * them, as a mixture of colours, and asked of all; what comes out is smoothed along the picture's edges and learned from
 * again, four times. Colours alone would take foreheads for walls; priors.ts says what is likely where.
 */
import type { Picture } from '../../picture.ts'
import { piecesOf } from './components.ts'
import type { FaceMap } from './face-map.ts'
import { blur, dilate, erode } from './filters.ts'
import { guidedFilter } from './guided.ts'
import { type Lab, labOf, toLab } from './lab.ts'
import { fitMixture, logLikelihood, type Mixture } from './mixture.ts'
import { indicesWhere, meanOf, median, percentile, smoothStep } from './numbers.ts'
import type { Plane } from './plane.ts'
import { BACKGROUND, CLOTHES, HAIR, MASSES, priorsOf, SKIN } from './priors.ts'

/** Components of each mass's mixture. */
const COMPONENTS = [3, 5, 5, 6]
const ROUNDS = 4
/** How much the priors count beside the colours. */
const PRIOR_WEIGHT = 1.6
/** The picture's edges as the rounds see them, and as the result is cut to. */
const ROUND_FILTER = { radius: 4, epsilon: 2e-3 }
const LAST_FILTER = { radius: 3, epsilon: 4e-4 }
/** Outlines are smoothed by this, in pixels: what is drawn along them should not tremble. */
const LAST_BLUR = 0.6
/** Skin in the shade is learned from skin in the light, darkened by gammas like these. */
const SHADES = [
  { gain: 1, gamma: 1 },
  { gain: 0.95, gamma: 1.35 },
  { gain: 0.9, gamma: 1.8 },
]
/** The lightness of skin in the deepest shade, beside that of lit skin. */
const DEEPEST_SHADE = 0.35
/** Pixels that a person's soft edge is wide at most. */
const SOFT_EDGE = 6
/** Every head of hair reaches up to here, in the head's frame: the ears' upper half. */
const ABOVE_EARS = 0.3
/** Half of what is thin, in pixels. */
const THIN = 2
/** Chroma that 95 % of a black-and-white photo's pixels stay under. */
const GREY = 6

export interface Masses {
  /** Shares by mass, in the order of `MASSES`; they sum to one. */
  readonly shares: readonly Float32Array[]
  /** How much each pixel looks like the face's own lit skin, 0 to 1. */
  readonly skinLike: Float32Array
  /** Whether the photo is black and white. */
  readonly grey: boolean
}

/** Tells the masses of a portrait apart. `person` is the share of a person by pixel. */
export const findMasses = (picture: Picture, map: FaceMap, person: Float32Array): Masses => {
  const colours = toLab(picture)
  const count = person.length
  const { y, outside, chin, features } = map
  const grey = indicesWhere(count, (i) => chromaAt(colours, i) < GREY).length > 0.95 * count
  const own = ownPerson(person, map)
  const sure = own.map((share, i) => Math.min(0.99, Math.max(share, outside[i] < 0 ? 0.97 : 0.01)))
  const lightness = (i: number): number => colours[3 * i]

  const cheeks = indicesWhere(count, (i) => map.skin[i] === 1)
  const lit = median(cheeks.map(lightness))
  const surest = indicesWhere(count, (i) => map.surestSkin[i] === 1 && lightness(i) > 0.4 * lit)
  const litSkin = logLikelihood(fitMixture(colours, surest, 2), colours)
  const litFrom =
    percentile(
      surest.map((i) => litSkin[i]),
      8,
    ) - 3
  const anySkin = logLikelihood(shadedSkin(picture, cheeks), colours)
  const skinFrom =
    percentile(
      cheeks.map((i) => anySkin[i]),
      6,
    ) - 1.5
  // In the dark, hair looks like skin in the deepest shade.
  const looksLikeSkin = (i: number): boolean => anySkin[i] > skinFrom && lightness(i) > DEEPEST_SHADE * lit

  const crown = indicesWhere(
    count,
    (i) => sure[i] > 0.85 && outside[i] > 0.1 && outside[i] < 0.9 && y[i] < 0.1 && !looksLikeSkin(i),
  )
  const crownHair = logLikelihood(fitMixture(colours, crown, 4), colours)
  const hairFrom = percentile(
    crown.map((i) => crownHair[i]),
    15,
  )

  const priors = priorsOf(map, sure, grey).map((prior) => prior.map((share) => Math.log(share + 1e-6)))
  let shares: Float32Array[] = MASSES.map(() => new Float32Array(count))
  for (let i = 0; i < count; i++) {
    const [d, down, body] = [outside[i], y[i], sure[i] > 0.85]
    const other = !looksLikeSkin(i)
    const hairy = crown.length > 0 && crownHair[i] > hairFrom
    shares[SKIN][i] = Number(map.skin[i] === 1 || (!other && d < 0.1))
    shares[HAIR][i] = Number(body && d > 0.1 && d < 0.9 && down < 0.25 && other)
    shares[CLOTHES][i] = Number(body && down > chin.y + 0.6 && other && (!hairy || down > chin.y + 1.1))
    shares[BACKGROUND][i] = Number(sure[i] < 0.08)
  }

  const smooth = guidedFilter(picture, ROUND_FILTER.radius, ROUND_FILTER.epsilon)
  const bySkin = grey ? 4.2 : 1.2
  for (let round = 0; round < ROUNDS; round++) {
    const likelihoods = shares.map((share, mass) =>
      logLikelihood(
        fitMixture(
          colours,
          indicesWhere(count, (i) => share[i] > 0.5),
          COMPONENTS[mass],
          share,
        ),
        colours,
      ),
    )
    for (let i = 0; i < count; i++) {
      // Shaded skin counts where skin in the shade is likely: in the face, and below it where it is not too dark.
      if (outside[i] < 0.1 || (y[i] > chin.y - 0.25 && lightness(i) > 0.45 * lit))
        likelihoods[SKIN][i] = logSum(likelihoods[SKIN][i], anySkin[i] - bySkin)
    }
    shares = posteriors(likelihoods, priors)
    for (let i = 0; i < count; i++) {
      if (features[i] === 1 && outside[i] < -0.05)
        for (const mass of shares.keys()) shares[mass][i] = Number(mass === SKIN)
    }
    shares = normalised(shares.map((share) => smooth(planeOf(share)).data))
  }
  dropStrayHair(shares, map)
  if (!grey) claimBareSkin(shares, map, sure, { colours, anySkin, skinFrom, lit })

  const sharpen = guidedFilter(picture, LAST_FILTER.radius, LAST_FILTER.epsilon)
  const last = shares.map((share) => blur(sharpen(planeOf(share)), LAST_BLUR).data)
  return {
    shares: normalised(last),
    skinLike: litSkin.map((value) => smoothStep(litFrom - 3, litFrom, value)),
    grey,
  }
}

/** Without other people: of the mask's pieces only those that the face lies in, with their soft edges. */
const ownPerson = (person: Float32Array, { outside }: FaceMap): Float32Array => {
  const { labels } = piecesOf(planeOf(person), false)
  const ownLabels = new Set(labels.filter((label, i) => label > 0 && outside[i] < 0))
  const own = dilate(planeOf(Float32Array.from(labels, (label) => Number(ownLabels.has(label)))), SOFT_EDGE).data
  return person.map((share, i) => (own[i] > 0 ? share : 0))
}

const planeOf = (data: Float32Array): Plane => {
  const side = Math.sqrt(data.length)
  return { width: side, height: side, data }
}

const chromaAt = (colours: Float32Array, i: number): number => Math.hypot(colours[3 * i + 1], colours[3 * i + 2])

const logSum = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))

/** What the face's skin looks like in the light and in the shade. */
const shadedSkin = ({ channels, data }: Picture, cheeks: readonly number[]): Mixture => {
  const colours = SHADES.flatMap(({ gain, gamma }) =>
    cheeks.flatMap((i): Lab => {
      const [r, g, b] = [0, 1, 2].map((c) => gain * (data[i * channels + c] / 255) ** gamma) as [number, number, number]
      return labOf(r, g, b)
    }),
  )
  return fitMixture(Float32Array.from(colours), [...Array(colours.length / 3).keys()], 6)
}

/** Likelihoods and the logarithms of the priors together, as shares that sum to one. */
const posteriors = (likelihoods: readonly Float32Array[], priors: readonly Float32Array[]): Float32Array[] => {
  const shares = likelihoods.map((values, mass) => values.map((value, i) => value + PRIOR_WEIGHT * priors[mass][i]))
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

/** Filters overshoot: cut off, and made to sum to one again. */
const normalised = (shares: readonly Float32Array[]): Float32Array[] => {
  const kept = shares.map((share) => share.map((value) => Math.min(1, Math.max(1e-4, value))))
  for (let i = 0; i < kept[0].length; i++) {
    let sum = 0
    for (const share of kept) sum += share[i]
    for (const share of kept) share[i] /= sum
  }
  return kept
}

/** Below the chin, hair that does not reach up to the head is clothes of its colour. */
const dropStrayHair = (shares: readonly Float32Array[], { y, outside, chin }: FaceMap): void => {
  // Cut where it is thin: a beard's shadow or a collar may join it to the head.
  const { labels } = piecesOf(erode(planeOf(shares[HAIR]), THIN), false)
  const ofHead = new Set(labels.filter((label, i) => label > 0 && y[i] < ABOVE_EARS))
  const reached = dilate(planeOf(Float32Array.from(labels, (label) => Number(ofHead.has(label)))), 2 * THIN)
  const kept = blur(reached, 1).data
  for (let i = 0; i < kept.length; i++) {
    const stray = y[i] > chin.y - 0.15 && outside[i] > 0 ? shares[HAIR][i] * (1 - kept[i]) : 0
    shares[HAIR][i] -= stray
    shares[CLOTHES][i] += stray
  }
}

interface SkinColour {
  readonly colours: Float32Array
  readonly anySkin: Float32Array
  readonly skinFrom: number
  readonly lit: number
}

/**
 * Bare shoulders, arms and hands: what is skin-coloured and large outside the face is skin, not clothes, unless the clothes
 * themselves are skin-coloured; and not hair either where it is far from the head and the hair is not fair.
 */
const claimBareSkin = (shares: readonly Float32Array[], map: FaceMap, sure: Float32Array, colour: SkinColour): void => {
  const { x, y, outside, chin, head, size } = map
  const { colours, anySkin, skinFrom, lit } = colour
  const count = sure.length
  const bare = Float32Array.from({ length: count }, (_, i) =>
    sure[i] > 0.5 && colours[3 * i] > 0.5 * lit ? smoothStep(skinFrom - 2.5, skinFrom, anySkin[i]) : 0,
  )
  const body = indicesWhere(count, (i) => y[i] > chin.y + 0.5 && sure[i] > 0.85)
  if (body.length === 0 || meanOf(body.filter((i) => Math.abs(x[i]) > 0.3).map((i) => bare[i])) >= 0.45) return
  const mask = planeOf(bare.map((share, i) => Number(share > 0.5 || shares[SKIN][i] > 0.5)))
  const { labels, pieces } = piecesOf(dilate(erode(mask, 1), 1), false)
  const least = (0.22 * head.unit) ** 2
  const large = Float32Array.from({ length: count }, (_, i) =>
    Number(labels[i] > 0 && pieces[labels[i]].area > least && y[i] > -0.1 && outside[i] > 0.05),
  )
  const claim = blur({ width: size, height: size, data: large }, 1.2).data
  // Fair hair is skin-coloured too.
  const top = indicesWhere(count, (i) => sure[i] > 0.85 && outside[i] > 0.12 && outside[i] < 0.6 && y[i] < -0.75)
  const fair = top.length > 0 ? meanOf(top.map((i) => bare[i])) : 1
  for (let i = 0; i < count; i++) {
    const far = outside[i] > 0.25 && Math.abs(x[i]) > 0.9 && fair < 0.12 && colours[3 * i] > 0.7 * lit
    const ofHair = far ? shares[HAIR][i] * 0.95 * claim[i] : 0
    const ofClothes = shares[CLOTHES][i] * 0.95 * claim[i]
    shares[HAIR][i] -= ofHair
    shares[CLOTHES][i] -= ofClothes
    shares[SKIN][i] += ofHair + ofClothes
  }
}
