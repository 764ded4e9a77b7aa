/**
 * Hair and headgear told apart: above the brows the network often takes brims and backs of caps for hair, and fringes for
 * caps. A head wears the one or the other there, so what most of it looks like decides.
 */
import type { FaceMap } from './face-map.ts'
import { smoothStep } from './numbers.ts'
import type { ClassShares } from './region-network.ts'

/** The y of the brows in the head's frame, and half the width of the soft border there. */
const [BROWS, SOFT] = [-0.2, 0.1]
/** The least share of headgear in what is above the brows of a head that wears some. Of 40 portraits, those without have 0.41 at most, those with it 0.58 at least. */
const LEAST = 0.5

/** The shares of hair and headgear with what lies above the brows given to one of them. */
export const settleHeadgear = (
  { hair, headgear }: Pick<ClassShares, 'hair' | 'headgear'>,
  { y }: Pick<FaceMap, 'y'>,
): Pick<ClassShares, 'hair' | 'headgear'> => {
  const above = y.map((at) => smoothStep(BROWS + SOFT, BROWS - SOFT, at))
  let [ofHair, ofHeadgear] = [0, 0]
  for (let i = 0; i < above.length; i++) {
    ofHair += hair[i] * above[i]
    ofHeadgear += headgear[i] * above[i]
  }
  const worn = ofHeadgear > LEAST * (ofHair + ofHeadgear)
  const moved = above.map((share, i) => share * (worn ? -hair[i] : headgear[i]))
  return { hair: hair.map((share, i) => share + moved[i]), headgear: headgear.map((share, i) => share - moved[i]) }
}
