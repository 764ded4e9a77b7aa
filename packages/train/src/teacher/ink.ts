/**
 * Ink: lines along the borders of painted areas. They are found in the painting, not in the photo, so texture gives
 * none (difference of Gaussians along the edge flow: Kang, Lee & Chui, "Coherent line drawing", 2007), and kept where
 * the painting changes in one direction, so short strokes vanish.
 */
import type { Planes } from '@animegan/core'
import { alongEdges } from './along.ts'
import { blur, gaussian } from './blur.ts'
import type { Flow } from './flow.ts'
import { smoothstep } from './smoothstep.ts'
import { structure } from './structure.ts'

/** Sigmas of the narrow and the wide Gaussian for a line of width 1. */
const NARROW = 0.8
const WIDE = 1.5

/** How far along an edge lines are gathered: sigma in pixels. */
const LENGTH = 9

/** The multiple of the surrounding disorder that a line must exceed. */
const SUPPRESSION = 0.5

/** Differences of lightness at which lines begin and are full. */
const BEGIN = 0.005
const FULL = 0.024

/** The amount of ink at each pixel of a painting, 0 to 1; `width` is the line width, 1 for fine lines. */
export const ink = (painted: Planes, flow: Flow, lineWidth: number): Float32Array => {
  const { width, height, l } = painted
  const darker = blur(l, width, height, gaussian(WIDE * lineWidth))
  const narrow = blur(l, width, height, gaussian(NARROW * lineWidth))
  for (let i = 0; i < l.length; i++) darker[i] -= narrow[i]
  const gathered = alongEdges(darker, flow, width, height, LENGTH, 0.4 * BEGIN)
  const oneWay = structure(l, width, height, 4)
  return gathered.map(
    (v, i) => smoothstep(BEGIN, FULL, v - SUPPRESSION * flow.disorder[i]) * smoothstep(0.3, 0.6, oneWay[i]),
  )
}
