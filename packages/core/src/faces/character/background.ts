/**
 * What lies behind a head, without it: near its outline the photo's and the style's background hold hair, skin and lines of
 * the person that is drawn anew. There it is filled from further away.
 */
import { erode } from '../regions/filters.ts'
import { smoothStep } from '../regions/numbers.ts'
import type { Plane } from '../regions/plane.ts'
import { soften } from './fields.ts'
import type { Colours } from './flatten.ts'
import type { Study } from './study.ts'

/** Units of the head around the person that may hold something of it. */
const NEAR = 0.05
/** How far colours are fetched from, in units of the head, and how much those count; the nearest that there are win. */
const REACHES = [
  { sigma: 0.05, weight: 1 },
  { sigma: 0.15, weight: 0.03 },
  { sigma: 0.5, weight: 0.0005 },
]

export interface Backdrop {
  /** The background everywhere, filled where the person is and near it. */
  readonly colours: Colours
  /** How much of each pixel is filled, 0 to 1. */
  readonly filled: Plane
}

/** Fills a picture of the study's size behind the person; undefined where there is no background to fill from. */
export const backdropOf = (colours: Colours, { background, unit, size }: Study): Backdrop | undefined => {
  const away = erode(background, Math.max(1, Math.round(NEAR * unit))).data
  const known = away.map((share) => smoothStep(0.8, 0.99, share))
  if (known.reduce((sum, share) => sum + share, 0) < 0.002 * size * size) return undefined
  const count = size * size
  const plane = (data: Float32Array): Plane => ({ width: size, height: size, data })
  const sums = [0, 1, 2, 3].map(() => new Float32Array(count))
  for (const { sigma, weight } of REACHES) {
    for (const [c, sum] of sums.entries()) {
      const values = c < 3 ? known.map((share, i) => share * colours[c].data[i]) : known
      const wide = soften(plane(values), sigma * unit).data
      for (let i = 0; i < count; i++) sum[i] += weight * wide[i]
    }
  }
  const filled = known.map((share, i) => (1 - share) * smoothStep(1e-6, 1e-5, sums[3][i]))
  const mixed = colours.map(({ data }, c) =>
    plane(data.map((value, i) => value + (sums[c][i] / (sums[3][i] + 1e-9) - value) * filled[i])),
  )
  return { colours: mixed as unknown as Colours, filled: plane(filled) }
}
