/**
 * The regions of a portrait, as soft masks: the person's skin, hair, beard and clothes and the background, which
 * together fill every pixel, and glasses and teeth, which lie on top. A network tells the masses apart (region-network.ts);
 * here they are smoothed along the picture's edges, and other people are taken out. Beards, frames of glasses and teeth are
 * finer than what it resolves, and are found in the picture: each has a file.
 */
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import type { Landmarks } from '../landmarks/landmarker.ts'
import { findBeard } from './beard.ts'
import { piecesOf } from './components.ts'
import type { PixelSquare } from './crop.ts'
import { fitToEdges } from './edges.ts'
import type { FaceMap } from './face-map.ts'
import { blur, dilate } from './filters.ts'
import { isFlesh } from './flesh.ts'
import { findGlasses } from './glasses.ts'
import { guidedFilter } from './guided.ts'
import { settleHeadgear } from './headgear.ts'
import { toLab } from './lab.ts'
import type { PersonModels } from './person-mask.ts'
import { type Plane, squarePlane } from './plane.ts'
import { createPortraitist, type Portrait } from './portrait.ts'
import { type ClassShares, createRegionNetwork, type RegionModels } from './region-network.ts'
import { inRuns } from './runs.ts'
import { findTeeth } from './teeth.ts'

/** The guided filter of the masses, and the smoothing of their outlines in pixels, so that lines along them do not wobble. */
const FILTER = { radius: 3, epsilon: 4e-4 }
const LAST_BLUR = 0.6
/** In a black-and-white photo, 95 % of the pixels have less chroma than this. */
const GREY = 6
/** Maximum width of a person's soft edge, in pixels. */
const SOFT_EDGE = 6

/** Masks of 256 by 256 pixels, each from 0 to 1. */
export interface Regions {
  /** The square of the picture that they cover. */
  readonly square: PixelSquare
  /** These five sum to one. */
  readonly skin: Plane
  readonly hair: Plane
  readonly beard: Plane
  readonly clothes: Plane
  readonly background: Plane
  /** The frames of clear glasses, the lenses of dark ones. */
  readonly glasses: Plane
  readonly teeth: Plane
  /** Measurements made along the way, for deciding what to draw. */
  readonly signs: RegionSigns
}

export interface RegionSigns {
  /** How much of the jaw looks like a beard, 0 to 1. */
  readonly beard: number
  /** Confidence that there are glasses, 0 to 1. */
  readonly glasses: number
  /** Whether lenses hide the eyes. */
  readonly darkLenses: boolean
  /** How much skin is visible around the right and the left eye, 0 to 1. */
  readonly lids: readonly [right: number, left: number]
  /** Whether the photo is black and white. */
  readonly grey: boolean
  /** Whether the face has a colour that skin can have. */
  readonly flesh: boolean
}

export interface RegionFinder extends Closeable {
  /**
   * The regions around a head; undefined where the landmarks do not form a head inside the picture. Transparency is
   * ignored. The same picture, landmarks and engine give the same regions.
   */
  regions(picture: Picture, landmarks: Pick<Landmarks, 'points'>): Promise<Regions | undefined>
}

/**
 * Loads its networks. Throws an `AnimeganError` (`bad-weights`) of one line when a file is not the expected network.
 */
export const createRegionFinder = async (
  models: PersonModels & RegionModels,
  engine: Engine,
): Promise<RegionFinder> => {
  const portraitist = await createPortraitist(models, engine)
  const network = await createRegionNetwork(models, engine)
  return {
    regions: async (picture, landmarks) => {
      const portrait = await portraitist.portrait(picture, landmarks)
      return portrait && regionsOf(portrait, await network.classify(portrait.guides, portrait.crop.head.down))
    },
    ...closeable(async () => {
      await portraitist.close()
      await network.close()
    }),
  }
}

const regionsOf = ({ crop, map }: Portrait, classes: ClassShares): Regions => {
  const { square, small } = crop
  const { clothes, background } = classes
  const { hair, headgear } = settleHeadgear(classes, map)
  const colours = toLab(small)
  const grey = isGrey(colours)
  const beard = findBeard(crop.fine, colours, map, grey)
  const own = ownPerson(background, map)
  const shaved = beard.plane.data
  const [ownHair, ownClothes, notOwn] = [0, 1, 2].map(() => new Float32Array(own.length))
  inRuns(own.length, (from, to) => {
    for (let i = from; i < to; i++) {
      ownHair[i] = hair[i] * (1 - shaved[i]) * own[i]
      // Headgear is left to the style, as clothes are.
      ownClothes[i] = (clothes[i] + headgear[i]) * (1 - shaved[i]) * own[i]
      notOwn[i] = 1 - (1 - background[i]) * own[i]
    }
  })
  fitToEdges(small, map, [ownHair, ownClothes], notOwn)
  const [ofHair, ofClothes, behind] = smoothed(small, [ownHair, ownClothes, notOwn])
  const [ofSkin, ofBeard] = [0, 1].map(() => new Float32Array(own.length))
  inRuns(own.length, (from, to) => {
    for (let i = from; i < to; i++) {
      // All that is left is skin: hands, too, and what lies over the face.
      const rest = Math.fround(1 - ofHair[i] - ofClothes[i] - behind[i])
      ofBeard[i] = shaved[i] * Math.max(0, rest)
      ofSkin[i] = rest - ofBeard[i]
    }
  })
  const [skin, ...others] = normalised([ofSkin, ofHair, ofBeard, ofClothes, behind]).map(squarePlane)
  const { plane: glasses, score, dark, lids } = findGlasses(crop, map, classes)
  return {
    square,
    skin,
    hair: others[0],
    beard: others[1],
    clothes: others[2],
    background: others[3],
    glasses,
    teeth: findTeeth(colours, map, skin.data),
    signs: {
      beard: beard.evidence,
      glasses: score,
      darkLenses: dark,
      lids,
      grey,
      flesh: isFlesh(colours, map, skin.data, grey),
    },
  }
}

/** How much of each pixel is this person and nobody else: the pieces of the person that reach into the face, with their soft edges. */
const ownPerson = (background: Float32Array, { outside }: FaceMap): Float32Array => {
  const { labels, pieces } = piecesOf(squarePlane(background.map((share) => 1 - share)), false)
  const isOwn = new Uint8Array(pieces.length)
  for (let i = 0; i < labels.length; i++) if (labels[i] > 0 && outside[i] < 0) isOwn[labels[i]] = 1
  const own = new Float32Array(labels.length)
  for (let i = 0; i < own.length; i++) own[i] = isOwn[labels[i]]
  return dilate(squarePlane(own), SOFT_EDGE).data
}

/** Whether a photo is black and white, by its colours in Lab. */
const isGrey = (colours: Float32Array): boolean => {
  const count = colours.length / 3
  let pale = 0
  for (let i = 0; i < count; i++) if (colours[3 * i + 1] ** 2 + colours[3 * i + 2] ** 2 < GREY ** 2) pale++
  return pale > 0.95 * count
}

/** Shares smoothed, but not across the picture's edges. */
const smoothed = (picture: Picture, shares: readonly Float32Array[]): Float32Array[] => {
  const filter = guidedFilter(picture, FILTER.radius, FILTER.epsilon)
  return shares.map((share) => blur(filter(squarePlane(share)), LAST_BLUR).data)
}

/** Filters overshoot, so shares are clipped and normalised to sum to one. */
const normalised = (shares: readonly Float32Array[]): Float32Array[] => {
  const sums = new Float64Array(shares[0].length)
  const kept = shares.map((share) => {
    const clipped = new Float32Array(share.length)
    inRuns(share.length, (from, to) => {
      for (let i = from; i < to; i++) {
        clipped[i] = Math.min(1, Math.max(1e-4, share[i]))
        sums[i] += clipped[i]
      }
    })
    return clipped
  })
  for (const share of kept) {
    inRuns(share.length, (from, to) => {
      for (let i = from; i < to; i++) share[i] /= sums[i]
    })
  }
  return kept
}
