/**
 * Faces that can be drawn as characters: large enough, turned to the camera, their landmarks sure, their eyes seen and of a skin's
 * colour. The others are left to the style. Measures; draws nothing.
 */

import type { Picture } from '../../picture.ts'
import type { Face } from '../face.ts'
import { type Head, headOf } from '../landmarks/head.ts'
import type { Landmarker, Landmarks } from '../landmarks/landmarker.ts'
import { OUTLINE } from '../landmarks/topology.ts'
import { coverOutlines } from '../regions/face-map.ts'
import type { Plane } from '../regions/plane.ts'
import type { RegionFinder, RegionSigns, Regions } from '../regions/regions.ts'
import { asMeasured, type FollowedFace, type Steady } from './face-memory.ts'

/** A face that can be drawn, and what was measured of it, in pixels of the picture. */
export interface Sitter {
  /** How much of its drawing is shown, 0 to 1: less than 1 only while it fades in or out in a clip. */
  readonly shown: number
  readonly steady: Steady
  readonly least: Steady
  readonly landmarks: Landmarks
  readonly head: Head
  readonly regions: Regions
}

/** The least head worth drawing, in pixels between the eyes' outer corners: a smaller one has no room for lines. */
const LEAST_UNIT = 22
/** How sure the landmarks' network must be that there is a face. */
const LEAST_PRESENCE = 0.7
/** Degrees of turning and tipping beyond which a face is no longer seen. */
const [MOST_YAW, MOST_PITCH] = [46, 32]
/** And of turning where eyes are drawn, not lenses: of one that is turned farther little is left. */
const MOST_YAW_OF_EYES = 42
/** The share of skin around an eye at least, if no lenses are dark: less is under a hat, or behind a camera or a hand. */
const LEAST_LIDS = 0.3
/** And at most, where lenses are dark: what leaves more of an eye's surroundings free is a camera, or a hand. */
const MOST_LIDS = 0.4
/** From this many degrees of turning on, the far eye may be hidden by the nose. */
const TURNED = 35
/** The share of skin and beard in a face at least: less is a hand, a cup, or no face. */
const LEAST_SKIN = 0.55

/** A head smaller than this, in pixels, shows glasses and beards too dimly to be trusted below these signs of them. */
const SMALL_UNIT = 50
const [SMALL_GLASSES, SMALL_BEARD] = [0.97, 0.62]

/** Regions without glasses and beards that a small head may not have. */
export const trusted = (regions: Regions, { unit }: Pick<Head, 'unit'>): Regions => {
  const { signs, glasses, beard, skin } = regions
  if (unit >= SMALL_UNIT) return regions
  const bare = (plane: Plane): Plane => ({ ...plane, data: new Float32Array(plane.data.length) })
  const noGlasses = !signs.darkLenses && signs.glasses < SMALL_GLASSES
  const shaved = signs.beard < SMALL_BEARD
  return {
    ...regions,
    glasses: noGlasses ? bare(glasses) : glasses,
    beard: shaved ? bare(beard) : beard,
    skin: shaved ? { ...skin, data: skin.data.map((share, i) => share + beard.data[i]) } : skin,
    signs: { ...signs, glasses: noGlasses ? 0 : signs.glasses, beard: shaved ? 0 : signs.beard },
  }
}

/** A drawing that is shown in a clip stays as long as a face is within these limits, made so many times as wide. */
const EASE = 1.12

/** How a face is measured. */
type Measuring = Pick<FollowedFace, 'landmarks' | 'regions' | 'steady' | 'least' | 'shown' | 'show'>

/** A face of a photo, which is shown if it is clear. */
const OF_PHOTO: Measuring = {
  landmarks: (found) => found,
  regions: (_picture, _head, find) => find(),
  steady: asMeasured,
  least: asMeasured,
  shown: 0,
  show: Number,
}

/** Measures a face; undefined where it is not to be drawn. `followed` is what is remembered of it in a clip. */
export const sit = async (
  picture: Picture,
  face: Face,
  landmarker: Landmarker,
  finder: RegionFinder,
  followed: Measuring = OF_PHOTO,
): Promise<Sitter | undefined> => {
  const { steady, least } = followed
  const wasShown = followed.shown > 0
  const ease = wasShown ? EASE : 1
  const leave = (): undefined => {
    followed.show(false)
  }
  // A box is some one and a half units wide: what is far too small is not looked at.
  if (Math.max(face.box.width, face.box.height) < LEAST_UNIT) return leave()
  const found = await landmarker.landmarks(picture, face)
  const landmarks = found && followed.landmarks(found)
  const head = landmarks && headOf(landmarks)
  if (!head) return leave()
  const isInView =
    landmarks.presence >= LEAST_PRESENCE / ease &&
    head.unit >= LEAST_UNIT / ease &&
    Math.abs(head.yaw) <= MOST_YAW * ease &&
    Math.abs(head.pitch) <= MOST_PITCH * ease
  // What fades out is still measured.
  if (!isInView && !wasShown) return leave()
  const given = await followed.regions(picture, head, () => finder.regions(picture, landmarks))
  const regions = given && { ...given, signs: steadySigns(given.signs, steady) }
  const shown = followed.show(isInView && regions !== undefined && isClear(regions, landmarks, head, ease))
  return regions && shown > 0 ? { landmarks, head, regions: trusted(regions, head), shown, steady, least } : undefined
}

const steadySigns = ({ beard, glasses, darkLenses, lids, grey, flesh }: RegionSigns, steady: Steady): RegionSigns => ({
  beard: steady('beard', beard),
  glasses: steady('glasses', glasses),
  darkLenses: steady('dark lenses', Number(darkLenses)) > 0.5,
  lids: [steady('right lids', lids[0]), steady('left lids', lids[1])],
  grey: steady('grey', Number(grey)) > 0.5,
  flesh: steady('flesh', Number(flesh)) > 0.5,
})

/** Whether a face is seen well enough; limits may be `ease` times as wide. */
export const isClear = (
  { square, skin, beard, glasses, signs }: Regions,
  { points }: Landmarks,
  { yaw }: Pick<Head, 'yaw'>,
  ease = 1,
): boolean => {
  const lids = Math.abs(yaw) < TURNED ? Math.min(...signs.lids) : Math.max(...signs.lids)
  const areEyesSeen = signs.darkLenses
    ? Math.max(...signs.lids) < MOST_LIDS * ease
    : lids > LEAST_LIDS / ease && Math.abs(yaw) <= MOST_YAW_OF_EYES * ease
  if (!signs.flesh || !areEyesSeen) return false
  const scale = skin.width / square.side
  const inCrop = points.map(({ x, y }) => ({ x: (x - square.x) * scale, y: (y - square.y) * scale }))
  const face = coverOutlines(inCrop, [OUTLINE], skin.width).data
  let [area, seen] = [0, 0]
  for (let i = 0; i < face.length; i++) {
    area += face[i]
    seen += face[i] * Math.min(1, skin.data[i] + beard.data[i] + glasses.data[i])
  }
  return seen > (LEAST_SKIN / ease) * area
}
