/**
 * The colours of drawn irises: the person's own, measured in the photo between pupil and rim, away from lids and highlights,
 * then made as clear as drawn eyes are; or one that was asked for.
 */

import { EYES } from '../landmarks/topology.ts'
import { outlineOf } from '../regions/face-map.ts'
import { type Lab, labOf } from '../regions/lab.ts'
import { meanOf, percentile, smoothStep } from '../regions/numbers.ts'
import type { Rgb } from './canvas.ts'
import { coloursAt, medianColour, notBlack, rgbOf } from './colour.ts'
import { cover } from './coverage.ts'
import type { Subject } from './subject.ts'

/** An iris's tones, dark to light. */
export interface IrisColours {
  readonly pupil: Rgb
  readonly rim: Rgb
  readonly dark: Rgb
  readonly mid: Rgb
  readonly glow: Rgb
}

/** What an eye is taken for where too little of it is seen. */
const BROWN: Lab = [25, 6, 10]
/** Skin, if anything is: cheeks and forehead. */
const SKIN = [50, 205, 280, 425, 151]
/** How much of the white's tint, which is the light's and the skin's, an iris has too. */
const TINT = 0.6
/** From this angle on a skin is fair, where light eyes are not rare; in radians. */
const FAIR = 0.66
/** Hues, in radians. */
const BLUE = 4.25
const HAZEL = 1.01
/** With fewer pixels of the picture than this, an iris has no colour of its own. */
const LEAST_PIXELS = 12

/** The tones of both irises. */
export const irisColours = (subject: Subject): IrisColours => {
  const { eyeColour } = subject.options
  if (eyeColour) {
    const [lightness, a, b] = labOf(...eyeColour)
    return tonesOf(Math.min(Math.max(lightness, 30), 62), Math.hypot(a, b), Math.atan2(b, a))
  }
  const seen = ([0, 1] as const).flatMap((eye) => {
    const colour = measured(subject, eye)
    return colour ? [colour] : []
  })
  const average = (k: 0 | 1 | 2): number =>
    subject.steady(`iris ${k}`, seen.length > 0 ? meanOf(seen.map((colour) => colour[k])) : BROWN[k])
  const iris: Lab = [average(0), average(1), average(2)]
  if (subject.regions.signs.grey) return tonesOf(Math.min(Math.max(1.1 * iris[0] + 10, 30), 56), 0, 0)
  const skin =
    medianColour(
      coloursAt(
        subject.photo,
        SKIN.map((i) => subject.points[i]),
      ),
    ) ?? labOf(...subject.skin.lit)
  return tonesOf(...clearColour(iris, skin))
}

/** The median colour of an iris in the photo, without what is brightest and darkest of it, and less what tints the white. */
const measured = ({ photo, points, irises, eyes, head, detail }: Subject, eye: 0 | 1): Lab | undefined => {
  if (eyes[eye] === 0) return undefined
  const { upperLid, lowerLid } = EYES[eye]
  const { x, y, radius } = irises[eye]
  const opening = cover([outlineOf(upperLid, lowerLid).map((i) => points[i])], photo)
  const ring = (from: number, to: number): Lab[] => {
    const places = Array.from(opening.data, (share, i) => ({
      share,
      x: opening.x + (i % opening.width) + 0.5,
      y: opening.y + Math.floor(i / opening.width) + 0.5,
    })).filter((at) => {
      const distance = Math.hypot(at.x - x, at.y - y) / radius
      return at.share > 0.9 && distance > from && distance < to
    })
    return coloursAt(photo, places)
  }
  const colours = ring(0.45, 0.88)
  if (colours.length * (detail / head.unit) ** 2 < LEAST_PIXELS) return undefined
  const lightness = colours.map(([value]) => value)
  const [least, most] = [percentile(lightness, 25), percentile(lightness, 80)]
  const middle = medianColour(colours.filter(([value]) => value >= least && value <= most))
  const white = medianColour(ring(1.2, 2)) ?? [0, 0, 0]
  return middle && [middle[0], middle[1] - TINT * white[1], middle[2] - TINT * white[2]]
}

/**
 * Lightness, chroma and hue as they are drawn. Light eyes of fair people that are no warmer than the white around them read
 * as blue or green, brown ones keep their hue; whatever is dark or in doubt is brown. (Dark eyes reflect blue skies.)
 */
const clearColour = ([lightness, a, b]: Lab, skin: Lab): [lightness: number, chroma: number, hue: number] => {
  const chroma = Math.hypot(a, b)
  const hue = Math.atan2(b, a)
  // The angle by which dermatologists tell how fair a skin is.
  const fair = Math.atan2(skin[0] - 50, Math.max(skin[2], 1)) > FAIR
  if (fair && lightness > Math.max(16, 0.24 * skin[0]) && a < -1.5) {
    const clear = Math.min(Math.max((90 * lightness) / skin[0] + 14, 42), 60)
    // Almost grey is blue.
    if (b < 1 && chroma < 7) return [clear, 22, BLUE]
    return [clear, Math.min(Math.max(1.6 * chroma + 6, 13), 40), hue]
  }
  const brown = chroma > 8 && hue > 0.5 && hue < 1.6
  const clear = Math.min(Math.max(1.1 * lightness + 10, 28), 50)
  return [clear, Math.min(Math.max(1.6 * chroma, 24), 42), brown ? hue : HAZEL]
}

/** Tones of a middle lightness, chroma and hue (radians): shadows turn away from yellow as light turns to it. */
const tonesOf = (lightness: number, chroma: number, hue: number): IrisColours => {
  const degrees = ((hue * 180) / Math.PI + 360) % 360
  // Warm and green hues glow yellower; blue ones towards cyan.
  const blue = smoothStep(150, 200, degrees) * (1 - smoothStep(290, 330, degrees))
  const towards = (degrees > 95 ? -1 : 1) * 14 * (1 - blue) - 16 * blue
  const tone = (level: number, strength: number, turn: number): Rgb => {
    const angle = ((degrees + turn * towards) * Math.PI) / 180
    return notBlack(rgbOf([level, strength * chroma * Math.cos(angle), strength * chroma * Math.sin(angle)]))
  }
  return {
    pupil: tone(lightness * 0.2, 0.45, -0.6),
    rim: tone(lightness * 0.42, 0.7, -0.6),
    dark: tone(lightness * 0.62, 0.9, -0.4),
    mid: tone(lightness + 3, 1.05, 0),
    glow: tone(Math.min(lightness + 37, 90), 1.2, 1),
  }
}
