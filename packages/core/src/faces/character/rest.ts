/**
 * What of a head's square is neither skin nor hair: clothes and what lies behind, as flat fills of the colours that the style
 * gave them, so that what is drawn goes over into the styled picture around it.
 */
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'
import { type Colours, flatten } from './flatten.ts'

/** Windows of the two passes, in units of the head. */
const PASSES = [0.03, 0.02]

/** A square picture's colours at a side of `size` pixels. */
export const coloursOf = (picture: Picture, size: number): Colours => {
  const { width, height, data } = resample(picture, size, size, 'coarse')
  return [0, 1, 2].map((c) => {
    const plane = new Float32Array(width * height)
    for (let i = 0; i < plane.length; i++) plane[i] = data[3 * i + c] / 255
    return { width, height, data: plane }
  }) as unknown as Colours
}

/** Flat fills of colours; `unit` is the head's in their pixels. */
export const flatFills = (colours: Colours, unit: number): Colours =>
  PASSES.reduce((flat, reach) => flatten(flat, Math.max(1, Math.round(reach * unit))), colours)
