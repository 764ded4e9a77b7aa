/**
 * The teacher: a classical filter that paints a photo, as a target for a network. It is local (no pixel depends much on
 * pixels more than about 90 away) and smooth in its input, so that a small network can learn it; light, which needs the
 * whole picture, is corrected before (`balance` in core). Uses no style pictures and no networks.
 */
import { type Picture, type Planes, toPicture, toPlanes } from '@animegan/core'
import { AnimeganError } from '@animegan/graph'
import { bloom } from './bloom.ts'
import { edgeFlow } from './flow.ts'
import { type GradeOptions, grade } from './grade.ts'
import { openness, skin } from './hue-gate.ts'
import { ink } from './ink.ts'
import { nightfall } from './night.ts'
import { type PaintOptions, paint } from './paint.ts'
import { smoothstep } from './smoothstep.ts'
import { wideBlur } from './wide.ts'

/** The look of the painting. Lengths are in pixels of the picture; lightness and chroma are OKLab's. */
export interface TeacherOptions extends PaintOptions, Omit<GradeOptions, 'ink'> {
  /** Width of lines, 0.7 to 2: 1 is about two pixels. */
  readonly lineWidth: number
  /** How strong lines are, 0 (none) to 1 (full). */
  readonly lineStrength: number
  /** From day, 0, to night, 1. */
  readonly night: number
  /** Strength of the glow of bright areas, 0 to 1, and the lightness at which it begins. */
  readonly bloom: number
  readonly glow: number
}

const RANGES: { readonly [option in keyof TeacherOptions]: readonly [least: number, most: number, whole?: 'whole'] } = {
  brush: [1, 8, 'whole'],
  reach: [2, 40],
  clump: [0, 2],
  tier: [0, 2],
  detail: [0, 1],
  open: [0, 0.3],
  lineWidth: [0.7, 2],
  lineStrength: [0, 1],
  lineTone: [0, 0.5],
  gamma: [0.5, 2],
  contrast: [0, 1],
  floor: [0, 0.4],
  tones: [0, 16, 'whole'],
  vibrance: [0, 4],
  memory: [0, 1],
  shade: [0, 0.1],
  warmth: [0, 0.1],
  night: [0, 1],
  bloom: [0, 1],
  glow: [0.3, 0.95],
}

/**
 * Checks untrusted options. Throws an `AnimeganError` (`bad-argument`) of one line that names an option that is missing
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

/** Changes whenever the same photo and options give a different painting, so that cached paintings are remade. */
export const teacherVersion = 4

/** Reach of the surroundings of skin: sigma in pixels. */
const NEARBY = 5

/** How much of the ink on skin and at its borders is removed, because faces are drawn by other means. */
const UNINKED = 0.8

/** How much each pixel belongs to a face or is near one, judged by colour. */
const faces = ({ width, height, l, a, b }: Planes): Float32Array => {
  const own = l.map((v, i) => {
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    return chroma > 0 ? openness(skin, v, chroma, a[i] / chroma, b[i] / chroma) : 0
  })
  return wideBlur(own, width, height, NEARBY).map((v) => smoothstep(0.25, 0.6, v))
}

/**
 * Paints a light-corrected `photo` at the same size, three channels. Deterministic. Throws a one-line error that names
 * an option that is missing or out of range.
 *
 * @param photo alpha is ignored
 */
export const teach = (photo: Picture, options: TeacherOptions): Picture => {
  checkTeacher(options)
  const planes = toPlanes(photo)
  const face = faces(planes)
  const painted = paint(planes, edgeFlow(planes), face, options)
  const lines = ink(painted, edgeFlow(painted), options.lineWidth).map((v, i) => v * (1 - UNINKED * face[i]))
  grade(painted, lines, { ...options, ink: options.lineStrength })
  nightfall(painted, options.night)
  bloom(painted, options.bloom, options.glow)
  return toPicture(painted)
}
