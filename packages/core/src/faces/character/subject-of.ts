/**
 * Makes the subject that a head's parts are drawn from: everything measured once, and brought to the canvas. What of it is not
 * to be trusted (a hidden eye, a head turned away) is said here too.
 */
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import type { Iris } from '../landmarks/landmarker.ts'
import { EYES } from '../landmarks/topology.ts'
import { type Box, boxAround, boxWithin } from '../regions/box.ts'
import { MASKS } from '../regions/carried.ts'
import { outlineOf } from '../regions/face-map.ts'
import { lightnessOf } from '../regions/lab.ts'
import { indicesWhere, meanOf, percentile, smoothStep } from '../regions/numbers.ts'
import { inWhole, partOf } from '../regions/part.ts'
import { type Plane, resizePlane } from '../regions/plane.ts'
import type { Regions } from '../regions/regions.ts'
import type { Rgb } from './canvas.ts'
import { cover } from './coverage.ts'
import type { Steady } from './face-memory.ts'
import { soften } from './fields.ts'
import type { Light } from './light.ts'
import { type HeadProportions, proportionsOf } from './proportions.ts'
import { skinColoursOf } from './skin.ts'
import type { Sitting, Study } from './study.ts'
import type { CharacterLook, CharacterOptions, Subject } from './subject.ts'

/** The drawing fades out over these degrees of turning away. */
const [TURNED, AWAY] = [42, 60]
/** An eye is drawn where this much skin is seen around it: not at all at the first, wholly at the second. */
const [NO_LIDS, LIDS] = [0.2, 0.42]
/** Of a head without hair. */
const BROWN: Rgb = [0.2, 0.15, 0.13]

/** How much of a drawing of the head is to be trusted, 0 to 1. */
export const surenessOf = ({ yaw }: { readonly yaw: number }): number => smoothStep(AWAY, TURNED, Math.abs(yaw))

/** How much of each eye is drawn, 0 to 1. */
export const eyesSeen = ({ darkLenses, lids }: Regions['signs'], sure: number): [right: number, left: number] => {
  const seen = (eye: 0 | 1): number => (darkLenses ? 0 : sure * smoothStep(NO_LIDS, LIDS, lids[eye]))
  return [seen(0), seen(1)]
}

/** The proportions in which a sitting is drawn. */
export const proportionsOfSitting = ({ photo, points, head, regions }: Sitting, strength: number): HeadProportions => {
  const sure = surenessOf(head)
  return proportionsOf(points, head, photo.width, strength * sure, eyesSeen(regions.signs, 1))
}

/** What a subject is made of, beside the sitting. */
export interface SubjectParts {
  readonly irises: readonly [right: Iris, left: Iris]
  readonly steady: Steady
  readonly detail: number
  readonly study: Study
  readonly light: Light
  /** The hair's darkest tone, if there is hair. */
  readonly hair: Rgb | undefined
  readonly proportions: HeadProportions
  readonly options: CharacterOptions
  readonly look: CharacterLook
  readonly box: Box
}

/** Makes the subject. */
export const subjectOf = (
  { photo, points, head, regions }: Sitting,
  { irises, steady, detail, study, light, hair, proportions, options, look, box }: SubjectParts,
): Subject => {
  const size = photo.width
  const sure = surenessOf(head)
  let lightness: Plane | undefined
  return {
    size,
    box,
    photo,
    get lightness() {
      lightness ??= faceLightness(photo, points, head.unit)
      return lightness
    },
    head,
    points,
    drawn: points.map(proportions.toDrawn),
    irises,
    detail,
    steady,
    toDrawn: proportions.toDrawn,
    regions: largeRegions(regions, size),
    eyes: eyesSeen(regions.signs, sure),
    sure,
    light: { x: light.side, y: -0.6 },
    softness: steady('softness', softnessOf(study, regions.signs.beard, options.lashes)),
    skin: skinColoursOf(light, study.grey, look),
    hair: hair ?? BROWN,
    options,
    look,
  }
}

/** How far from the landmarks the skin is looked at, in units of the head. */
const NEAR = 0.25

/** The photo's lightness, lightly blurred, near the face; 0 elsewhere. */
const faceLightness = (photo: Picture, points: readonly Point[], unit: number): Plane => {
  const box = boxWithin(boxAround(points), Math.ceil(NEAR * unit), photo)
  const part = partOf(photo, box)
  const { width, height } = part
  return inWhole(soften({ width, height, data: lightnessOf(part) }, 0.004 * unit), box, photo)
}

/** Masks of the canvas's size, each made when it is first looked at: most heads need few of them. */
const largeRegions = (regions: Sitting['regions'], size: number): Subject['regions'] => {
  const large = { signs: regions.signs }
  for (const name of MASKS) {
    let made: Plane | undefined
    const get = (): Plane => {
      made ??= resizePlane(regions[name], size, size)
      return made
    }
    Object.defineProperty(large, name, { enumerable: true, get })
  }
  return large as Subject['regions']
}

/** How full lashes and lips are drawn: as asked for, or fuller the thinner the brows and the less of a beard there is. */
const softnessOf = (study: Study, beard: number, lashes: CharacterOptions['lashes']): number => {
  if (lashes !== 'auto') return lashes === 'soft' ? 1 : 0
  const thickness = meanOf(EYES.map((_, eye) => browThickness(study, eye)))
  return 1 - Math.max(smoothStep(0.3, 0.42, beard), smoothStep(0.06, 0.1, thickness))
}

/** How thick a brow is in the photo, in units of the head: its dark area by its length. */
const browThickness = ({ points, unit, size, lightness }: Study, eye: number): number => {
  const { browUpper, browLower } = EYES[eye]
  const corners = outlineOf(browUpper, browLower).map((i) => points[i])
  const [cx, cy] = [meanOf(corners.map(({ x }) => x)), meanOf(corners.map(({ y }) => y))]
  // Wider than the landmarks say by about as much as they are off.
  const wider = corners.map(({ x, y }) => ({ x: x + (x - cx) * 0.08, y: y + (y - cy) * 0.8 }))
  const { x, y, width, height, data } = cover([wider], { width: size, height: size })
  const inside = indicesWhere(data.length, (i) => data[i] > 0.5).map(
    (i) => lightness.data[(y + Math.floor(i / width)) * size + x + (i % width)],
  )
  if (height === 0 || inside.length === 0) return 0
  const usual = percentile(inside, 85)
  const dark = inside.filter((value) => value < 0.74 * usual).length
  const length = browUpper.slice(1).reduce((sum, i, k) => {
    const before = points[browUpper[k]]
    return sum + Math.hypot(points[i].x - before.x, points[i].y - before.y)
  }, 0)
  return dark / Math.max(1, length) / unit
}
