/**
 * The regions of a portrait, as soft masks: the person's skin, hair, beard and clothes and the background, which
 * together fill every pixel, and glasses and teeth, which lie on top. Found from colours, landmarks and the person
 * mask; each part's file says how.
 */
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import { toHead } from '../landmarks/head.ts'
import type { Landmarks } from '../landmarks/landmarker.ts'
import { CHIN, OUTLINE } from '../landmarks/topology.ts'
import { findBeard } from './beard.ts'
import { cropPortrait, type PixelSquare, type PortraitCrop, SIZE } from './crop.ts'
import { coverOutlines, type FaceMap, mapFace } from './face-map.ts'
import { blur } from './filters.ts'
import { findGlasses } from './glasses.ts'
import { findMasses } from './masses.ts'
import { createPersonMask, type PersonModels } from './person-mask.ts'
import { cutPlane, type Plane } from './plane.ts'
import { BACKGROUND, CLOTHES, HAIR, SKIN } from './priors.ts'
import { findTeeth } from './teeth.ts'

/** The middle of the upper lip's inner edge. */
const UPPER_LIP = 13

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
}

export interface RegionFinder extends Closeable {
  /**
   * The regions around a head; undefined where the landmarks do not form a head inside the picture. Transparency is
   * ignored. The same picture, landmarks and engine give the same regions.
   */
  regions(picture: Picture, landmarks: Pick<Landmarks, 'points'>): Promise<Regions | undefined>
}

/**
 * Loads its network. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not the expected network.
 */
export const createRegionFinder = async (models: PersonModels, engine: Engine): Promise<RegionFinder> => {
  const person = await createPersonMask(models, engine)
  let last: { readonly picture: Picture; readonly mask: Promise<Plane> } | undefined
  /** The person mask of the last picture, kept for its next face. */
  const wholeMask = (picture: Picture): Promise<Plane> => {
    if (last?.picture !== picture) last = { picture, mask: person.mask(picture) }
    return last.mask
  }
  return {
    regions: async (picture, landmarks) => {
      const crop = cropPortrait(picture, landmarks)
      if (!crop) return undefined
      // The mask of the whole picture is more reliable for hair, that of the crop for edges.
      const { data: whole } = cutPlane(await wholeMask(picture), picture, crop.square, SIZE)
      const { data: near } = await person.mask(crop.small)
      return regionsOf(
        crop,
        near.map((share, i) => Math.max(share, whole[i])),
      )
    },
    ...closeable(() => person.close()),
  }
}

const regionsOf = (crop: PortraitCrop, person: Float32Array): Regions => {
  const map = mapFace(crop.points, crop.head, SIZE)
  const { shares, skinLike, grey } = findMasses(crop.small, map, person)
  const glasses = findGlasses(crop, map, skinLike)
  const beard = findBeard(crop, map, grey)
  const plane = (data: Float32Array): Plane => ({ width: SIZE, height: SIZE, data })

  // Around the mouth there is no hair and there are no clothes: pixels classified so are skin or beard.
  const mouth = mouthOf(map)
  const [skin, hair, clothes] = [SKIN, HAIR, CLOTHES].map((mass) => shares[mass].slice())
  const bearded = new Float32Array(skin.length)
  for (let i = 0; i < skin.length; i++) {
    const ofHair = hair[i] * Math.max(mouth[i], beard.plane.data[i])
    const ofClothes = clothes[i] * beard.plane.data[i]
    hair[i] -= ofHair
    clothes[i] -= ofClothes
    const both = skin[i] + ofHair + ofClothes
    bearded[i] = both * beard.plane.data[i]
    skin[i] = both - bearded[i]
  }
  return {
    square: crop.square,
    skin: plane(skin),
    hair: plane(hair),
    beard: plane(bearded),
    clothes: plane(clothes),
    background: plane(shares[BACKGROUND]),
    glasses: glasses.plane,
    teeth: findTeeth(crop.small, map),
    signs: { beard: beard.evidence, glasses: glasses.score, darkLenses: glasses.dark, lids: glasses.lids, grey },
  }
}

/** The part of the face around mouth and chin, with a soft edge. */
const mouthOf = ({ points, head, x, y, size }: FaceMap): Float32Array => {
  const face = blur(coverOutlines(points, [OUTLINE], size), 0.03 * head.unit).data
  const [lip, chin] = [toHead(head, points[UPPER_LIP]), toHead(head, points[CHIN])]
  const middle = { x: (lip.x + chin.x) / 2, y: (lip.y + chin.y) / 2 }
  return face.map((share, i) => {
    const distance = ((x[i] - middle.x) / 0.5) ** 2 + ((y[i] - middle.y) / 0.52) ** 2
    return share * Math.exp(-(distance ** 3))
  })
}
