/**
 * What the classes around the eyes say of them: whether lenses hide them, whether there are frames, and how much of the
 * lids is seen.
 */
import { EYES } from '../landmarks/topology.ts'
import { coverOutlines, type FaceMap, outlineOf } from './face-map.ts'
import { dilate } from './filters.ts'
import { smoothStep } from './numbers.ts'
import type { ClassShares } from './region-network.ts'

/** Around an eye, in units of the head: nearer are lashes, farther is not the eye's. */
const [NEAR, FAR] = [0.04, 0.14]
/** The share of an eye and its surroundings that dark lenses cover, from which they hide the eyes. */
const DARK = 0.45
/** The area of frames, in units of the head squared: there are none below the first, surely from the second. */
const FRAMES = [0.015, 0.04] as const

export interface Glasses {
  /** Confidence that there are glasses, 0 to 1. */
  readonly score: number
  /** Whether the lenses hide the eyes. */
  readonly dark: boolean
  /** How much skin is visible around the right and the left eye, 0 to 1: an eye without visible lids is covered. */
  readonly lids: readonly [right: number, left: number]
}

/** Judges by a portrait's classes. */
export const judgeGlasses = ({ points, head, size }: FaceMap, { skin, glasses, shades }: ClassShares): Glasses => {
  const around = (plane: ReturnType<typeof coverOutlines>, reach: number) =>
    dilate(plane, Math.max(1, Math.round(reach * head.unit)))
  const eyes = EYES.map(({ upperLid, lowerLid, browUpper, browLower }) => {
    const eye = coverOutlines(points, [outlineOf(upperLid, lowerLid)], size)
    const brow = around(coverOutlines(points, [outlineOf(browUpper, browLower)], size), NEAR).data
    const whole = around(eye, FAR).data
    const lashes = around(eye, NEAR).data
    const lids = whole.map((share, i) => share * (1 - lashes[i]) * (1 - brow[i]))
    return { lids: meanWithin(lids, skin, 1), dark: meanWithin(whole, shades, 0) }
  })
  const dark = (eyes[0].dark + eyes[1].dark) / 2 > DARK
  const area = glasses.reduce((sum, share) => sum + share, 0) / head.unit ** 2
  return { score: dark ? 1 : smoothStep(FRAMES[0], FRAMES[1], area), dark, lids: [eyes[0].lids, eyes[1].lids] }
}

/** The mean of `values` by `weights`; `otherwise` where there are none. */
export const meanWithin = (weights: Float32Array, values: Float32Array, otherwise: number): number => {
  let [sum, total] = [0, 0]
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] * values[i]
    total += weights[i]
  }
  return total > 0 ? sum / total : otherwise
}
