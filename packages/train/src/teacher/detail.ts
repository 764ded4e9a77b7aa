/**
 * Small things worth drawing, which flat fills lose: eyes, glasses, letters, glazing bars. They differ from the fill and
 * stand alone; texture differs as much, but everywhere. So what differs more than its surroundings do is put back.
 */
import { blur, gaussian } from './blur.ts'
import { doubled, half, halved } from './half.ts'
import { openness, skin } from './hue-gate.ts'
import type { Planes } from './oklab.ts'
import { smoothstep } from './smoothstep.ts'

/** Distances in OKLab at which things begin to be put back, and are so wholly. */
const BEGIN = 0.03
const WHOLE = 0.09

/** How much of the mean distance around it a thing must exceed. */
const SUPPRESSION = 0.5

/** How much less what is brighter than the fill counts, which is less often a feature than a glint or a gap in leaves. */
const GLITTER = 0.5

/** How much more things on skin count: a face is read from a few pixels. */
const FACE = 0.5

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
    const dark = 1 - GLITTER * smoothstep(0, WHOLE, original.l[i] - l[i])
    const alone = dark * near[i] - SUPPRESSION * wide[i]
    if (alone <= 0) continue
    const chroma = Math.sqrt(a[i] * a[i] + b[i] * b[i])
    const face = chroma > 0 ? openness(skin, l[i], chroma, a[i] / chroma, b[i] / chroma) : 0
    const share = smoothstep(BEGIN, WHOLE, alone * (1 + FACE * face))
    l[i] += share * (original.l[i] - l[i])
    a[i] += share * (original.a[i] - a[i])
    b[i] += share * (original.b[i] - b[i])
  }
}
