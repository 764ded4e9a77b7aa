/**
 * The lines between a head's masses, and around it: thin within, firmer at the silhouette, thinner towards the light; and a few
 * on bare skin away from the face, such as between fingers. Each has a dark variant of the colour of what it bounds. Lines
 * of features are the features' own, those of clothes and background the style's.
 */
import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { inRows } from '../regions/runs.ts'
import type { Canvas, Rgb } from './canvas.ts'
import { enlarge, lineAlong, soften } from './fields.ts'
import type { HeadProportions } from './proportions.ts'
import type { Study } from './study.ts'
import type { Subject } from './subject.ts'

/** Widths in units of the head. */
const [SILHOUETTE, INNER] = [0.0165, 0.0115]
/** How much of what is there stays not under a line. */
const OPACITY = 0.85
/** A line turned to the light is thinner by this share, one turned from it as much wider. */
const FACING = 0.35

/** The masses as they are drawn: fields of the canvas's size, of which a half is the outline. */
export interface DrawnMasses {
  /** Skin, beard and hair together: all that is drawn anew. */
  readonly head: Plane
  readonly hair: Plane
  readonly skin: Plane
  /** What is behind the head; of the study's size. */
  readonly background: Plane
}

/** Draws the lines over the canvas. `hairLine` is the colour of lines on hair. */
export const drawOutlines = (
  canvas: Canvas,
  { head: all, hair, skin, background }: DrawnMasses,
  hairLine: Rgb,
  subject: Pick<Subject, 'head' | 'light' | 'look' | 'skin' | 'box'>,
): void => {
  const { head, light, look, box } = subject
  const { width, data } = canvas
  const unit = head.unit * look.lineWidth
  const toLight = {
    x: light.x * head.down.y + light.y * head.down.x,
    y: light.y * head.down.y - light.x * head.down.x,
  }
  /** A line's width by the way its mass ends there. */
  const facing =
    (field: Plane, wide: number) =>
    (i: number): number => {
      const across = (field.data[i + 1] ?? 0) - (field.data[i - 1] ?? 0)
      const down = (field.data[i + width] ?? 0) - (field.data[i - width] ?? 0)
      const slope = Math.sqrt(across * across + down * down) || 1
      // Fields fall outwards: against their slope is where the mass faces.
      return wide * (1 + (FACING * (across * toLight.x + down * toLight.y)) / slope)
    }
  const scale = background.width / width
  /** The silhouette is before the background; before clothes a line is one within. */
  const around = facing(all, unit)
  const silhouette = (i: number): number => {
    const at = Math.floor(Math.floor(i / width) * scale) * background.width + Math.floor((i % width) * scale)
    return around(i) * (INNER + (SILHOUETTE - INNER) * Math.min(1, 2.5 * background.data[at]))
  }
  const outer = lineAlong(all, 0.5, silhouette, box).data
  const inner = lineAlong(hair, 0.5, facing(hair, INNER * unit), box).data
  inRows(box, width, (from, to) => {
    for (let i = from; i < to; i++) {
      const share = OPACITY * Math.max(outer[i], inner[i])
      if (share === 0) continue
      const ofHair = Math.max(0, hair.data[i])
      const ofSkin = Math.max(0, skin.data[i])
      const sum = ofHair + ofSkin + 1e-6
      for (let c = 0; c < 3; c++) {
        const line = (ofHair * hairLine[c] + ofSkin * subject.skin.line[c]) / sum
        data[3 * i + c] += (line - data[3 * i + c]) * share
      }
    }
  })
}

/** Darker than their surroundings by these steps of lightness, narrow places of bare skin have a line. */
const [FAINT, CLEAR] = [1.8, 4.5]
/** What is darker still is no fold of skin. */
const [STRANGE, OTHER] = [7, 12]
/** Of a head smaller than the first, in pixels of the picture, what is dark and narrow is noise; from the second on it is a line. */
const [NOISE, SEEN] = [70, 120]

/** Lines on hands, arms and neck: where the photo's skin has narrow dark places. */
export const drawSkinLines = (
  canvas: Canvas,
  study: Study,
  skin: Plane,
  { skin: { line }, box, detail }: Pick<Subject, 'skin' | 'box' | 'detail'>,
  { warp }: HeadProportions,
): void => {
  const clear = smoothStep(NOISE, SEEN, detail)
  if (clear === 0) return
  const { lightness, unit, face } = study
  const [fine, coarse] = [soften(lightness, 0.008 * unit).data, soften(lightness, 0.03 * unit).data]
  const away = soften(face, 0.2 * unit).data
  const data = fine.map((value, i) => (coarse[i] - value) * smoothStep(0.3, 0.05, away[i]))
  const { width } = canvas
  const dark = enlarge(warp({ ...lightness, data }), width, box).data
  inRows(box, width, (from, to) => {
    for (let i = from; i < to; i++) {
      if (dark[i] < FAINT) continue
      const share =
        0.45 *
        clear *
        smoothStep(FAINT, CLEAR, dark[i]) *
        smoothStep(OTHER, STRANGE, dark[i]) *
        smoothStep(0.7, 0.98, skin.data[i])
      for (let c = 0; c < 3; c++) canvas.data[3 * i + c] += (line[c] - canvas.data[3 * i + c]) * share
    }
  })
}
