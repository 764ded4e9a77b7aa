/**
 * The teacher: a classical filter that draws a photo, as a first target for a network that adversarial training then
 * refines. It is local (no pixel depends on another further away than some 40 pixels) and smooth in its input, so that a
 * small network can learn it. It knows no style pictures and no networks.
 */
import type { Picture } from '@animegan/core'
import { AnimeganError } from '@animegan/graph'
import { alongEdges } from './along.ts'
import { colour } from './colour.ts'
import { restoreDetail } from './detail.ts'
import { edgeFlow } from './flow.ts'
import { kuwahara } from './kuwahara.ts'
import { lines } from './lines.ts'
import { toPicture, toPlanes } from './oklab.ts'

/** What the drawing looks like. Lengths are in pixels of the picture, lightness and chroma are OKLab's. */
export interface TeacherOptions {
  /** Reach of the brush that fills regions, in whole pixels, 1 to 8. */
  readonly brush: number
  /** How often the brush goes over the picture, 1 to 4. */
  readonly strokes: number
  /** How much of what the brush smooths away comes back as streaks along the edges, 0 to 1. */
  readonly bristle: number
  /** Half of a drawn line's width in pixels (sigma of a Gaussian), 0.5 to 2. */
  readonly lineWidth: number
  /** How dark lines are, 0 (none) to 1 (black). */
  readonly lineStrength: number
  /** The difference of lightness at which a line is full, 0.005 to 0.1: less makes lines bolder. */
  readonly lineContrast: number
  /** Exponent of lightness, 0.5 to 2: below 1 brightens. */
  readonly gamma: number
  /** How much shadows are lifted, in lightness, 0 to 0.3; black stays. */
  readonly lift: number
  /** Tones from black to white, a whole number to 16; 0 leaves shading smooth. */
  readonly tones: number
  /** Factor of chroma where there is little of it, 0 to 4; strong colours gain less. */
  readonly vibrance: number
  /** How far skin, foliage and sky go to their remembered colours, 0 to 1. */
  readonly memory: number
  /** Chroma of yellow that white light and ink take on, 0 to 0.1. */
  readonly warmth: number
  /** Chroma of blue that grey shade takes on, 0 to 0.1. */
  readonly shade: number
}

const RANGES: { readonly [option in keyof TeacherOptions]: readonly [least: number, most: number, whole?: 'whole'] } = {
  brush: [1, 8, 'whole'],
  strokes: [1, 4, 'whole'],
  bristle: [0, 1],
  lineWidth: [0.5, 2],
  lineStrength: [0, 1],
  lineContrast: [0.005, 0.1],
  gamma: [0.5, 2],
  lift: [0, 0.3],
  tones: [0, 16, 'whole'],
  vibrance: [0, 4],
  memory: [0, 1],
  warmth: [0, 0.1],
  shade: [0, 0.1],
}

/**
 * Options that may come from anywhere. Throws an `AnimeganError` (`bad-argument`) of one line that names one that is missing
 * or out of range.
 */
export const checkTeacher = (options: unknown): TeacherOptions => {
  const given = (typeof options === 'object' && options ? options : {}) as Readonly<Record<string, unknown>>
  for (const [name, [least, most, whole]] of Object.entries(RANGES)) {
    const value = given[name]
    if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value))) continue
    const kind = whole ? 'a whole number' : 'a number'
    const found = `expected ${kind} from ${least} to ${most}, found ${JSON.stringify(value)}`
    throw new AnimeganError('bad-argument', `teacher.${name}: ${found}`)
  }
  return options as TeacherOptions
}

/** How far the brush's streaks reach: sigma in pixels. */
const STREAK = 8

/**
 * `photo` as a drawing of the same size, three channels. Deterministic. Throws an error of one line that names the option
 * when one is missing or out of its range.
 *
 * @param photo alpha is not looked at
 */
export const teach = (photo: Picture, options: TeacherOptions): Picture => {
  checkTeacher(options)
  const planes = toPlanes(photo)
  const flow = edgeFlow(planes)
  let filled = kuwahara(planes, flow, options.brush)
  for (let stroke = 1; stroke < options.strokes; stroke++) filled = kuwahara(filled, flow, options.brush)
  restoreDetail(filled, planes)
  if (options.bristle > 0) {
    const lost = planes.l.map((v, i) => v - filled.l[i])
    const streaks = alongEdges(lost, flow, photo.width, photo.height, STREAK)
    for (let i = 0; i < streaks.length; i++) filled.l[i] += options.bristle * streaks[i]
  }
  colour(filled, lines(planes, flow, options), options)
  return toPicture(filled)
}
