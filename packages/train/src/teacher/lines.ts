/**
 * Drawn lines: where lightness is below that of the wider surroundings (a difference of Gaussians) and stays so along
 * the edge (Kang, Lee & Chui, "Coherent line drawing", 2007), so lines are long and smooth and dots vanish. Edges among
 * edges of other directions are texture and are suppressed by them (surround suppression: Grigorescu, Petkov &
 * Westenberg, "Contour detection based on nonclassical receptive field inhibition", 2003).
 */

import type { Planes } from '@animegan/core'
import { alongEdges } from './along.ts'
import { blur, gaussian } from './blur.ts'
import type { Flow } from './flow.ts'
import { smoothstep } from './smoothstep.ts'

export interface LineOptions {
  /** Sigma of the narrow Gaussian, in pixels: about half of a line's width. */
  readonly lineWidth: number
  /** The difference of lightness at which a line is full. */
  readonly lineContrast: number
}

/** The wide Gaussian's sigma over the narrow one's, the ratio closest to a Laplacian (Marr & Hildreth, 1980). */
const WIDER = 1.6

/** The difference of lightness at which lines begin. */
const BEGIN = 0.003

/** How far along an edge lines are gathered: sigma in pixels. */
const LENGTH = 5

/** The multiple of the surrounding disorder that a line must exceed. */
const SUPPRESSION = 0.35

/** The strength of lines at each pixel of `planes`, 0 to 1. */
export const lines = ({ width, height, l }: Planes, flow: Flow, { lineWidth, lineContrast }: LineOptions) => {
  const darker = blur(l, width, height, gaussian(WIDER * lineWidth))
  const narrow = blur(l, width, height, gaussian(lineWidth))
  for (let i = 0; i < darker.length; i++) darker[i] -= narrow[i]
  const gathered = alongEdges(darker, flow, width, height, LENGTH, BEGIN / 2)
  return gathered.map((v, i) => smoothstep(BEGIN, lineContrast, v - SUPPRESSION * flow.disorder[i]))
}
