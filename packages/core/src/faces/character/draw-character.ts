/**
 * A head drawn as a character: all its parts in their order, on one square, and the mask of what of the square was drawn. Where
 * the square comes from and where it goes is character-artist.ts's.
 */
import type { Picture } from '../../picture.ts'
import type { Iris } from '../landmarks/landmarker.ts'
import { dilate } from '../regions/filters.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { type Backdrop, backdropOf } from './background.ts'
import { paintBeard } from './beard.ts'
import { drawBrow } from './brow.ts'
import { type Canvas, mixInto } from './canvas.ts'
import { darker } from './colour.ts'
import { drawEye } from './eye.ts'
import { above, enlarge, soften } from './fields.ts'
import type { Colours } from './flatten.ts'
import { drawGlasses } from './glasses.ts'
import { hairOf, hairOutline, paintHair } from './hair.ts'
import { drawJaw } from './jaw.ts'
import { lightOf } from './light.ts'
import { drawMouth } from './mouth.ts'
import { drawNose } from './nose.ts'
import { type DrawnMasses, drawOutlines } from './outline.ts'
import type { HeadProportions } from './proportions.ts'
import { coloursOf, flatFills } from './rest.ts'
import { paintSkin } from './skin.ts'
import { type Sitting, type Study, studyOf } from './study.ts'
import type { CharacterLook, CharacterOptions } from './subject.ts'
import { proportionsOfSitting, subjectOf } from './subject-of.ts'

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

/** Draws a head. The photo's side must be even; equal sittings give equal drawings. */
export const drawCharacter = (
  sitting: CharacterSitting,
  options: CharacterOptions,
  look: CharacterLook,
): DrawnCharacter => {
  const size = sitting.photo.width
  const study = studyOf(sitting)
  const proportions = proportionsOfSitting(sitting, options.proportions)
  const light = lightOf(study)
  const hair = hairOf(study)
  const { irises } = sitting
  const subject = subjectOf(sitting, { irises, study, light, hair: hair?.tones[0], proportions, options, look })

  const colours = coloursOf(sitting.styled, study.size)
  const fills = flatFills(colours, study.unit)
  const backdrop = backdropOf(fills, study)
  const warped = fills.map(proportions.warp) as unknown as Colours
  const canvas = enlargedColours(backdrop?.colours ?? fills, size)
  const masses = drawnMasses(study, proportions, hairOutline(study, hair, proportions), size)
  const person = above(masses.person, 0.5)
  mixInto(canvas, person, enlargedColours(warped, size))

  const skinShape = above(underHair(study, proportions, size), 0.5, 1.5)
  paintSkin(canvas, subject, { shape: skinShape, light, hair: masses.hair, proportions })
  paintBeard(canvas, study, subject, proportions)
  drawJaw(canvas, subject)
  drawNose(canvas, subject)
  drawMouth(canvas, subject)
  for (const eye of [0, 1] as const) drawEye(canvas, subject, eye)
  for (const eye of [0, 1] as const) drawBrow(canvas, subject, eye)
  drawGlasses(canvas, subject)
  if (hair) paintHair(canvas, above(masses.hair, 0.5), study, hair, subject, proportions)
  const hairLine = darker(subject.hair, 0.7)
  drawOutlines(canvas, masses, hairLine, warped, subject)
  return { canvas, mask: maskOf(masses.person, study, backdrop, size) }
}

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
  return {
    person,
    hair: large,
    skin: smooth({ ...skin, data: skin.data.map((share, i) => share + beard.data[i]) }),
    clothes: smooth(clothes),
  }
}

/** Where skin is, and where hair is over it: so that nothing else shows between the two. */
const underHair = ({ unit, skin, beard, hair, face }: Study, { warp }: HeadProportions, size: number): Plane => {
  const near = soften(face, 0.04 * unit).data
  const data = skin.data.map((share, i) => share + beard.data[i] + hair.data[i] * Math.min(1, 2 * near[i]))
  return enlarge(soften(warp({ ...skin, data }), SMOOTH * unit), size)
}

/** What was drawn: the person with its outline, and where something of it was in the photo that is filled now. */
const maskOf = (person: Plane, study: Study, backdrop: Backdrop | undefined, size: number): Plane => {
  const { background, unit } = study
  const seen = { ...background, data: background.data.map((share) => 1 - share) }
  const around = soften(dilate(seen, Math.max(1, Math.round(0.03 * unit))), 0.015 * unit)
  const ring = enlarge(around, size).data
  const filled = backdrop && enlarge(backdrop.filled, size).data
  const line = 0.02
  const data = person.data.map((share, i) =>
    Math.max(smoothStep(0.5 - 8 * line, 0.5 - 4 * line, share), filled ? smoothStep(0.1, 0.5, ring[i]) * filled[i] : 0),
  )
  return { width: size, height: size, data }
}
