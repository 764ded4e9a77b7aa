/**
 * Corrects regions by what they are connected to, which colours cannot tell: other people, hair that is on nobody's
 * head, and bare skin away from the face.
 */
import { piecesOf } from './components.ts'
import type { FaceMap } from './face-map.ts'
import { blur, dilate, erode } from './filters.ts'
import { indicesWhere, meanOf, smoothStep } from './numbers.ts'
import { squarePlane } from './plane.ts'
import { CLOTHES, HAIR, SKIN } from './priors.ts'
import type { SkinColour } from './skin-colour.ts'

/** Maximum width of a person's soft edge, in pixels. */
const SOFT_EDGE = 6
/** All hair on a head reaches at least up to here, in the head's frame: the upper half of the ears. */
const ABOVE_EARS = 0.3
/** How far below the jaw its shadow reaches, in units of the head. */
const JAW_SHADE = 0.3
/** Half the width of a thin connection, in pixels. */
const THIN = 2

/** Removes other people: keeps only the pieces of the mask that contain the face, with their soft edges. */
export const ownPerson = (person: Float32Array, { outside }: FaceMap): Float32Array => {
  const { labels } = piecesOf(squarePlane(person), false)
  const ownLabels = new Set(labels.filter((label, i) => label > 0 && outside[i] < 0))
  const own = dilate(squarePlane(Float32Array.from(labels, (label) => Number(ownLabels.has(label)))), SOFT_EDGE).data
  return person.map((share, i) => (own[i] > 0 ? share : 0))
}

/**
 * Below the chin, "hair" that does not connect to the head is clothes of that colour or, right at the jaw, a shaded
 * neck.
 */
export const dropStrayHair = (shares: readonly Float32Array[], { y, outside, chin }: FaceMap): void => {
  // Cut at thin connections: a beard's shadow or a collar may join it to the head.
  const { labels } = piecesOf(erode(squarePlane(shares[HAIR]), THIN), false)
  const ofHead = new Set(labels.filter((label, i) => label > 0 && y[i] < ABOVE_EARS))
  const reached = dilate(squarePlane(Float32Array.from(labels, (label) => Number(ofHead.has(label)))), 2 * THIN)
  const kept = blur(reached, 1).data
  for (let i = 0; i < kept.length; i++) {
    const stray = y[i] > chin.y - 0.15 && outside[i] > 0 ? shares[HAIR][i] * (1 - kept[i]) : 0
    shares[HAIR][i] -= stray
    shares[outside[i] < JAW_SHADE ? SKIN : CLOTHES][i] += stray
  }
}

/**
 * Bare shoulders, arms and hands: large skin-coloured areas outside the face are skin, not clothes, unless the clothes
 * themselves are skin-coloured. They are not hair either, if far from the head and the hair is not fair.
 */
export const claimBareSkin = (
  shares: readonly Float32Array[],
  colours: Float32Array,
  map: FaceMap,
  sure: Float32Array,
  skin: SkinColour,
): void => {
  const { x, y, outside, chin, head } = map
  const count = sure.length
  const bare = Float32Array.from({ length: count }, (_, i) =>
    sure[i] > 0.5 && colours[3 * i] > 0.5 * skin.lit ? smoothStep(skin.from - 2.5, skin.from, skin.any[i]) : 0,
  )
  const body = indicesWhere(count, (i) => y[i] > chin.y + 0.5 && sure[i] > 0.85)
  if (body.length === 0 || meanOf(body.filter((i) => Math.abs(x[i]) > 0.3).map((i) => bare[i])) >= 0.45) return
  const mask = squarePlane(bare.map((share, i) => Number(share > 0.5 || shares[SKIN][i] > 0.5)))
  const { labels, pieces } = piecesOf(dilate(erode(mask, 1), 1), false)
  const least = (0.22 * head.unit) ** 2
  const large = Float32Array.from({ length: count }, (_, i) =>
    Number(labels[i] > 0 && pieces[labels[i]].area > least && y[i] > -0.1 && outside[i] > 0.05),
  )
  const claim = blur(squarePlane(large), 1.2).data
  // Fair hair is skin-coloured too.
  const top = indicesWhere(count, (i) => sure[i] > 0.85 && outside[i] > 0.12 && outside[i] < 0.6 && y[i] < -0.75)
  const fair = top.length > 0 ? meanOf(top.map((i) => bare[i])) : 1
  for (let i = 0; i < count; i++) {
    const far = outside[i] > 0.25 && Math.abs(x[i]) > 0.9 && fair < 0.12 && colours[3 * i] > 0.7 * skin.lit
    const ofHair = far ? shares[HAIR][i] * 0.95 * claim[i] : 0
    const ofClothes = shares[CLOTHES][i] * 0.95 * claim[i]
    shares[HAIR][i] -= ofHair
    shares[CLOTHES][i] -= ofClothes
    shares[SKIN][i] += ofHair + ofClothes
  }
}
