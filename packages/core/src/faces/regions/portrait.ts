/**
 * Portraits as the network for regions sees them: the crop around a head, its map, and its guides with the mask of
 * people. What is where in one is regions.ts's.
 */
import { type Closeable, closeable } from '../../closing.ts'
import type { Engine } from '../../engine.ts'
import type { Picture } from '../../picture.ts'
import type { Landmarks } from '../landmarks/landmarker.ts'
import { cropPortrait, type PortraitCrop, SIZE } from './crop.ts'
import { type FaceMap, mapFace } from './face-map.ts'
import { guidedPortrait } from './guides.ts'
import { createPersonMask, type PersonModels } from './person-mask.ts'
import { cutPlane, type Plane } from './plane.ts'

export interface Portrait {
  readonly crop: PortraitCrop
  readonly map: FaceMap
  /** Bytes [256, 256, 8]: see guides.ts. */
  readonly guides: Uint8Array<ArrayBuffer>
}

export interface Portraitist extends Closeable {
  /** The portrait of a head; undefined where the landmarks do not form a head inside the picture. */
  portrait(picture: Picture, landmarks: Pick<Landmarks, 'points'>): Promise<Portrait | undefined>
}

/** Loads its network. Throws an `AnimeganError` (`bad-weights`) of one line when the file is not the expected network. */
export const createPortraitist = async (models: PersonModels, engine: Engine): Promise<Portraitist> => {
  const person = await createPersonMask(models, engine)
  let last: { readonly picture: Picture; readonly mask: Promise<Plane> } | undefined
  /** The person mask of the last picture, kept for its next face. */
  const wholeMask = (picture: Picture): Promise<Plane> => {
    if (last?.picture !== picture) last = { picture, mask: person.mask(picture) }
    return last.mask
  }
  return {
    portrait: async (picture, landmarks) => {
      const crop = cropPortrait(picture, landmarks)
      if (!crop) return undefined
      // The mask of the whole picture is more reliable for hair, that of the crop for edges.
      const { data: whole } = cutPlane(await wholeMask(picture), picture, crop.square, SIZE)
      const { data: near } = await person.mask(crop.small)
      const map = mapFace(crop.points, crop.head, SIZE)
      const people = near.map((share, i) => Math.max(share, whole[i]))
      return { crop, map, guides: guidedPortrait(crop.small, map, people) }
    },
    ...closeable(() => person.close()),
  }
}
