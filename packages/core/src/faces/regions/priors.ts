/**
 * What a pixel near a face is likely to be regardless of its colour: shares of skin, hair, clothes and background by
 * its position in the head's frame and by how much of a person it is. Numbers were tuned by eye on portraits.
 */
import { toHead } from '../landmarks/head.ts'
import { UNDER_NOSE } from '../landmarks/topology.ts'
import type { FaceMap } from './face-map.ts'
import { smoothStep } from './numbers.ts'

/** The masses of a portrait, in the order of their planes. */
export const MASSES = ['skin', 'hair', 'clothes', 'background'] as const
export const [SKIN, HAIR, CLOTHES, BACKGROUND] = [0, 1, 2, 3]

/**
 * Shares by mass and pixel; they sum to one. `person` says how much of each pixel is a person; `grey`: the photo is
 * black and white.
 */
export const priorsOf = (map: FaceMap, person: Float32Array, grey: boolean): Float32Array[] => {
  const { x, y, outside, chin, points, head } = map
  const planes = MASSES.map(() => new Float32Array(x.length))
  const underNose = toHead(head, points[UNDER_NOSE]).y
  for (let i = 0; i < x.length; i++) {
    const [across, down, d] = [x[i], y[i], outside[i]]
    const axis = chin.x * smoothStep(0, chin.y, down)
    const neck =
      Math.exp(-(((across - axis) / 0.55) ** 4)) *
      smoothStep(chin.y - 0.3, chin.y, down) *
      (1 - smoothStep(chin.y + 0.55, chin.y + 1, down))
    const aboveChin = 1 - smoothStep(chin.y - 0.5, chin.y + 0.3, down)
    const brow = down < -0.4 && Math.abs(across) < 0.55 && d < 0.4

    let skin = d < -0.04 ? 0.93 : d < 0.16 ? 0.45 : down > 0 ? 0.2 : 0.1
    if (brow) skin = Math.max(skin, 0.42)
    skin = Math.max(skin, 0.6 * neck)
    if (grey && d > 0.02 && down < 0.1) skin = 0.03 * 0.15

    let hair = (d < -0.04 ? 0.06 : 0.42 + 0.33 * aboveChin) * (d > 1.5 ? 0.5 : 1) * (1 - 0.8 * neck)
    if (down > underNose && d < 0) hair = 0.22
    if (d < -0.04 && down < -0.42) hair = 0.18

    const clothes = (d < 0.02 ? 0.002 : 0.02 + 0.6 * smoothStep(chin.y + 0.05, chin.y + 0.9, down)) * (1 - 0.5 * neck)
    const sum = skin + hair + clothes
    planes[SKIN][i] = (skin / sum) * person[i]
    planes[HAIR][i] = (hair / sum) * person[i]
    planes[CLOTHES][i] = (clothes / sum) * person[i]
    planes[BACKGROUND][i] = 1 - person[i]
  }
  return planes
}
