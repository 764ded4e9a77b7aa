/**
 * The light that a style puts a picture in, such as moonlight, on a head that was drawn in the photo's own: measured where the head
 * is in the photo and in what the style made of it. Styles say how much of it their heads take (`ambience` of look.ts).
 */
import { labOf } from '../regions/lab.ts'
import { median, smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import type { Canvas } from './canvas.ts'
import { rgbOf } from './colour.ts'
import { asMeasured, type Steady } from './face-memory.ts'
import type { Colours } from './flatten.ts'
import { bareFace, type Study } from './study.ts'

/** The change of a head's colours, in Lab. */
export interface Ambience {
  /** What lightness is multiplied by. */
  readonly lightness: number
  /** What is added to a and b. */
  readonly a: number
  readonly b: number
}

/** Measures the change from photo to style, over skin and hair; `styled` is of the study's size. */
export const ambienceOf = ({ skin, hair, lightness, a, b }: Study, [red, green, blue]: Colours): Ambience => {
  const photo = [lightness.data, a.data, b.data]
  const own = [0, 0, 0]
  const made = [0, 0, 0]
  let shares = 1e-6
  for (let i = 0; i < skin.data.length; i++) {
    const share = Math.min(1, skin.data[i] + hair.data[i])
    if (share < 0.5) continue
    const styled = labOf(red.data[i], green.data[i], blue.data[i])
    for (let c = 0; c < 3; c++) {
      own[c] += share * photo[c][i]
      made[c] += share * styled[c]
    }
    shares += share
  }
  return { lightness: made[0] / Math.max(1, own[0]), a: (made[1] - own[1]) / shares, b: (made[2] - own[2]) / shares }
}

/** How much of a style's lightening heads take, and by how much they get lighter at most. */
const [TAKEN, MOST_LIGHTER] = [0.75, 10]
/** Skin that is lighter than this takes nothing either: it would lose its colour. */
const LIGHTEST = 84
/** Dark skin, up to the first lightness, takes nothing of it: it keeps its depth. */
const [DEEP, LIGHT] = [38, 62]

/**
 * A study as light as the style makes its face, where that is lighter than the photo: a face in the dark looks drab between colours
 * that were brought to light. `styled` is of the study's size.
 */
export const lightened = (study: Study, [red, green, blue]: Colours, steady: Steady = asMeasured): Study => {
  const { lightness } = study
  const own = bareFace(study)
  if (own.length === 0) return study
  const before = median(own.map((i) => lightness.data[i]))
  const after = median(own.map((i) => labOf(red.data[i], green.data[i], blue.data[i])[0]))
  const lighter = Math.max(0, Math.min(LIGHTEST, after) - before)
  const taken = TAKEN * smoothStep(DEEP, LIGHT, before) * lighter
  const gain = steady('gain', 1 + Math.min(MOST_LIGHTER, taken) / Math.max(1, before))
  return { ...study, lightness: { ...lightness, data: lightness.data.map((value) => Math.min(100, value * gain)) } }
}

/** Puts what was drawn in this light, in place: `drawn` says how much of each pixel, `amount` how far, 0 to 1. */
export const inAmbience = ({ data }: Canvas, drawn: Plane, { lightness, a, b }: Ambience, amount: number): void => {
  for (let i = 0; i < drawn.data.length; i++) {
    const share = drawn.data[i] * amount
    if (share === 0) continue
    const [ownL, ownA, ownB] = labOf(data[3 * i], data[3 * i + 1], data[3 * i + 2])
    const [red, green, blue] = rgbOf([ownL * (1 + (lightness - 1) * share), ownA + a * share, ownB + b * share])
    data[3 * i] = red
    data[3 * i + 1] = green
    data[3 * i + 2] = blue
  }
}
