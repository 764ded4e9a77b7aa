/**
 * The lines between a head's masses, and around it: thin within, firmer at the silhouette, thinner towards the light. Each has
 * a dark variant of the colour of what it bounds. Lines of features are the features' own.
 */

import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import type { Canvas, Rgb } from './canvas.ts'
import { enlarge, lineAlong, soften } from './fields.ts'
import type { Colours } from './flatten.ts'
import type { Subject } from './subject.ts'

/** Widths in units of the head. */
const [SILHOUETTE, INNER] = [0.0165, 0.0115]
/** How much of what is there stays under a line. */
const OPACITY = 0.85
/** The lightness of a line beside that of the clothes it is on. */
const CLOTHES_LINE = 0.4

/** The masses as they are drawn: fields of the canvas's size, of which a half is the outline. */
export interface DrawnMasses {
  readonly person: Plane
  readonly hair: Plane
  readonly skin: Plane
  readonly clothes: Plane
}

/** Draws the lines over the canvas. `hairLine` is the colour of lines on hair. */
export const drawOutlines = (
  canvas: Canvas,
  { person, hair, skin, clothes }: DrawnMasses,
  hairLine: Rgb,
  fills: Colours,
  subject: Pick<Subject, 'head' | 'light' | 'look' | 'skin'>,
): void => {
  const { head, light, look } = subject
  const { width, data } = canvas
  const unit = head.unit * look.lineWidth
  /** A line's width by the way its mass ends there: where it faces the light it is thin. */
  const facing = (field: Plane, wide: number) => {
    const { x, y } = {
      x: light.x * head.down.y + light.y * head.down.x,
      y: light.y * head.down.y - light.x * head.down.x,
    }
    return (i: number): number => {
      const across = (field.data[i + 1] ?? 0) - (field.data[i - 1] ?? 0)
      const down = (field.data[i + width] ?? 0) - (field.data[i - width] ?? 0)
      const slope = Math.hypot(across, down) || 1
      return wide * (1 + (0.35 * (across * x + down * y)) / slope)
    }
  }
  const lines = [
    lineAlong(person, 0.5, facing(person, SILHOUETTE * unit)),
    lineAlong(hair, 0.5, facing(hair, INNER * unit)),
    lineAlong(clothes, 0.5, facing(clothes, INNER * unit)),
  ]
  for (let i = 0; i < person.data.length; i++) {
    const share = OPACITY * Math.max(lines[0].data[i], lines[1].data[i], lines[2].data[i])
    if (share === 0) continue
    const [ofHair, ofSkin, ofClothes] = [hair.data[i], skin.data[i], clothes.data[i]].map((value) => Math.max(0, value))
    const sum = ofHair + ofSkin + ofClothes + 1e-6
    for (let c = 0; c < 3; c++) {
      const fill = data[3 * i + c]
      const line =
        (ofHair * hairLine[c] + ofSkin * subject.skin.line[c] + ofClothes * CLOTHES_LINE * fill + 1e-6 * fill) / sum
      data[3 * i + c] += (line - fill) * share
    }
  }
  drawFolds(canvas, clothes, fills, head.unit)
}

/** A few lines in clothes, where their fills have narrow dark places. */
const drawFolds = (canvas: Canvas, clothes: Plane, [red, green, blue]: Colours, unit: number): void => {
  const luma = red.data.map((value, i) => 0.299 * value + 0.587 * green.data[i] + 0.114 * blue.data[i])
  const plane = { width: red.width, height: red.height, data: luma }
  const [fine, coarse] = [soften(plane, 0.008 * unit).data, soften(plane, 0.02 * unit).data]
  const dark = enlarge({ ...plane, data: fine.map((value, i) => coarse[i] - value) }, canvas.width).data
  for (let i = 0; i < dark.length; i++) {
    if (dark[i] < 0.015) continue
    const share = 0.5 * smoothStep(0.015, 0.045, dark[i]) * smoothStep(0.6, 0.9, clothes.data[i])
    for (let c = 0; c < 3; c++) canvas.data[3 * i + c] *= 1 - share * (1 - CLOTHES_LINE)
  }
}
