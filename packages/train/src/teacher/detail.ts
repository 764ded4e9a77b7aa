/**
 * Small things worth drawing, which flat fills lose: eyes, glasses, letters, glazing bars. They differ from the fill and
 * stand alone; texture differs as much, but everywhere. So what differs more than its surroundings do is put back.
 */
import { blur, gaussian } from './blur.ts'
import { doubled, half, halved } from './half.ts'
import type { Planes } from './oklab.ts'
import { smoothstep } from './smoothstep.ts'

/** Distances in OKLab at which things begin to be put back, and are so wholly. */
const BEGIN = 0.03
const WHOLE = 0.09

/** How much of the mean distance around it a thing must exceed. */
const SUPPRESSION = 0.8

/** `filled`, in place, with the small things of `original`. */
export const restoreDetail = (filled: Planes, original: Planes): void => {
  const { width, height, l, a, b } = filled
  const distance = l.map((own, i) => {
    const dl = original.l[i] - own
    const da = original.a[i] - a[i]
    const db = original.b[i] - b[i]
    return Math.sqrt(dl * dl + da * da + db * db)
  })
  const near = blur(distance, width, height, gaussian(0.8))
  const small = blur(halved(distance, width, height), half(width), half(height), gaussian(3))
  const wide = doubled(small, width, height)
  for (let i = 0; i < l.length; i++) {
    const share = smoothstep(BEGIN, WHOLE, near[i] - SUPPRESSION * wide[i])
    l[i] += share * (original.l[i] - l[i])
    a[i] += share * (original.a[i] - a[i])
    b[i] += share * (original.b[i] - b[i])
  }
}
