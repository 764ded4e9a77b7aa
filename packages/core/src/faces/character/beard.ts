/** A beard: one flat shape of its own colour, darker where the photo's is, with a thin line around it. Where it is, is regions'. */
import type { Lab } from '../regions/lab.ts'
import { indicesWhere, median } from '../regions/numbers.ts'
import { type Canvas, paint, within } from './canvas.ts'
import { rgbOf } from './colour.ts'
import { above, enlarge, lineAlong, soften } from './fields.ts'
import type { HeadProportions } from './proportions.ts'
import type { Study } from './study.ts'
import type { Subject } from './subject.ts'

/** Fewer pixels than this, in units of the head squared, are no beard. */
const LEAST_BEARD = 0.03

/** Paints the beard, if there is one. */
export const paintBeard = (
  canvas: Canvas,
  study: Study,
  { head, look, box }: Pick<Subject, 'head' | 'look' | 'box'>,
  proportions: HeadProportions,
): void => {
  const { size, unit, beard, lightness, a, b, grey } = study
  const own = indicesWhere(size * size, (i) => beard.data[i] > 0.6)
  if (own.length < LEAST_BEARD * unit * unit) return
  const of = (plane: typeof lightness): number => median(own.map((i) => plane.data[i]))
  const colour: Lab = [of(lightness), of(a), of(b)]
  const tone = (share: number): ReturnType<typeof rgbOf> =>
    rgbOf([Math.max(8, colour[0] * share), grey ? 0 : colour[1] * 1.05, grey ? 0 : colour[2] * 1.05])
  const field = enlarge(proportions.warp(soften(beard, 0.02 * unit)), canvas.width, box)
  const shape = above(field, 0.5, 1 + 0.03 * head.unit, box)
  paint(canvas, shape, tone(0.95), 0.92)
  const held = soften(lightness, 0.016 * unit)
  const dark = enlarge(
    proportions.warp({ ...held, data: held.data.map((value) => (colour[0] - 4 - value) / 12) }),
    canvas.width,
    box,
  )
  paint(canvas, within(shape, above(dark, 0, 1 + 0.02 * head.unit, box)), tone(0.68), 0.7)
  const width = 0.009 * head.unit * look.lineWidth
  paint(
    canvas,
    lineAlong(field, 0.5, () => width, box),
    tone(0.5),
    0.35,
  )
}
