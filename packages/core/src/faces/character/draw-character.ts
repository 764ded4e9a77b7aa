/**
 * A head drawn as a character: all its parts in their order, on one square, and the mask of what of the square was drawn. Where
 * the square comes from and where it goes is character-artist.ts's.
 */
import type { Picture } from '../../picture.ts'
import type { Iris } from '../landmarks/landmarker.ts'
import { dilate } from '../regions/filters.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { paintedSoft } from './backdrop.ts'
import { paintBeard } from './beard.ts'
import { drawBrow } from './brow.ts'
import { type Canvas, mixInto, paint } from './canvas.ts'
import { darker } from './colour.ts'
import type { Coverage } from './coverage.ts'
import { drawEye } from './eye.ts'
import { above, enlarge, soften } from './fields.ts'
import type { Colours } from './flatten.ts'
import { drawGlasses } from './glasses.ts'
import { hairOf, hairOutline, paintHair } from './hair.ts'
import { drawJaw } from './jaw.ts'
import { lightOf } from './light.ts'
import { drawMouth } from './mouth.ts'
import { drawNose } from './nose.ts'
import { type DrawnMasses, drawOutlines, drawSkinLines } from './outline.ts'
import type { HeadProportions } from './proportions.ts'
import { coloursOf, type Refilled, refill } from './refill.ts'
import { paintSkin } from './skin.ts'
import { type Sitting, type Study, studyOf } from './study.ts'
import type { CharacterLook, CharacterOptions } from './subject.ts'
import { proportionsOfSitting, subjectOf } from './subject-of.ts'
import { tidied } from './tidy.ts'

/** What is drawn. */
export interface CharacterSitting extends Sitting {
  /** What the style made of the photo. */
  readonly styled: Picture
  readonly irises: readonly [right: Iris, left: Iris]
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
  const study = tidied(studyOf(sitting))
  const proportions = proportionsOfSitting(sitting, options.proportions)
  const light = lightOf(study)
  const hair = hairOf(study)
  const { irises } = sitting
  const subject = subjectOf(sitting, { irises, study, light, hair: hair?.tones[0], proportions, options, look })

  const masses = drawnMasses(study, proportions, hairOutline(study, hair, proportions), size)
  const colours = coloursOf(sitting.styled, study.size)
  const canvas = canvasOf(sitting.styled)
  if (background) paintBackdrop(canvas, colours, study, masses.person)
  const rest = { ...study.clothes, data: study.clothes.data.map((share, i) => share + study.background.data[i]) }
  const around = refill(colours, rest, study.unit)
  const ring = around && ringOf(study, rest, around, size)
  if (ring) mixInto(canvas, ring, enlargedColours(around.colours, size))

  // Between skin and hair nothing else shows: all of the head is laid in before its parts.
  paint(canvas, above(masses.head, 0.5), hair ? hair.tones[0] : subject.skin.shade)
  const skinShape = above(underHair(study, proportions, size), 0.5, 1.5)
  paintSkin(canvas, subject, { shape: skinShape, light, hair: masses.hair, proportions })
  drawSkinLines(canvas, study, masses.skin, subject, proportions)
  paintBeard(canvas, study, subject, proportions)
  drawJaw(canvas, subject)
  drawNose(canvas, subject)
  drawMouth(canvas, subject)
  for (const eye of [0, 1] as const) drawEye(canvas, subject, eye)
  for (const eye of [0, 1] as const) drawBrow(canvas, subject, eye)
  drawGlasses(canvas, subject)
  if (hair) paintHair(canvas, above(masses.hair, 0.5), study, hair, subject, proportions)
  drawOutlines(canvas, masses, darker(subject.hair, 0.7), subject)
  return { canvas, mask: background ? everywhere(size) : maskOf(masses, ring) }
}

const canvasOf = ({ width, height, data }: Picture): Canvas => ({
  width,
  height,
  data: Float32Array.from(data, (value) => value / 255),
})

const enlargedColours = (colours: Colours, size: number): Canvas => {
  const data = new Float32Array(size * size * 3)
  colours.forEach((plane, c) => {
    const large = enlarge(plane, size).data
    for (let i = 0; i < large.length; i++) data[3 * i + c] = large[i]
  })
  return { width: size, height: size, data }
}

/** The masses' outlines as they are drawn. */
const drawnMasses = (study: Study, { warp }: HeadProportions, hair: Plane, size: number): DrawnMasses => {
  const { unit, skin, beard, clothes, background } = study
  const smooth = (plane: Plane): Plane => enlarge(soften(warp(plane), SMOOTH * unit), size)
  const large = enlarge(hair, size)
  const person = smooth({ ...background, data: background.data.map((share) => 1 - share) })
  // Hair that reaches beyond the person makes its outline.
  for (let i = 0; i < large.data.length; i++) {
    if (large.data[i] > 0.4) person.data[i] = Math.max(person.data[i], Math.min(large.data[i], 1))
  }
  const bare = { ...skin, data: skin.data.map((share, i) => share + beard.data[i]) }
  return {
    person,
    head: smooth({ ...skin, data: bare.data.map((share, i) => share + study.hair.data[i]) }),
    hair: large,
    skin: smooth(bare),
    clothes: smooth(clothes),
  }
}

/** Where skin is, and where hair is over it: so that nothing else shows between the two. */
const underHair = ({ unit, skin, beard, hair, face }: Study, { warp }: HeadProportions, size: number): Plane => {
  const near = soften(face, 0.04 * unit).data
  const data = skin.data.map((share, i) => share + beard.data[i] + hair.data[i] * Math.min(1, 2 * near[i]))
  return enlarge(soften(warp({ ...skin, data }), SMOOTH * unit), size)
}

/** Behind the person, the background without it, painted soft. */
const paintBackdrop = (canvas: Canvas, colours: Colours, { background, unit }: Study, person: Plane): void => {
  const behind = refill(colours, background, unit)
  if (!behind) return
  const inverse = { ...person, data: person.data.map((share) => 1 - share) }
  mixInto(canvas, above(inverse, 0.5), enlargedColours(paintedSoft(behind.colours, unit), canvas.width))
}

/** How far around what is drawn anew the picture may hold something of it, in units of the head. */
const RING = 0.05

/** Where the picture is filled: where skin and hair were in the photo, and near it. */
const ringOf = ({ unit }: Study, rest: Plane, { filled }: Refilled, size: number): Coverage => {
  const own = dilate({ ...rest, data: rest.data.map((share) => 1 - share) }, Math.max(1, Math.round(RING * unit)))
  const near = soften(own, 0.02 * unit)
  const data = near.data.map((share, i) => smoothStep(0.15, 0.6, share) * filled.data[i])
  return { x: 0, y: 0, ...enlarge({ ...near, data }, size) }
}

/** What was drawn: skin and hair with their outlines, and where the picture was filled. */
const maskOf = ({ head, hair }: DrawnMasses, ring: Coverage | undefined): Plane => {
  const data = head.data.map((share, i) =>
    Math.max(smoothStep(0.2, 0.35, Math.max(share, hair.data[i])), ring ? ring.data[i] : 0),
  )
  return { ...head, data }
}

const everywhere = (size: number): Plane => ({
  width: size,
  height: size,
  data: new Float32Array(size * size).fill(1),
})
