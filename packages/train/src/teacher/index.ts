/**
 * The teacher: a classical filter that draws a photo, as a first target for a network that adversarial training then
 * refines. It is local (no pixel depends on another further than some 40 pixels away) and smooth in its input, so that a
 * small network can learn it; it needs no network and no style pictures itself.
 */
import type { Picture } from '@animegan/core'
import { colour } from './colour.ts'
import { edgeFlow } from './flow.ts'
import { kuwahara } from './kuwahara.ts'
import { lines } from './lines.ts'
import { toPicture, toPlanes } from './oklab.ts'

export { teacherPresets } from './presets.ts'

/** What the drawing looks like. Lengths are in pixels of the picture, whatever it is a picture of. */
export interface TeacherOptions {
  /** Reach of the brush that fills regions, in whole pixels, 1 to 8. */
  readonly brush: number
  /** How often the brush goes over the picture, 1 to 4. */
  readonly strokes: number
  /** Half a drawn line's width in pixels (sigma of a Gaussian), 0.6 to 2. */
  readonly lineWidth: number
  /** How dark lines are, 0 (none) to 1 (black). */
  readonly lineStrength: number
  /** The difference of lightness at which lines begin, 0.002 to 0.05: less finds more lines. */
  readonly lineThreshold: number
  /** Exponent of lightness, 0.5 to 1.5: below 1 brightens. */
  readonly gamma: number
  /** Factor of chroma where there is little of it, 0 to 2; strong colours gain less. */
  readonly vibrance: number
  /** How far skin, foliage and sky go to their remembered colours, 0 to 1. */
  readonly memory: number
  /** Warm light and cool shade: OKLab's b added at white and taken at black, -0.1 to 0.1. */
  readonly warmth: number
  /** Tones from black to white, 2 to 16; 0 keeps shading smooth. */
  readonly tones: number
}

/**
 * `photo` as a drawing of the same size, three channels. Pure and deterministic.
 *
 * @param photo at least 2 x 2 pixels; alpha is not looked at
 */
export const teach = (photo: Picture, options: TeacherOptions): Picture => {
  const { width, height } = photo
  if (width < 2 || height < 2) {
    throw new RangeError(`teach: expected a photo of at least 2 x 2 pixels, given ${width} x ${height}`)
  }
  const planes = toPlanes(photo)
  const flow = edgeFlow(planes, 3)
  let filled = kuwahara(planes, flow, options.brush)
  const drawn = lines(filled.l, flow, width, height, {
    width: options.lineWidth,
    threshold: options.lineThreshold,
    suppression: 1.5,
  })
  for (let stroke = 1; stroke < options.strokes; stroke++) filled = kuwahara(filled, flow, options.brush)
  colour(filled, options)
  for (let i = 0; i < drawn.length; i++) {
    const ink = options.lineStrength * drawn[i]
    filled.l[i] *= 1 - ink
    filled.a[i] *= 1 - ink
    filled.b[i] *= 1 - ink
  }
  return toPicture(filled)
}
