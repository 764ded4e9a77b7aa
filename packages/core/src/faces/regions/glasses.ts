/**
 * Finds glasses. Clear ones are found by their frames, which are too thin for the network: thin dark lines around the
 * eyes, where a bare face has skin, if a bridge crosses the nose and rims run below the eyes. Dark ones are a class of
 * the network.
 */
import type { Picture } from '../../picture.ts'
import type { Point } from '../face.ts'
import { fromHead, type Head, toHead } from '../landmarks/head.ts'
import { EYES } from '../landmarks/topology.ts'
import { type Box, boxAround, boxWithin } from './box.ts'
import { piecesOf } from './components.ts'
import { FINE_SIZE, type PortraitCrop } from './crop.ts'
import { coverOutlines, type FaceMap, outlineOf } from './face-map.ts'
import { blur, dilate, erode } from './filters.ts'
import { lightnessOf } from './lab.ts'
import { indicesWhere, meanOf, median, smoothStep } from './numbers.ts'
import { partOf } from './part.ts'
import { halfPlane, type Plane, squarePlane } from './plane.ts'
import type { ClassShares } from './region-network.ts'

/** On the bridge of the nose. */
const BRIDGE = [168, 6]
/** Around an eye, in units of the head: nearer are lashes, farther is not the eye's. */
const [NEAR, FAR] = [0.04, 0.14]
/** The share of the eyes and their surroundings that dark lenses cover, from which they hide the eyes. */
const DARK = 0.45

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

/** Looks for glasses, in a portrait and its classes. */
export const findGlasses = (crop: PortraitCrop, map: FaceMap, { skin, shades }: ClassShares): Glasses => {
  const eyes = EYES.map((_, eye) => around(map, eye, skin, shades))
  const lids = [eyes[0].skin, eyes[1].skin] as const
  const dark = (eyes[0].shades + eyes[1].shades) / 2 > DARK
  return dark ? { plane: squarePlane(shades), score: 1, dark, lids } : { ...framesOf(crop), dark, lids }
}

/** The mean of skin in a ring around an eye, and of dark lenses over both. */
const around = ({ points, head, size }: FaceMap, eye: number, skin: Float32Array, shades: Float32Array) => {
  const wider = (outline: readonly number[], reach: number): Float32Array =>
    dilate(coverOutlines(points, [outline], size), Math.max(1, Math.round(reach * head.unit))).data
  const [lashes, whole, brow] = [
    wider(eyeOutline(eye), NEAR),
    wider(eyeOutline(eye), FAR),
    wider(browOutline(eye), NEAR),
  ]
  const ring = whole.map((share, i) => share * (1 - lashes[i]) * (1 - brow[i]))
  return { skin: meanWithin(ring, skin, 1), shades: meanWithin(whole, shades, 0) }
}

/** The mean of `values` by `weights`; `otherwise` where there are none. */
const meanWithin = (weights: Float32Array, values: Float32Array, otherwise: number): number => {
  let [sum, total] = [0, 0]
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] * values[i]
    total += weights[i]
  }
  return total > 0 ? sum / total : otherwise
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

/** Where frames are looked for, in the head's frame. */
const ZONE = { aside: 0.95, above: -0.33, below: 0.55 }

/** The box around the zone. */
const zoneBox = (head: Head): Box =>
  boxAround([-ZONE.aside, ZONE.aside].flatMap((x) => [ZONE.above, ZONE.below].map((y) => fromHead(head, { x, y }))))

/**
 * How much darker a pixel of a picture is than its surroundings, by its index: finds thin dark lines. Asked for within the box only;
 * `unit` is in the picture's pixels.
 */
const darknessWithin = (picture: Picture, box: Box, unit: number): ((i: number) => number) => {
  const reach = Math.max(1, Math.floor(0.05 * unit))
  const [fine, coarse] = [0.006 * unit, 0.02 * unit]
  const { left, top, right, bottom } = boxWithin(box, Math.ceil(3 * fine) + 2 * reach + Math.ceil(3 * coarse), picture)
  const part = partOf(picture, { left, top, right, bottom })
  const { width, height } = part
  const lightness = blur({ width, height, data: lightnessOf(part).map((value) => value / 100) }, fine)
  const behind = blur(erode(dilate(lightness, reach), reach), coarse).data
  const darker = lightness.data.map((value, i) => Math.max(0, behind[i] - value) / (behind[i] + 0.08))
  return (i) => darker[(Math.floor(i / picture.width) - top) * width + (i % picture.width) - left]
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

  const nose = bridgeOf({ points, head })
  const eyes = EYES.map((_, eye) => middleOf({ points, head }, eye))
  const inZone = ({ x, y }: Point): boolean => Math.abs(x) < ZONE.aside && y > ZONE.above && y < ZONE.below
  const darkness = darknessWithin(fine, zoneBox(head), unit)
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
        if (near && inZone(point)) within.push(darkness(i))
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
  for (const i of indicesWhere(size * size, (i) => inZone(place(i)))) {
    const { x, y } = place(i)
    const darker = darkness(i)
    const browItself = brows[i] > 0.5 && darker < 0.62
    mask[i] = Number(darker > least && lids[i] < 0.5 && !browItself && !isNose(x, y, nose) && y < lowest)
  }
  const { labels, pieces } = piecesOf(plane(mask), true)
  const kept = Float32Array.from(labels, (label) => {
    const { area, left, top, right, bottom } = pieces[label]
    return Number(label > 0 && area > 0.006 * unit ** 2 && Math.max(right - left, bottom - top) + 1 > 0.34 * unit)
  })
  const soft = blur(plane(kept), 0.008 * unit).data
  return { score, plane: halfPlane(plane(soft.map((value) => smoothStep(0.3, 0.6, value) * score))) }
}
