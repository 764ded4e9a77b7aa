/**
 * What lies beside and behind a drawn head, without the head that was photographed: near a mass's edge the picture holds lines
 * and colours of what is next to it, which is drawn anew and may end elsewhere. There the mass is filled from further within.
 */
import type { Picture } from '../../picture.ts'
import { resample } from '../../pixels/resample.ts'
import { erode } from '../regions/filters.ts'
import { smoothStep } from '../regions/numbers.ts'
import { type Plane, product } from '../regions/plane.ts'
import { inRuns } from '../regions/runs.ts'
import { soften } from './fields.ts'
import type { Colours } from './flatten.ts'

/** Units of the head within which a mass's edge may hold something of its neighbours. */
const NEAR = 0.05
/** How far colours are fetched from, in units of the head, and how much those count; the nearest that there are win. */
const REACHES = [
  { sigma: 0.05, weight: 1 },
  { sigma: 0.15, weight: 0.03 },
  { sigma: 0.5, weight: 0.0005 },
]
/** How much the mean of all of it counts beside them. */
const WHOLE = 1e-5

export interface Refilled {
  /** The mass everywhere: itself where it is, filled at its edge and beyond. */
  readonly colours: Colours
  /** How much of each pixel is filled, 0 to 1. */
  readonly filled: Plane
}

/** A square picture's colours at a side of `size` pixels. */
export const coloursOf = (picture: Picture, size: number): Colours => {
  const { width, height, data } = resample(picture, size, size, 'coarse')
  return [0, 1, 2].map((c) => {
    const plane = new Float32Array(width * height)
    inRuns(plane.length, (from, to) => {
      for (let i = from; i < to; i++) plane[i] = data[3 * i + c] / 255
    })
    return { width, height, data: plane }
  }) as unknown as Colours
}

/** Fills a mass of a picture of the same size; `unit` is the head's. Undefined where there is none of it to fill from. */
export const refill = (colours: Colours, mass: Plane, unit: number): Refilled | undefined => {
  const { width, height } = mass
  const count = mass.data.length
  const known = erode(mass, Math.max(1, Math.round(NEAR * unit))).data
  let enough = 0
  inRuns(count, (from, to) => {
    for (let i = from; i < to; i++) {
      known[i] = smoothStep(0.8, 0.99, known[i])
      enough += known[i]
    }
  })
  if (enough < 0.002 * count) return undefined
  const plane = (data: Float32Array): Plane => ({ width, height, data })
  const sums = [0, 1, 2, 3].map(() => new Float32Array(count))
  for (const [c, sum] of sums.entries()) {
    const values = c < 3 ? product(known, colours[c].data) : known
    for (const { sigma, weight } of REACHES) {
      const wide = soften(plane(values), sigma * unit).data
      inRuns(count, (from, to) => {
        for (let i = from; i < to; i++) sum[i] += weight * wide[i]
      })
    }
    // Farther away than that, it has the colour of the whole.
    let total = 0
    inRuns(count, (from, to) => {
      for (let i = from; i < to; i++) total += values[i]
    })
    const mean = total / count
    inRuns(count, (from, to) => {
      for (let i = from; i < to; i++) sum[i] += WHOLE * mean
    })
  }
  const filled = known.map((share) => 1 - share)
  const mixed = colours.map(({ data }, c) => {
    const out = new Float32Array(count)
    const [sum, shares] = [sums[c], sums[3]]
    inRuns(count, (from, to) => {
      for (let i = from; i < to; i++) out[i] = data[i] + (sum[i] / shares[i] - data[i]) * filled[i]
    })
    return plane(out)
  })
  return { colours: mixed as unknown as Colours, filled: plane(filled) }
}
