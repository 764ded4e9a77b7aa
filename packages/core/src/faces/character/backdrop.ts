/** The background of a portrait, painted soft: flat fills without lines, a little blurred, so that the head stands before it. */
import { soften } from './fields.ts'
import { type Colours, flatten } from './flatten.ts'

/** Windows of the passes, and the blur after them, in units of the head. */
const PASSES = [0.05, 0.04]
const BLUR = 0.025

/** Paints it of the colours that are there; `unit` is the head's in their pixels. */
export const paintedSoft = (colours: Colours, unit: number): Colours =>
  PASSES.reduce((flat, reach) => flatten(flat, Math.max(1, Math.round(reach * unit))), colours).map((plane) =>
    soften(plane, BLUR * unit),
  ) as unknown as Colours
