/**
 * Finds a beard: below the nose, pixels darker than the cheeks and less colourful than shaded skin, or rougher. Kept
 * only as one large shape that contains the chin, because no beard looks better than half of one.
 */
import type { Picture } from '../../picture.ts'
import { fromHead, toHead } from '../landmarks/head.ts'
import { CHIN, LEFT_SIDE, LIPS, OUTLINE, RIGHT_SIDE, UNDER_NOSE } from '../landmarks/topology.ts'
import { type Box, boxAround, boxWithin } from './box.ts'
import { coverOutlines, type FaceMap, outlineOf } from './face-map.ts'
import { blur, dilate, erode } from './filters.ts'
import { lightnessOf } from './lab.ts'
import { indicesWhere, meanOf, median, smoothStep } from './numbers.ts'
import { inWhole, partOf } from './part.ts'
import { halfPlane, type Plane } from './plane.ts'
import { inRuns } from './runs.ts'

/** The centres of the cheeks, which a beard is compared with. */
const CHEEKS = [50, 280]
/** Wings, tip and base of the nose. */
const NOSE = [98, 97, 2, 326, 327, 4]
/** Under the lower lip. */
const UNDER_LIP = 17

export interface Beard {
  /** How much of each pixel of the crop is beard, 0 to 1. */
  readonly plane: Plane
  /** How much of the beard area looks like a beard, 0 to 1, before the decision. */
  readonly evidence: number
}

/**
 * Looks for a beard.
 *
 * @param fine the crop at twice the map's size
 * @param colours the crop's colours in Lab, at the map's size
 * @param grey the photo is black and white, so colour does not help
 */
export const findBeard = (fine: Picture, colours: Float32Array, map: FaceMap, grey: boolean): Beard => {
  const { x, points, head, size } = map
  const { unit } = head
  const channel = (c: number): Float32Array => {
    const data = new Float32Array(size * size)
    inRuns(data.length, (from, to) => {
      for (let i = from; i < to; i++) data[i] = colours[3 * i + c]
    })
    return blur({ width: size, height: size, data }, 0.012 * unit).data
  }
  const [lightness, a, b] = [channel(0), channel(1), channel(2)]
  const coloured = (i: number): number => Math.hypot(a[i], b[i]) / (lightness[i] + 5)
  const { face, zone } = zoneOf(map)

  const cheeks = CHEEKS.map((index) => {
    const { x: cx, y: cy } = points[index]
    const near = indicesWhere(size * size, (i) => Math.hypot((i % size) - cx, Math.floor(i / size) - cy) < 0.1 * unit)
    return {
      light: median(near.map((i) => lightness[i])),
      colour: median(near.map(coloured)),
      x: meanOf(near.map((i) => x[i])),
    }
  })
  const [right, left] = cheeks
  const lightest = Math.max(right.light, left.light)
  const skinColour = Math.max((right.colour + left.colour) / 2, 0.02)
  const cheekPixels = CHEEKS.map((index) => pixelOf(points[index], size))
  const looked = [...cheekPixels, ...indicesWhere(size * size, (i) => zone[i] > 0)]
  const texture = textureOf(fine, 2 * unit, boxAround(looked.map((i) => ({ x: i % size, y: Math.floor(i / size) }))))
  const smoothness = Math.min(...cheekPixels.map((i) => texture[i] / (lightness[i] + 6)))

  const found = new Float32Array(size * size)
  for (let i = 0; i < found.length; i++) {
    if (zone[i] === 0) continue
    const t = Math.min(1, Math.max(0, (x[i] - right.x) / (left.x - right.x || 1)))
    const light = (right.light + (left.light - right.light) * t + lightest) / 2
    const darker = 1 - lightness[i] / (light + 1)
    const paler = coloured(i) / skinColour
    const rough = smoothStep(1.5, 2.6, texture[i] / (lightness[i] + 6) / (smoothness + 0.012))
    const deep = smoothStep(0.32, 0.52, darker)
    const hairlike = grey ? rough * deep : smoothStep(0.92, 0.6, paler) * (0.5 + 0.5 * rough)
    const dark = smoothStep(0.18, 0.42, darker) * Math.max(hairlike, Math.max(rough, 0.6) * deep)
    // A grey beard is not dark, but has little colour.
    const pale = !grey && skinColour > 0.12 ? 0.9 * smoothStep(0.6, 0.4, paler) : 0
    found[i] = Math.max(dark, pale) * zone[i]
  }
  const evidence = blur({ width: size, height: size, data: found }, 0.03 * unit)
  const core = indicesWhere(found.length, (i) => zone[i] > 0.5 && face[i] > 0.5)
  const share = meanOf(core.map((i) => evidence.data[i]))
  const [lip, chin] = [points[UNDER_LIP], points[CHIN]]
  const [cx, cy] = [0.25 * lip.x + 0.75 * chin.x, 0.25 * lip.y + 0.75 * chin.y]
  const onChin = core.filter((i) => Math.hypot((i % size) - cx, Math.floor(i / size) - cy) < 0.16 * unit)
  const ofChin = meanOf(onChin.map((i) => evidence.data[i]))
  const amount = smoothStep(0.435, 0.46, share) * smoothStep(0.2, 0.4, ofChin)
  const seen = Math.min(share, 0.3 + ofChin)
  if (amount === 0) return { plane: { width: size, height: size, data: new Float32Array(size * size) }, evidence: seen }
  const wider = blur(evidence, 0.025 * unit).data
  const either = evidence.data.map((value, i) => 0.6 * wider[i] + 0.4 * value)
  const mixed = onBothSides({ width: size, height: size, data: either }, map)
  // Bare spots within a beard are shine or a parting.
  const reach = Math.max(1, Math.round(0.07 * unit))
  const whole = blur(erode(dilate({ width: size, height: size, data: mixed }, reach), reach), 0.02 * unit).data
  const data = whole.map((value, i) => smoothStep(0.42, 0.56, value) * amount * Math.min(1, 2 * zone[i]))
  return { plane: { width: size, height: size, data }, evidence: seen }
}

/** Degrees to which a head is turned so that its halves no longer look alike: from the first on less, from the second on not at all. */
const [ALIKE, UNLIKE] = [14, 24]
/** How far from its place on the other side a beard may be, in units of the head. */
const LOPSIDED = 0.08

/** What is there on both halves of a face: a beard grows alike on both, a shadow lies on one. */
export const onBothSides = (
  found: Plane,
  { head, points, chin, x, y, size }: Omit<FaceMap, 'outside'>,
): Float32Array => {
  const share = smoothStep(UNLIKE, ALIKE, Math.abs(head.yaw))
  if (share === 0) return found.data
  const near = dilate(found, Math.max(1, Math.round(LOPSIDED * head.unit))).data
  const [right, left] = [RIGHT_SIDE, LEFT_SIDE].map((index) => Math.abs(toHead(head, points[index]).x))
  return found.data.map((value, i) => {
    if (value === 0) return 0
    const middle = (chin.x * y[i]) / chin.y
    const aside = x[i] - middle
    const across = middle - aside * (aside > 0 ? right / left : left / right)
    return value - share * Math.max(0, value - near[pixelOf(fromHead(head, { x: across, y: y[i] }), size)])
  })
}

const pixelOf = ({ x, y }: { readonly x: number; readonly y: number }, size: number): number => {
  const within = (value: number): number => Math.min(Math.max(Math.floor(value), 0), size - 1)
  return within(y) * size + within(x)
}

/** The area of a possible beard, in the face and below it: not on lips and nose. */
const zoneOf = (map: FaceMap): { readonly face: Float32Array; readonly zone: Float32Array } => {
  const { x, y, points, head, chin, size } = map
  const { unit, down } = head
  const face = coverOutlines(points, [OUTLINE], size).data
  const lower = points.map((point) => ({ x: point.x + 0.16 * unit * down.x, y: point.y + 0.16 * unit * down.y }))
  const below = coverOutlines(lower, [OUTLINE], size).data
  const lips = dilate(coverOutlines(points, [outlineOf(LIPS.outerUpper, LIPS.outerLower)], size), 1).data
  const nose = dilate(coverOutlines(points, [NOSE], size), Math.max(1, Math.round(0.025 * unit))).data
  const from = toHead(head, points[UNDER_NOSE]).y
  const zone = face.map((share, i) => {
    const jaw = y[i] > from ? Math.max(share, y[i] > chin.y - 0.35 ? below[i] : 0) : 0
    const sides = y[i] > 0.3 && Math.abs(x[i] - chin.x / 2) > 0.5 ? share : 0
    return Math.max(jaw, sides) * (1 - lips[i]) * (1 - nose[i])
  })
  return { face, zone }
}

/**
 * The roughness of a picture: the deviation of lightness from its surroundings, at half size, within a box of that size and 0 elsewhere;
 * `unit` is in the picture's pixels.
 */
const textureOf = (picture: Picture, unit: number, { left, top, right, bottom }: Box): Float32Array => {
  const [near, around] = [0.02 * unit, 0.035 * unit]
  const margin = Math.ceil(3 * near) + Math.ceil(3 * around)
  const box = boxWithin({ left: 2 * left, top: 2 * top, right: 2 * right, bottom: 2 * bottom }, margin, picture)
  const part = partOf(picture, box)
  const { width, height } = part
  const lightness = { width, height, data: lightnessOf(part) }
  const even = blur(lightness, near).data
  const squares = blur({ width, height, data: lightness.data.map((value, i) => (value - even[i]) ** 2) }, around)
  const half = halfPlane({ width, height, data: squares.data.map(Math.sqrt) })
  const whole = { width: picture.width / 2, height: picture.height / 2 }
  return inWhole(half, { left: box.left / 2, top: box.top / 2 }, whole).data
}
