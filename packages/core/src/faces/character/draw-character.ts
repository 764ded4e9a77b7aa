/**
 * A head drawn as a character: all its parts in their order, on one square, and the mask of what of the square was drawn. Where
 * the square comes from and where it goes is character-artist.ts's.
 */
import type { Picture } from '../../picture.ts'
import type { Iris } from '../landmarks/landmarker.ts'
import { type Box, wholeBox } from '../regions/box.ts'
import { dilate, erode } from '../regions/filters.ts'
import { smoothStep } from '../regions/numbers.ts'
import { numberAt, type Plane } from '../regions/plane.ts'
import { inRows } from '../regions/runs.ts'
import { ambienceOf, inAmbience, lightened } from './ambience.ts'
import { paintedSoft } from './backdrop.ts'
import { paintBeard } from './beard.ts'
import { drawBrow } from './brow.ts'
import { type Canvas, paint } from './canvas.ts'
import { darker, notBlack } from './colour.ts'
import { drawEar } from './ear.ts'
import { drawEye } from './eye.ts'
import type { Steady } from './face-memory.ts'
import { above, enlarge, soften } from './fields.ts'
import type { Colours } from './flatten.ts'
import { drawGlasses } from './glasses.ts'
import { type Hair, hairOf, hairOutline, paintHair } from './hair.ts'
import { drawJaw } from './jaw.ts'
import { lightOf } from './light.ts'
import { drawLinesOfAge } from './lines-of-age.ts'
import { drawMouth } from './mouth.ts'
import { drawNose } from './nose.ts'
import { type DrawnMasses, drawOutlines, drawSkinLines } from './outline.ts'
import type { HeadProportions } from './proportions.ts'
import { coloursOf, type Refilled, refill } from './refill.ts'
import { paintSkin } from './skin.ts'
import { chinOf, type Sitting, type Study, studyOf } from './study.ts'
import type { CharacterLook, CharacterOptions } from './subject.ts'
import { proportionsOfSitting, subjectOf } from './subject-of.ts'
import { tidied } from './tidy.ts'

/** What is drawn. */
export interface CharacterSitting extends Sitting {
  /** What the style made of the photo. */
  readonly styled: Picture
  readonly irises: readonly [right: Iris, left: Iris]
  /** Pixels of the picture to a unit of the head, before it was brought to the canvas: how small a thing the photo can show. */
  readonly detail: number
  /** Steadies what is measured of the head, in a clip. */
  readonly steady: Steady
  /** The least that a number has been, in a clip. */
  readonly least: Steady
}

export interface DrawnCharacter {
  readonly canvas: Canvas
  /** How much of each pixel was drawn: the person, and as far around as the background was filled. */
  readonly mask: Plane
}

/** Outlines of masses are smoothed by this, in units of the head. */
const SMOOTH = 0.016

/**
 * Draws a head; equal sittings give equal drawings.
 *
 * @param background whether what is behind the head is painted too: for a portrait by itself
 */
export const drawCharacter = (
  sitting: CharacterSitting,
  options: CharacterOptions,
  look: CharacterLook,
  background = false,
): DrawnCharacter => {
  const size = sitting.photo.width
  const { irises, steady, least, detail } = sitting
  const seen = tidied(studyOf(sitting), steady, least)
  const colours = coloursOf(sitting.styled, seen.size)
  const study = lightened(seen, colours, steady)
  const proportions = proportionsOfSitting(sitting, options.proportions)
  const light = lightOf(study, steady)
  const hair = hairOf(study, steady)
  const rest = { ...study.clothes, data: study.clothes.data.map((share, i) => share + study.background.data[i]) }
  const around = refill(colours, rest, study.unit)
  const ring = around && ringOf(study, rest, around, proportions)
  const small = massesOf(study, proportions, hair)
  const box = background ? wholeBox(sitting.photo) : shownBox(small, ring, size)
  const subject = subjectOf(sitting, {
    irises,
    steady,
    detail,
    study,
    light,
    hair: hair?.tones[0],
    proportions,
    options,
    look,
    box,
  })

  const masses = drawnMasses(small, study, proportions, size, box)
  const canvas = canvasOf(sitting.styled)
  if (background) paintBackdrop(canvas, colours, study)
  const filled = ring && enlarge(ring.filled, size, box)
  if (filled) layIn(canvas, filled, around.colours, box)
  if (filled && !background) {
    layInMoved(canvas, sitting.styled, filled, enlarge(ring.moved, size, box), proportions, box)
  }

  // Between skin and hair nothing else shows: all of the head is laid in before its parts.
  paint(canvas, above(masses.head, 0.5, 1, box), hair ? hair.tones[0] : subject.skin.shade)
  const skinShape = above(enlarge(underHair(study, proportions), size, box), 0.5, 1.5, box)
  paintSkin(canvas, subject, { shape: skinShape, light, hair: masses.hair, proportions })
  drawSkinLines(canvas, study, masses.skin, subject, proportions)
  for (const eye of [0, 1] as const) drawEar(canvas, subject, eye)
  paintBeard(canvas, study, subject, proportions)
  drawLinesOfAge(canvas, subject)
  drawJaw(canvas, subject)
  drawNose(canvas, subject)
  drawMouth(canvas, subject)
  for (const eye of [0, 1] as const) drawEye(canvas, subject, eye)
  for (const eye of [0, 1] as const) drawBrow(canvas, subject, eye)
  drawGlasses(canvas, subject)
  if (hair) paintHair(canvas, above(masses.hair, 0.5, 1, box), study, hair, subject, proportions)
  drawOutlines(canvas, masses, notBlack(darker(subject.hair, 0.7)), subject)
  const person = personOf(masses, box)
  if (look.ambience > 0) inAmbience(canvas, person, ambienceOf(seen, colours), look.ambience)
  if (background) return { canvas, mask: everywhere(size) }
  return { canvas, mask: maskOf(person, masses.skin, filled, enlarge(hairEnd(study), size, box), box) }
}

/** Fields below this bound nothing that is shown. */
const NOTHING = 0.1
/** Pixels of a study around one of them that what is made of it at the canvas's size reaches. */
const REACH = 3

/** The part of a canvas of `size` pixels in which something is shown: head and hair, and where the picture is filled. */
const shownBox = ({ head, hair }: SmallMasses, ring: Ring | undefined, size: number): Box => {
  const { width, height, data } = head
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (data[i] <= NOTHING && hair.data[i] <= NOTHING && !(ring && ring.filled.data[i] > 0)) continue
      if (column < left) left = column
      if (column > right) right = column
      if (row < top) top = row
      bottom = row
    }
  }
  if (right < 0) return { left: 0, top: 0, right: 0, bottom: 0 }
  const scale = size / width
  const to = (at: number): number => Math.min(size, Math.max(0, Math.round(at * scale)))
  return { left: to(left - REACH), top: to(top - REACH), right: to(right + 1 + REACH), bottom: to(bottom + 1 + REACH) }
}

const canvasOf = ({ width, height, data: bytes }: Picture): Canvas => {
  const data = new Float32Array(bytes.length)
  for (let i = 0; i < data.length; i++) data[i] = bytes[i] / 255
  return { width, height, data }
}

/** Puts colours of the study's size where a mask of the canvas's says, within the box. */
const layIn = ({ width, data }: Canvas, mask: Pick<Plane, 'data'>, colours: Colours, box: Box): void => {
  const scale = colours[0].width / width
  for (let row = box.top; row < box.bottom; row++) {
    const y = (row + 0.5) * scale - 0.5
    for (let column = box.left, i = row * width + column; column < box.right; column++, i++) {
      const share = mask.data[i]
      if (share === 0) continue
      const x = (column + 0.5) * scale - 0.5
      for (let c = 0; c < 3; c++) data[3 * i + c] += (numberAt(colours[c], x, y) - data[3 * i + c]) * share
    }
  }
}

/** The fields of the drawn masses, of the study's size, in proportion. */
type SmallMasses = Pick<DrawnMasses, 'head' | 'hair' | 'skin'>

const massesOf = (study: Study, proportions: HeadProportions, hair: Hair | undefined): SmallMasses => {
  const { unit, skin, beard } = study
  const smooth = (plane: Plane): Plane => soften(proportions.warp(plane), SMOOTH * unit)
  const bare = { ...skin, data: skin.data.map((share, i) => share + beard.data[i]) }
  const head = { ...skin, data: bare.data.map((share, i) => share + study.hair.data[i]) }
  return { head: smooth(head), hair: hairOutline(study, hair, proportions), skin: smooth(bare) }
}

/** The masses' outlines as they are drawn. */
const drawnMasses = (
  small: SmallMasses,
  { background }: Study,
  { warp }: HeadProportions,
  size: number,
  box: Box,
): DrawnMasses => {
  const [head, hair, skin] = [small.head, small.hair, small.skin].map((plane) => enlarge(plane, size, box))
  // Locks that reach beyond make the outline.
  inRows(box, size, (from, to) => {
    for (let i = from; i < to; i++) {
      if (hair.data[i] > 0.4) head.data[i] = Math.max(head.data[i], Math.min(hair.data[i], 1))
    }
  })
  return { head, hair, skin, background: warp(background) }
}

/** Where skin is, and where hair is over it: so that nothing else shows between the two. */
const underHair = ({ unit, skin, beard, hair, face }: Study, { warp }: HeadProportions): Plane => {
  const near = soften(face, 0.04 * unit).data
  const data = skin.data.map((share, i) => share + beard.data[i] + hair.data[i] * Math.min(1, 2 * near[i]))
  return soften(warp({ ...skin, data }), SMOOTH * unit)
}

/** Behind the person, the background without it, painted soft. */
const paintBackdrop = (canvas: Canvas, colours: Colours, { background, unit }: Study): void => {
  const behind = refill(colours, background, unit)
  if (!behind) return
  const shown = above(enlarge(soften(background, SMOOTH * unit), canvas.width), 0.5, 2)
  layIn(canvas, shown, paintedSoft(behind.colours, unit), wholeBox(canvas))
}

/** Puts the picture where the ring has it, moved as the head's outline is: so a background keeps its texture up to the head. */
const layInMoved = (
  { width, data }: Canvas,
  styled: Picture,
  filled: Plane,
  moved: Plane,
  { sources }: HeadProportions,
  box: Box,
): void => {
  const { x: xs, y: ys } = sources(width, box)
  inRows(box, width, (from, to) => {
    for (let i = from; i < to; i++) {
      const share = filled.data[i] * moved.data[i]
      if (share === 0) continue
      for (let c = 0; c < 3; c++) {
        data[3 * i + c] += (numberAt(styled, xs[i], ys[i], 3, c) / 255 - data[3 * i + c]) * share
      }
    }
  })
}

/** How far around what is drawn anew the background may hold something of it, in units of the head: a line, and single hairs. */
const [TIGHT_RING, WIDE_RING] = [0.025, 0.15]
/** Steps of colour from place to place, 0 to 1: below the first a background is plain, and all that is left of a head shows. */
const [PLAIN, ROUGH] = [0.008, 0.022]

/** Where the background is not the picture's as it is; planes of the study's size. */
interface Ring {
  /** Where it is replaced: where skin and hair were in the photo, and near it. */
  readonly filled: Plane
  /** How far what replaces it is the picture moved with the head's outline, and not made of colours around. */
  readonly moved: Plane
}

const ringOf = (
  { unit, background, clothes }: Study,
  rest: Plane,
  { filled, colours: [, green] }: Refilled,
  { warp }: HeadProportions,
): Ring => {
  const own = { ...rest, data: rest.data.map((share) => 1 - share) }
  const pixels = (reach: number): number => Math.max(1, Math.round(reach * unit))
  const around = (reach: number): Float32Array => soften(dilate(own, pixels(reach)), 0.02 * unit).data
  const [tight, wide] = [around(TIGHT_RING), around(WIDE_RING)]
  const plain = roughnessOf(green, background, filled, unit).map((step) => smoothStep(ROUGH, PLAIN, step))
  const data = tight.map((share, i) => {
    const outside = Math.max(share, plain[i] * wide[i]) * smoothStep(0.6, 0.25, clothes.data[i])
    return smoothStep(0.15, 0.6, Math.max(own.data[i], outside))
  })
  const near = warp(erode(background, pixels(TIGHT_RING))).data
  const moved = near.map((share, i) => smoothStep(0.6, 0.9, share) * (1 - plain[i]))
  return { filled: { ...rest, data }, moved: { ...rest, data: moved } }
}

/** How uneven a background is around each pixel: the mean of its steps, where nothing was filled. */
const roughnessOf = (green: Plane, background: Plane, filled: Plane, unit: number): Float32Array => {
  const even = soften(green, 0.05 * unit).data
  const known = background.data.map((share, i) => share * (1 - filled.data[i]))
  const steps = known.map((share, i) => share * Math.abs(green.data[i] - even[i]))
  const [sums, shares] = [steps, known].map((data) => soften({ ...green, data }, 0.3 * unit).data)
  return sums.map((sum, i) => sum / (shares[i] + 1e-4))
}

/** How far from hair what it goes on in begins to take over, in units of the head, and how alike the two look, in Lab. */
const END = 0.16
const [ALIKE, UNLIKE] = [12, 24]

/** Where drawn hair gives way to the style's: long hair that was taken for clothes farther down goes on there. */
const hairEnd = (study: Study): Plane => {
  const { unit, hair, clothes, lightness, a, b, y } = study
  const near = (data: Float32Array): Float32Array => soften({ ...hair, data }, END * unit).data
  const nearHair = ({ data }: Plane): Float32Array => near(data.map((value, i) => value * hair.data[i]))
  const [share, ownL, ownA, ownB] = [near(hair.data), nearHair(lightness), nearHair(a), nearHair(b)]
  const [, chinY] = chinOf(study)
  const goesOn = new Float32Array(clothes.data.length)
  for (let i = 0; i < goesOn.length; i++) {
    if (share[i] < 0.02) continue
    const dl = lightness.data[i] - ownL[i] / share[i]
    const da = a.data[i] - ownA[i] / share[i]
    const db = b.data[i] - ownB[i] / share[i]
    goesOn[i] = clothes.data[i] * smoothStep(UNLIKE, ALIKE, Math.sqrt((0.7 * dl) ** 2 + da ** 2 + db ** 2))
  }
  const data = near(goesOn).map(
    (value, i) => smoothStep(0.04, 0.3, value) * smoothStep(chinY - 0.2, chinY + 0.25, y[i]),
  )
  return { ...clothes, data }
}

/** Skin and hair as drawn, with their outlines. */
const personOf = ({ head, hair }: DrawnMasses, box: Box): Plane => {
  const { width } = head
  const data = new Float32Array(head.data.length)
  inRows(box, width, (from, to) => {
    for (let i = from; i < to; i++) {
      data[i] = smoothStep(0.2, 0.35, Math.max(head.data[i], hair.data[i]))
    }
  })
  return { ...head, data }
}

/** What was drawn: the person, and where the picture was filled; not where hair goes on. */
const maskOf = (person: Plane, skin: Plane, ring: Plane | undefined, end: Plane, box: Box): Plane => {
  const { width } = person
  const data = new Float32Array(person.data.length)
  inRows(box, width, (from, to) => {
    for (let i = from; i < to; i++) {
      const drawn = Math.max(person.data[i], ring ? ring.data[i] : 0)
      if (drawn === 0) continue
      data[i] = end.data[i] === 0 ? drawn : drawn * (1 - end.data[i] * smoothStep(0.7, 0.2, skin.data[i]))
    }
  })
  return { ...person, data }
}

const everywhere = (size: number): Plane => ({
  width: size,
  height: size,
  data: new Float32Array(size * size).fill(1),
})
