/**
 * A study of a head: the photo at a small size, where masses are told apart and lit before they are drawn, its regions at
 * that size, and places in the head's frame. Measured from the photo; nothing is in proportion yet, nothing drawn.
 */
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'
import type { Point } from '../face.ts'
import type { Head } from '../landmarks/head.ts'
import type { Point3 } from '../landmarks/landmarker.ts'
import { CHIN, EYES, LIPS, OUTLINE } from '../landmarks/topology.ts'
import { coverOutlines, outlineOf, placesInHead } from '../regions/face-map.ts'
import { dilate } from '../regions/filters.ts'
import { toLab } from '../regions/lab.ts'
import { indicesWhere, smoothStep } from '../regions/numbers.ts'
import { type Plane, product, resizePlane } from '../regions/plane.ts'
import type { Regions } from '../regions/regions.ts'
import { inRuns } from '../regions/runs.ts'

/** Wings, tip and base of the nose, which are no flat skin. */
const NOSE = [98, 97, 2, 326, 327, 4]

/** A larger study shows no more: what is flat and smooth needs few pixels. */
const MOST_SIZE = 288

/** A head's own share fades over this difference of distances, in units of the heads. */
const NEARER = 0.15

/** What a study is made from: everything in pixels of the canvas, which is a square. */
export interface Sitting {
  readonly photo: Picture
  readonly points: readonly Point3[]
  readonly head: Head
  readonly regions: Omit<Regions, 'square'>
  /** The other heads in and around the picture. */
  readonly others: readonly Place[]
}

/** Where a head is, and how large. */
export type Place = Pick<Head, 'origin' | 'unit'>

/** A distance, without the care of `Math.hypot` for huge numbers, which takes longer than all the rest. */
const distance = (from: Point, x: number, y: number): number => Math.sqrt((x - from.x) ** 2 + (y - from.y) ** 2)

/** How much of a place is nearer to a head than to others, by their sizes, 0 to 1. */
export const ownShare = ({ origin, unit }: Place, others: readonly Place[], x: number, y: number): number => {
  const own = distance(origin, x, y) / unit
  let share = 1
  for (const place of others) {
    const other = distance(place.origin, x, y) / place.unit
    if (other < own + NEARER) share = Math.min(share, smoothStep(-NEARER, NEARER, other - own))
  }
  return share
}

export interface Study {
  /** Its side in pixels. */
  readonly size: number
  /** The head's unit in its pixels. */
  readonly unit: number
  /** Landmarks in its pixels. */
  readonly points: readonly Point3[]
  /** The photo's colours: L from 0 to 100, a and b. */
  readonly lightness: Plane
  readonly a: Plane
  readonly b: Plane
  readonly skin: Plane
  readonly hair: Plane
  readonly beard: Plane
  readonly clothes: Plane
  readonly background: Plane
  readonly glasses: Plane
  /** The face within its outline, and the parts of it that are no flat skin: eyes, brows, lips and nostrils. */
  readonly face: Plane
  readonly features: Plane
  /** Each pixel's place in the head's frame. */
  readonly x: Float32Array
  readonly y: Float32Array
  /** Whether the photo is black and white. */
  readonly grey: boolean
}

/** The chin in the head's frame, at the border where it lies outside the square. */
export const chinOf = ({ points, size, x, y }: Study): readonly [x: number, y: number] => {
  const [column, row] = [points[CHIN].x, points[CHIN].y].map((at) => Math.min(size - 1, Math.max(0, Math.floor(at))))
  return [x[row * size + column], y[row * size + column]]
}

/** Bare skin of the face: a third of its pixels, by their indices. */
export const bareFace = ({ skin, face, features }: Study): number[] =>
  indicesWhere(
    skin.data.length,
    (i) => i % 3 === 0 && face.data[i] > 0.5 && skin.data[i] > 0.7 && features.data[i] === 0,
  )

/** The side of a study for a canvas of `side` pixels. */
export const studySize = (side: number): number => Math.min(MOST_SIZE, Math.ceil(side / 2))

/** Studies a head. */
export const studyOf = ({ photo, points: given, head: place, regions, others }: Sitting): Study => {
  const { origin, unit, ...turn } = place
  const size = studySize(photo.width)
  const scale = size / photo.width
  const points = given.map(({ x, y, z }) => ({ x: x * scale, y: y * scale, z: z * scale }))
  const head = { ...turn, unit: unit * scale, origin: { x: origin.x * scale, y: origin.y * scale } }
  const colours = toLab(resample(photo, size, size, 'coarse'))
  const channel = (c: number): Plane => {
    const data = new Float32Array(size * size)
    inRuns(data.length, (from, to) => {
      for (let i = from; i < to; i++) data[i] = colours[3 * i + c]
    })
    return { width: size, height: size, data }
  }
  const [x, y] = placesInHead(head, size)
  const features = coverOutlines(
    points,
    [
      ...EYES.map(({ upperLid, lowerLid }) => outlineOf(upperLid, lowerLid)),
      ...EYES.map(({ browUpper, browLower }) => outlineOf(browUpper, browLower)),
      outlineOf(LIPS.outerUpper, LIPS.outerLower),
      NOSE,
    ],
    size,
  )
  const own = new Float32Array(size * size).fill(1)
  if (others.length > 0) {
    inRuns(own.length, (from, to) => {
      for (let i = from; i < to; i++) {
        own[i] = ownShare(place, others, ((i % size) + 0.5) / scale, (Math.floor(i / size) + 0.5) / scale)
      }
    })
  }
  const plane = (mask: Plane): Plane => resizePlane(mask, size, size)
  /** What other heads are nearer to is background. */
  const ownPlane = (mask: Plane): Plane => {
    const large = plane(mask)
    return others.length === 0 ? large : { ...large, data: product(large.data, own) }
  }
  const background = plane(regions.background)
  inRuns(own.length, (from, to) => {
    for (let i = from; i < to; i++) background.data[i] += (1 - background.data[i]) * (1 - own[i])
  })
  return {
    size,
    unit: head.unit,
    points,
    lightness: channel(0),
    a: channel(1),
    b: channel(2),
    skin: ownPlane(regions.skin),
    hair: ownPlane(regions.hair),
    beard: ownPlane(regions.beard),
    clothes: ownPlane(regions.clothes),
    background,
    glasses: plane(regions.glasses),
    face: coverOutlines(points, [OUTLINE], size),
    features: dilate(features, Math.max(1, Math.round(0.07 * head.unit))),
    x,
    y,
    grey: regions.signs.grey,
  }
}
