/**
 * Soft shares fitted to a picture's edges: the network sees a portrait coarsely, so where skin ends in a collar or against what
 * is behind it, it is unsure over many pixels. Here what covers skin, the background and the skin come nearer to 0 and 1,
 * parted where the picture's colours are.
 */
import type { Picture } from '../../picture.ts'
import type { FaceMap } from './face-map.ts'
import { guidedFilter } from './guided.ts'
import { squarePlane } from './plane.ts'
import { inRuns } from './runs.ts'

/** The guided filter that parts them: as wide as the network's doubt, in pixels of 256. */
const FILTER = { radius: 8, epsilon: 1e-4 }
/** The power of shares that brings them nearer to 0 and 1. */
const DECIDED = 2

/**
 * Changes shares in place. What covers is taken as one: between hair and clothes the network's doubt is worth keeping.
 *
 * @param picture of the shares' size
 */
export const fitToEdges = (
  picture: Picture,
  { chin, y }: Pick<FaceMap, 'chin' | 'y'>,
  coverings: readonly Float32Array[],
  background: Float32Array,
): void => {
  const covered = new Float32Array(background.length)
  for (const share of coverings) for (let i = 0; i < covered.length; i++) covered[i] += share[i]
  const filter = guidedFilter(picture, FILTER.radius, FILTER.epsilon)
  const fitted = decided(decided([covered, background]).map((share) => filter(squarePlane(share)).data))
  inRuns(covered.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const scale = fitted[0][i] / Math.max(1e-4, covered[i])
      for (const share of coverings) share[i] *= scale
      // A neck in its own shadow has no edge to what is behind it.
      background[i] = y[i] < chin.y ? fitted[1][i] : Math.min(fitted[1][i], background[i])
    }
  })
}

/** Shares, with what is left of 1 as one more, brought nearer to 0 and 1. */
const decided = (shares: readonly Float32Array[]): Float32Array[] => {
  const out = shares.map((share) => new Float32Array(share.length))
  inRuns(out[0].length, (from, to) => {
    for (let i = from; i < to; i++) {
      let rest = 1
      let sum = 0
      for (let c = 0; c < shares.length; c++) {
        const share = Math.min(1, Math.max(0, shares[c][i]))
        rest -= share
        out[c][i] = share ** DECIDED
        sum += out[c][i]
      }
      sum += Math.max(0, rest) ** DECIDED
      for (let c = 0; c < shares.length; c++) out[c][i] /= sum
    }
  })
  return out
}
