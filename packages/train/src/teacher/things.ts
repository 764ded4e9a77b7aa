/**
 * Things: details that a painter would not leave out of a picture made of patches: window bars, masts, letters, eyes.
 * They differ from the painting and are part of a structure, or stand alone on quiet ground; texture differs as much,
 * but everywhere and back and forth.
 */
import type { Planes } from '@animegan/core'
import { blur, gaussian } from './blur.ts'
import type { Flow } from './flow.ts'
import { smoothstep } from './smoothstep.ts'
import { structure } from './structure.ts'
import { wideBlur } from './wide.ts'

/** The multiples of the surrounding mean distance, and of the disorder there, that a thing must exceed. */
const AROUND = 0.5
const DISORDER = 0.25

/** The distance that structure counts for. */
const STRUCTURE = 0.08

/** The distance from which a contrast is a thing whatever its surroundings: letters, glazing bars. */
const BOLD = [0.12, 0.22] as const

/**
 * How much each pixel belongs to a thing, 0 to 1.
 *
 * @param drawn the picture to take things from
 * @param painted the painting to compare with
 * @param face how much each pixel is skin, where smaller differences count
 */
export const things = (drawn: Planes, painted: Planes, flow: Flow, face: Float32Array): Float32Array => {
  const { width, height } = drawn
  const distance = drawn.l.map((v, i) => {
    const dl = v - painted.l[i]
    const da = drawn.a[i] - painted.a[i]
    const db = drawn.b[i] - painted.b[i]
    return Math.sqrt(dl * dl + da * da + db * db)
  })
  const around = wideBlur(distance, width, height, 8)
  const near = blur(distance, width, height, gaussian(0.9))
  const oneWay = structure(drawn.l, width, height, 3)
  const thing = near.map((d, i) => {
    const along = STRUCTURE * (smoothstep(0.3, 0.6, oneWay[i]) - 0.4)
    const alone = d * (1 + face[i]) - AROUND * around[i] - DISORDER * flow.disorder[i] + along
    return Math.max(smoothstep(0.02, 0.08, alone), smoothstep(BOLD[0], BOLD[1], d - flow.disorder[i]))
  })
  // A completely isolated pixel is a speck.
  const much = wideBlur(thing, width, height, 2)
  return thing.map((t, i) => t * smoothstep(0.2, 0.42, much[i]))
}
