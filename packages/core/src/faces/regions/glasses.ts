/**
 * Finds glasses. Clear ones are found by their frames: thin dark lines around the eyes, where a bare face has skin, if
 * a bridge crosses the nose and rims run below the eyes. Dark ones are found by their lenses: no visible lids, no white
 * in the eyes.
 */
import type { Point } from '../face.ts'
import { fromHead, toHead } from '../landmarks/head.ts'
import { EYES } from '../landmarks/topology.ts'
import { piecesOf } from './components.ts'
import { FINE_SIZE, type PortraitCrop } from './crop.ts'
import { coverOutlines, distancesFrom, type FaceMap, outlineOf } from './face-map.ts'
import { blur, dilate, erode } from './filters.ts'
import { lightnessOf } from './lab.ts'
import { indicesWhere, meanOf, median, percentile, smoothStep } from './numbers.ts'
import { halfPlane, type Plane } from './plane.ts'

/** On the bridge of the nose. */
const BRIDGE = [168, 6]
/** Skin areas to compare the eyes with. */
const SKIN = [50, 205, 280, 425, 4, 195, 151]

/** Half the width and height of the largest lens, and how far its centre lies below the eye's, in units of the head. */
const [LENS_HALF_WIDTH, LENS_HALF_HEIGHT, LENS_BELOW] = [0.42, 0.36, 0.06]

export interface Glasses {
  /** Frames, or dark lenses, by pixel of the crop, 0 to 1. */
  readonly plane: Plane
  /** Confidence that there are glasses, 0 to 1. */
  readonly score: number
  /** Whether the lenses hide the eyes. */
  readonly dark: boolean
  /** How much skin is visible around the right and the left eye, 0 to 1: an eye without visible lids is covered. */
  readonly lids: readonly [right: number, left: number]
}

/** Looks for glasses. `skinLike` says how much each pixel of the crop looks like the face's skin. */
export const findGlasses = (crop: PortraitCrop, map: FaceMap, skinLike: Float32Array): Glasses => {
  const lids = EYES.map((_, eye) => lidsOf(map, eye, skinLike)) as [number, number]
  const dark = (lids[0] + lids[1]) / 2 < 0.36 || hasDarkEyes(crop, map)
  return dark ? { plane: lensesOf(map, skinLike), score: 1, dark, lids } : { ...framesOf(crop), dark, lids }
}

const eyeOutline = (eye: number): number[] => outlineOf(EYES[eye].upperLid, EYES[eye].lowerLid)
const browOutline = (eye: number): number[] => outlineOf(EYES[eye].browUpper, EYES[eye].browLower)

/** The centre of the bridge of the nose in the head's frame. */
const bridgeOf = ({ points, head }: Pick<FaceMap, 'points' | 'head'>): Point => {
  const [a, b] = BRIDGE.map((i) => toHead(head, points[i]))
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
}

/** Whether a point is below the bridge, on the nose, where there are no glasses. */
const isNose = (x: number, y: number, bridge: Point): boolean => Math.abs(x - bridge.x) < 0.17 && y > bridge.y + 0.12

/** The mean of the lids' points in the head's frame. */
const middleOf = ({ points, head }: Pick<FaceMap, 'points' | 'head'>, eye: number): Point => {
  const places = [...EYES[eye].upperLid, ...EYES[eye].lowerLid.slice(1, -1)].map((i) => toHead(head, points[i]))
  return { x: meanOf(places.map(({ x }) => x)), y: meanOf(places.map(({ y }) => y)) }
}

/** The share of skin in a ring around an eye. */
const lidsOf = ({ points, head, size }: FaceMap, eye: number, skinLike: Float32Array): number => {
  const toEye = distancesFrom(points, eyeOutline(eye), size)
  const toBrow = distancesFrom(points, browOutline(eye), size)
  const [near, far] = [0.04 * head.unit, 0.14 * head.unit]
  const ring = indicesWhere(toEye.length, (i) => toEye[i] > near && toEye[i] < far && toBrow[i] > near)
  return ring.length > 0 ? meanOf(ring.map((i) => skinLike[i])) : 1
}

/** Whether even the brightest parts of both eyes are much darker than the face. */
const hasDarkEyes = ({ small }: PortraitCrop, map: FaceMap): boolean => {
  const { points, head, size, x, y } = map
  const lightness = lightnessOf(small)
  const skin = SKIN.map((i) => points[i]).filter((p) => p.x >= 0 && p.y >= 0 && p.x < size && p.y < size)
  const usual = median(skin.map((p) => lightness[Math.floor(p.y) * size + Math.floor(p.x)]))
  const brightest = EYES.map((_, eye) => {
    const middle = middleOf({ points, head }, eye)
    const near = indicesWhere(lightness.length, (i) => Math.hypot(x[i] - middle.x, y[i] - middle.y) < 0.13)
    return percentile(
      near.map((i) => lightness[i]),
      95,
    )
  })
  return Math.max(...brightest) < 0.55 * usual
}

/** The non-skin area around each eye, connected to what covers the eye; holes from reflections are closed. */
const lensesOf = (map: FaceMap, skinLike: Float32Array): Plane => {
  const { x, y, head, size } = map
  const middles = EYES.map((_, eye) => middleOf(map, eye))
  const nose = bridgeOf(map)
  const plane = (data: Float32Array): Plane => ({ width: size, height: size, data })
  const farFrom = (i: number, eye: number, width: number, height: number): number =>
    ((x[i] - middles[eye].x) / width) ** 2 + ((y[i] - middles[eye].y - LENS_BELOW) / height) ** 2
  const covered = Float32Array.from(skinLike, (share, i) =>
    !isNose(x[i], y[i], nose) && EYES.some((_, eye) => farFrom(i, eye, LENS_HALF_WIDTH, LENS_HALF_HEIGHT) < 1)
      ? 1 - share
      : 0,
  )
  const reach = Math.max(1, Math.round(0.05 * head.unit))
  const closed = erode(dilate(plane(covered), reach), reach)
  const { labels } = piecesOf(closed, false)
  const over = new Set(
    EYES.flatMap((_, eye) => indicesWhere(labels.length, (i) => farFrom(i, eye, 0.15, 0.1) < 1).map((i) => labels[i])),
  )
  const kept = Float32Array.from(labels, (label) => Number(label > 0 && over.has(label)))
  const soft = blur(plane(kept), 0.012 * head.unit).data
  return plane(soft.map((value) => smoothStep(0.35, 0.6, value)))
}

/** Frames found in the larger crop, where their lines are a few pixels wide, reduced to the small crop's size. */
const framesOf = ({ fine, ...crop }: PortraitCrop): Pick<Glasses, 'plane' | 'score'> => {
  const size = FINE_SIZE
  const scale = size / crop.small.width
  const points = crop.points.map((point) => ({ x: point.x * scale, y: point.y * scale, z: point.z * scale }))
  const { origin, unit: small, ...turn } = crop.head
  const unit = small * scale
  const head = { ...turn, unit, origin: { x: origin.x * scale, y: origin.y * scale } }
  const place = (i: number): Point => toHead(head, { x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 })
  const plane = (data: Float32Array): Plane => ({ width: size, height: size, data })

  const lightness = blur(plane(lightnessOf(fine).map((value) => value / 100)), 0.006 * unit)
  const reach = Math.max(1, Math.floor(0.05 * unit))
  const behind = blur(erode(dilate(lightness, reach), reach), 0.02 * unit).data
  /** How much darker a pixel is than its surroundings: finds thin dark lines. */
  const darker = lightness.data.map((value, i) => Math.max(0, behind[i] - value) / (behind[i] + 0.08))

  const nose = bridgeOf({ points, head })
  const eyes = EYES.map((_, eye) => middleOf({ points, head }, eye))
  const inZone = ({ x, y }: Point): boolean => Math.abs(x) < 0.95 && y > -0.33 && y < 0.55
  const zone = indicesWhere(size * size, (i) => inZone(place(i)))
  /** The mean darkness of the zone's pixels in a `width` by `height` box around a point. */
  const meanAround = (at: Point, width: number, height: number): number => {
    const middle = fromHead(head, at)
    const reach = (unit * Math.hypot(width, height)) / 2
    const clamped = (value: number): number => Math.min(size - 1, Math.max(0, Math.floor(value)))
    const [left, right] = [clamped(middle.x - reach), clamped(middle.x + reach)]
    const within: number[] = []
    for (let row = clamped(middle.y - reach); row <= clamped(middle.y + reach); row++) {
      for (let i = row * size + left; i <= row * size + right; i++) {
        const point = place(i)
        const near = Math.abs(point.x - at.x) < width / 2 && Math.abs(point.y - at.y) < height / 2
        if (near && inZone(point)) within.push(darker[i])
      }
    }
    return meanOf(within)
  }
  const steps = (from: number, to: number): number[] =>
    Array.from({ length: Math.round((to - from) / 0.02) + 1 }, (_, i) => from + 0.02 * i)
  const acrossNose = Math.max(...steps(-0.15, 0.15).map((dy) => meanAround({ x: nose.x, y: nose.y + dy }, 0.18, 0.024)))
  const belowEyes = median(
    eyes.flatMap(({ x, y }) =>
      [-0.12, -0.06, 0, 0.06, 0.12].map((dx) =>
        Math.max(...steps(0.14, 0.5).map((dy) => meanAround({ x: x + dx, y: y + dy }, 0.024, 0.024))),
      ),
    ),
  )
  const score = smoothStep(0.2, 0.33, acrossNose) * smoothStep(0.08, 0.14, belowEyes)
  if (score < 0.1) return { score, plane: halfPlane(plane(new Float32Array(size * size))) }

  const lids = dilate(coverOutlines(points, [eyeOutline(0), eyeOutline(1)], size), Math.round(0.045 * unit)).data
  const brows = dilate(coverOutlines(points, [browOutline(0), browOutline(1)], size), Math.round(0.03 * unit)).data
  const least = Math.max(0.1, 0.45 * Math.min(acrossNose, belowEyes * 1.3))
  const lowest = (eyes[0].y + eyes[1].y) / 2 + 0.53
  const mask = new Float32Array(size * size)
  zone.forEach((i) => {
    const { x, y } = place(i)
    const browItself = brows[i] > 0.5 && darker[i] < 0.62
    mask[i] = Number(darker[i] > least && lids[i] < 0.5 && !browItself && !isNose(x, y, nose) && y < lowest)
  })
  const { labels, pieces } = piecesOf(plane(mask), true)
  const kept = Float32Array.from(labels, (label) => {
    const { area, left, top, right, bottom } = pieces[label]
    return Number(label > 0 && area > 0.006 * unit ** 2 && Math.max(right - left, bottom - top) + 1 > 0.34 * unit)
  })
  const soft = blur(plane(kept), 0.008 * unit).data
  return { score, plane: halfPlane(plane(soft.map((value) => smoothStep(0.3, 0.6, value) * score))) }
}
