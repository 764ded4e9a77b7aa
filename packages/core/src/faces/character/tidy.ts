/**
 * A study's masses made fit to be drawn: what colours alone took for hair, skin or a beard and cannot be is given to what it
 * is. A spot that the eye overlooks in a photo is a scar in a drawing; a missing beard looks better than half of one.
 */
import { piecesOf } from '../regions/components.ts'
import { dilate } from '../regions/filters.ts'
import type { Lab } from '../regions/lab.ts'
import { indicesWhere, meanOf, median, smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { asMeasured, type Steady } from './face-memory.ts'
import { soften } from './fields.ts'
import { coreOf, sureHair } from './hair.ts'
import { bareFace, chinOf, type Study } from './study.ts'

/** Pieces of hair and of skin smaller than this, in units of the head squared, are spots. */
const [LEAST_HAIR, LEAST_SKIN] = [0.05, 0.1]
/** A head's hair comes as near to the face as this, in units of the head. */
const HAIR_REACH = 0.35
/** Smaller holes in the person, in the same unit, are not there; nor are larger ones above the chin that look like the hair. */
const [LEAST_HOLE, LEAST_UNLIKE_HOLE] = [0.06, 0.4]
/** How far in Lab the two may be apart. */
const ALIKE = 22
/** Lightness and chroma of skin away from the face, beside the face's own, at least and at most. */
const SKIN_LIGHTNESS = [0.62, 1.35]
const SKIN_CHROMA = [0.5, 1.7]
/** How far its hue may be from the face's, in radians. */
const SKIN_HUE = 0.3
/** Skin beyond this distance from the face, in units of the head, must look like it from place to place. */
const OWN_SKIN = 0.14
/** How far around a place its look is taken, in the same units, and how far what is found there is spread. */
const [PATCH, PATCHES] = [0.04, 0.07]
/** Lightness and chroma beside the face's, hue's distance, and deviation of lightness: from the first on odd, at the second wholly. */
const ODD = {
  light: [1.3, 1.5],
  dark: [0.24, 0.14],
  pale: [0.55, 0.38],
  vivid: [1.7, 2.2],
  hue: [0.3, 0.46],
  rough: [8, 12],
}
/** A face of less chroma says nothing about hues; smaller odd places than this, in units of the head squared, are let be. */
const LEAST_CHROMA = 8
const LEAST_ODD = 0.08
/** Above this, in the head's frame, what is beside the face may be the brim of a cap. */
const BROWS = -0.2
/** How far below the chin and to both sides a neck reaches, in units of the head; and within what it is one however it looks. */
const NECK = { below: 0.6, aside: 0.6 }
const NEAR_NECK = { below: 0.25, aside: 0.42 }
/** A neck in the shade has this share of the face's chroma at least, and its hue may be so far from the face's, in radians. */
const [SHADE_CHROMA, SHADE_HUE] = [0.25, 0.45]
/** Hair that hangs beside the jaw covers this share of what is there, at least. */
const HANGING = 0.3
/** A beard's lightness or chroma beside the skin's, at most. */
const [BEARD_LIGHTNESS, BEARD_CHROMA] = [0.72, 0.45]

/** Whether a pixel is of the neck. */
type IsNeck = (i: number) => boolean
type Masses = Pick<Study, 'skin' | 'hair' | 'beard' | 'clothes' | 'background'>

/**
 * Gives the masses put right.
 *
 * @param steady steadies what is measured, in a clip
 * @param least the least that a number has been in a clip
 */
export const tidied = (study: Study, steady: Steady = asMeasured, least: Steady = asMeasured): Study => {
  const [skin, hair, beard, clothes, background] = [
    study.skin,
    study.hair,
    study.beard,
    study.clothes,
    study.background,
  ].map((plane) => ({
    ...plane,
    data: plane.data.slice(),
  }))
  const masses: Masses = { skin, hair, beard, clothes, background }
  const face = bareFace(study)
  const own = face.length > 0 ? at(study, face) : undefined
  const neck = neckOf(study, own)
  if (own) dropDoubtfulBeard(study, masses, own)
  dropSpotsOfHair(study, masses)
  dropHairBelow(study, masses, neck)
  if (own) {
    dropOddSkin(study, masses, own, neck)
    dropStraySkin(study, masses, own)
  }
  closeHoles(study, masses)
  // Of one picture nothing is more uneven than usual.
  if (least !== asMeasured) leaveHands(study, masses, steady, least)
  // Too little to be drawn as hair would be drawn as skin: it is a brim, or a shadow.
  if (!coreOf({ ...study, hair })) move(hair, clothes, () => 1)
  return { ...study, ...masses }
}

/** Moves shares of one mass to another. */
const move = (from: Plane, to: Plane, share: (i: number) => number): void => {
  for (let i = 0; i < from.data.length; i++) {
    const moved = from.data[i] * share(i)
    from.data[i] -= moved
    to.data[i] += moved
  }
}

const at = (study: Study, indices: readonly number[]): Lab => [
  median(indices.map((i) => study.lightness.data[i])),
  median(indices.map((i) => study.a.data[i])),
  median(indices.map((i) => study.b.data[i])),
]

/** A beard is darker than the skin by far, or has hardly any colour. */
const dropDoubtfulBeard = (study: Study, { beard, skin }: Masses, [skinL, skinA, skinB]: Lab): void => {
  const own = indicesWhere(beard.data.length, (i) => beard.data[i] > 0.6)
  if (own.length === 0) return
  const [L, a, b] = at(study, own)
  const paler = Math.hypot(a, b) / (Math.hypot(skinA, skinB) + 1)
  const keep = Math.max(
    smoothStep(BEARD_LIGHTNESS + 0.06, BEARD_LIGHTNESS - 0.06, L / (skinL + 1)),
    study.grey ? 0 : smoothStep(BEARD_CHROMA + 0.08, BEARD_CHROMA - 0.08, paler),
  )
  if (keep < 0.5) move(beard, skin, () => 1)
  // What does not reach into the face is a shadow on the neck.
  const dropped = piecesToDrop(beard, (_, pixels) => pixels().some((i) => study.face.data[i] > 0.5))
  if (dropped) move(beard, skin, (i) => dropped[i])
}

/** The pieces of a mask that do not hold, spread over their soft edges; undefined when all do. */
const piecesToDrop = (
  mask: Plane,
  holds: (area: number, pixels: () => number[]) => boolean,
): Float32Array | undefined => {
  const { labels, pieces } = piecesOf(mask, false)
  const dropped = new Set<number>()
  for (let label = 1; label < pieces.length; label++) {
    const pixels = (): number[] => indicesWhere(labels.length, (i) => labels[i] === label)
    if (!holds(pieces[label].area, pixels)) dropped.add(label)
  }
  if (dropped.size === 0) return undefined
  const isDropped = Uint8Array.from(pieces, (_, label) => Number(dropped.has(label)))
  const data = new Float32Array(labels.length)
  for (let i = 0; i < data.length; i++) data[i] = isDropped[labels[i]]
  const spread = dilate({ ...mask, data }, 3).data
  // The edges of what stays are its own.
  for (let i = 0; i < spread.length; i++) if (labels[i] > 0 && data[i] === 0) spread[i] = 0
  return spread
}

/** What is near no piece of a mask: 1, else 0. */
const farFromPieces = (mask: Plane): Float32Array =>
  dilate({ ...mask, data: mask.data.map((share) => Number(share > 0.5)) }, 3).data.map((share) => 1 - share)

/** Pieces of hair that are small are skin in the face; elsewhere, as those far from it, they are what else is there. */
const dropSpotsOfHair = ({ unit, face }: Study, { hair, skin, clothes, background }: Masses): void => {
  const near = dilate(face, Math.round(HAIR_REACH * unit)).data
  const dropped = piecesToDrop(
    hair,
    (area, pixels) => area > LEAST_HAIR * unit * unit && pixels().some((i) => near[i] > 0.5),
  )
  if (dropped) {
    move(hair, skin, (i) => dropped[i] * face.data[i])
    move(hair, background, (i) => (background.data[i] > clothes.data[i] ? dropped[i] : 0))
    move(hair, clothes, (i) => dropped[i])
  }
  const far = farFromPieces(hair)
  move(hair, skin, (i) => far[i] * face.data[i])
}

/** Below the chin is hair only if it hangs down beside the jaw, on one side at least. */
const dropHairBelow = (study: Study, { hair, skin, clothes }: Masses, neck: IsNeck): void => {
  const { x, y, face, unit } = study
  const beside = dilate(face, Math.max(2, Math.round(0.3 * unit))).data
  const [chinX, chinY] = chinOf(study)
  const band = indicesWhere(
    hair.data.length,
    (i) => beside[i] > 0.5 && face.data[i] < 0.5 && y[i] > 0.35 && y[i] < chinY - 0.35,
  )
  const hanging = [-1, 1].map((side) =>
    meanOf(band.filter((i) => Math.sign(x[i] - chinX * 0.5) === side).map((i) => hair.data[i])),
  )
  const short = smoothStep(HANGING, HANGING - 0.2, Math.max(...hanging))
  if (short === 0) return
  const dropped = (i: number): number => {
    const below = smoothStep(chinY - 0.4, chinY - 0.2, y[i])
    return face.data[i] > 0.5 ? 0 : short * below
  }
  move(hair, skin, (i) => (neck(i) ? dropped(i) : 0))
  move(hair, clothes, dropped)
}

/** Whether a place is a neck, or a neck in the shade: near the jaw however it looks, farther down if it has the skin's hue. */
const neckOf = (study: Study, own: Lab | undefined): IsNeck => {
  const { x, y, grey } = study
  const [chinX, chinY] = chinOf(study)
  const [, skinA, skinB] = own ?? [0, 0, 0]
  const [a, b, ownChroma] = [study.a.data, study.b.data, Math.hypot(skinA, skinB)]
  const ofSkin = (i: number): boolean => {
    const chroma = Math.hypot(a[i], b[i])
    const alike = (a[i] * skinA + b[i] * skinB) / (chroma * ownChroma)
    return !grey && chroma > SHADE_CHROMA * ownChroma && alike > Math.cos(SHADE_HUE)
  }
  return (i) => {
    const [aside, below] = [Math.abs(x[i] - 0.5 * chinX), y[i] - chinY]
    if (aside > NECK.aside || below > NECK.below) return false
    return (aside < NEAR_NECK.aside && below < NEAR_NECK.below) || ofSkin(i)
  }
}

/** Scarves, collars and hair beside a neck that were taken for skin: of another colour than the face's, or rough. They are the style's. */
const dropOddSkin = (study: Study, { skin, clothes }: Masses, [skinL, skinA, skinB]: Lab, neck: IsNeck): void => {
  const { unit, face, grey, size, y } = study
  // Without colours skin looks like much else.
  const ownChroma = Math.hypot(skinA, skinB)
  if (grey || ownChroma < LEAST_CHROMA) return
  const plane = (data: Float32Array): Plane => ({ width: size, height: size, data })
  // Its soft edges look like what is beside it.
  const shares = skin.data.map((share) => smoothStep(0.6, 0.95, share))
  const around = (value: (i: number) => number, reach: number): Float32Array => {
    const weighted = new Float32Array(shares.length)
    for (let i = 0; i < weighted.length; i++) if (shares[i] > 0) weighted[i] = shares[i] * value(i)
    return soften(plane(weighted), reach * unit).data
  }
  const [L, a, b] = [study.lightness.data, study.a.data, study.b.data]
  const patch = (value: (i: number) => number): Float32Array => around(value, PATCH)
  const [weight, meanL, meanA, meanB, squares] = [
    patch(() => 1),
    patch((i) => L[i]),
    patch((i) => a[i]),
    patch((i) => b[i]),
    patch((i) => L[i] ** 2),
  ]
  const oddness = (i: number): number => {
    const share = weight[i] + 1e-6
    const [l, red, yellow] = [meanL[i] / share, meanA[i] / share, meanB[i] / share]
    const lightness = l / (skinL + 1)
    const rough = Math.sqrt(Math.max(0, squares[i] / share - l * l))
    const of = (name: keyof typeof ODD, value: number): number => smoothStep(ODD[name][0], ODD[name][1], value)
    const chroma = Math.sqrt(red * red + yellow * yellow) / (ownChroma + 1)
    const hue = Math.abs(Math.atan2(red * skinB - yellow * skinA, red * skinA + yellow * skinB))
    return Math.max(
      of('light', lightness),
      of('dark', lightness),
      of('rough', rough),
      // Skin in the shade has less chroma, by as much as it is darker.
      of('pale', chroma / Math.min(1, lightness + 0.05)),
      of('vivid', chroma),
      of('hue', hue),
    )
  }
  const odd = around(oddness, PATCHES)
  const all = around(() => 1, PATCHES)
  const near = dilate(face, Math.max(1, Math.round(OWN_SKIN * unit))).data
  const [, chinY] = chinOf(study)
  const found = shares.map((share, i) => {
    if (share === 0) return 0
    if (y[i] < chinY ? y[i] > BROWS : neck(i)) return 0
    return share * (1 - near[i]) * smoothStep(0.4, 0.65, odd[i] / (all[i] + 1e-6))
  })
  const dropped = piecesToDrop(plane(found), (area) => area < LEAST_ODD * unit * unit)
  if (dropped) move(skin, clothes, (i) => dropped[i])
}

/** How much more of a neck, and of what is before it, than usual is uneven where hands are before it: from the first on there may be some, at the second there are. */
const HANDS = [0.06, 0.14]
/** Deviation of lightness, within `PATCH`, from which on skin is uneven; and how far from the chin it is looked at. */
const UNEVEN = 6
const BEFORE_NECK = { above: 0.05, below: 0.8, aside: 0.7 }

/**
 * Hands that come before the neck would be one mass with it: as long as they are there, all skin below the jaw is the
 * style's, which draws fingers. In a clip; one picture does not tell hands from a neck with folds and shadows.
 */
const leaveHands = (study: Study, { skin, clothes }: Masses, steady: Steady, least: Steady): void => {
  const uneven = unevenNeck(study, skin)
  const hands = steady('hands', smoothStep(HANDS[0], HANDS[1], uneven - least('uneven neck', uneven)))
  if (hands === 0) return
  const { face, y } = study
  const [, chinY] = chinOf(study)
  move(skin, clothes, (i) => hands * (1 - face.data[i]) * smoothStep(chinY - 0.2, chinY, y[i]))
}

/** The part of the skin below the jaw whose lightness is uneven, 0 to 1. */
const unevenNeck = (study: Study, skin: Plane): number => {
  const { unit, face, x, y } = study
  const lightness = study.lightness.data
  const [chinX, chinY] = chinOf(study)
  const shares = skin.data.map((share) => smoothStep(0.6, 0.95, share))
  const around = (data: Float32Array): Float32Array => soften({ ...skin, data }, PATCH * unit).data
  const [weight, means, squares] = [
    around(shares),
    around(shares.map((share, i) => share * lightness[i])),
    around(shares.map((share, i) => share * lightness[i] ** 2)),
  ]
  let [uneven, count] = [0, 0]
  for (let i = 0; i < shares.length; i++) {
    const below = y[i] - chinY
    if (shares[i] < 0.5 || face.data[i] > 0.3 || Math.abs(x[i] - 0.5 * chinX) > BEFORE_NECK.aside) continue
    if (below < -BEFORE_NECK.above || below > BEFORE_NECK.below) continue
    const mean = means[i] / (weight[i] + 1e-6)
    count++
    if (squares[i] / (weight[i] + 1e-6) - mean * mean > UNEVEN ** 2) uneven++
  }
  return uneven / Math.max(1, count)
}

/** Skin that is not of one piece with the face is a hand or an arm if it is large and of the face's colour; else clothes. */
const dropStraySkin = (study: Study, { skin, clothes }: Masses, [skinL, skinA, skinB]: Lab): void => {
  const { unit, face } = study
  const dropped = piecesToDrop(skin, (area, pixels) => {
    const of = pixels()
    if (of.some((i) => face.data[i] > 0.5)) return true
    if (area < LEAST_SKIN * unit * unit) return false
    const [L, a, b] = at(study, of)
    const [lightness, chroma] = [L / (skinL + 1), Math.hypot(a, b) / (Math.hypot(skinA, skinB) + 1)]
    const hue = Math.abs(Math.atan2(a * skinB - b * skinA, a * skinA + b * skinB))
    return (
      lightness > SKIN_LIGHTNESS[0] &&
      lightness < SKIN_LIGHTNESS[1] &&
      (study.grey || (chroma > SKIN_CHROMA[0] && chroma < SKIN_CHROMA[1] && hue < SKIN_HUE))
    )
  })
  if (dropped) move(skin, clothes, (i) => dropped[i])
}

/** Small holes in the person are skin or hair, whichever is around them; shine in hair is no cap. */
const closeHoles = (study: Study, { skin, hair, beard, clothes, background }: Masses): void => {
  const { unit } = study
  const rest = { ...skin, data: clothes.data.map((share, i) => share + background.data[i]) }
  const own = sureHair(hair)
  const ofOwn = own.length > 0 ? at(study, own) : undefined
  const [, chinY] = chinOf(study)
  const isHair = (pixels: readonly number[]): boolean =>
    ofOwn !== undefined &&
    pixels.every((i) => study.y[i] < chinY) &&
    Math.hypot(...at(study, pixels).map((value, k) => value - ofOwn[k])) < ALIKE
  const holes = piecesToDrop(rest, (area, pixels) => {
    const size = area / unit ** 2
    return size > LEAST_UNLIKE_HOLE || (size > LEAST_HOLE && !isHair(pixels()))
  })
  if (!holes) return
  const [ofSkin, ofHair] = [skin, hair].map((mask) => soften(mask, 0.06 * unit).data)
  for (let i = 0; i < holes.length; i++) {
    if (holes[i] === 0 || beard.data[i] > 0.5) continue
    const moved = holes[i] * (clothes.data[i] + background.data[i])
    clothes.data[i] *= 1 - holes[i]
    background.data[i] *= 1 - holes[i]
    ;(ofSkin[i] > ofHair[i] ? skin : hair).data[i] += moved
  }
}
