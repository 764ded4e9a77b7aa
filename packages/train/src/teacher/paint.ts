/**
 * The painting, without lines and in the photo's own colours: washes, clumps and tiers on them, the details that a
 * painter would not leave out, and clean borders. Most of it is computed at half size, which is just as good, because
 * the difference between wash and picture is smooth.
 */
import type { Planes } from '@animegan/core'
import { clumps, tiers } from './clumps.ts'
import type { Flow } from './flow.ts'
import { doubled, half, halved } from './half.ts'
import { kuwahara } from './kuwahara.ts'
import { lines } from './lines.ts'
import { smoothEdges } from './smooth-edges.ts'
import { smoothstep } from './smoothstep.ts'
import { things } from './things.ts'
import { washes } from './washes.ts'

export interface PaintOptions {
  /** Reach of the brush in whole pixels, 1 to 8. */
  readonly brush: number
  /** How far colours spread, in pixels, 2 to 40. */
  readonly reach: number
  /** Strength of patches of light and shade, 0 to 2. */
  readonly clump: number
  /** Strength of the lit and shaded sides of larger shapes, 0 to 2. */
  readonly tier: number
  /** How much of the details that patches would lose is put back, 0 to 1. */
  readonly detail: number
  /** How much shade is lightened, 0 to 0.3. */
  readonly open: number
}

/** Sigmas, in half-size pixels: texture that washes remove, surroundings of patches, surroundings of larger shapes. */
const TEXTURE = 1.5
const PATCH = 3
const SHAPE = 9

/** The change per half-size pixel that counts as an edge. */
const EDGE = 0.04

/** The share of the chroma removed by a wash that is kept. */
const MOTLEY = 0.7

/** Threads are wires, rails, glazing bars: thin lines of this size in orderly surroundings. */
const THREAD = { lineWidth: 0.7, lineContrast: 0.02 }

/** Paints a photo; `face` says how much each pixel belongs to a face, where smaller details count. */
export const paint = (photo: Planes, flow: Flow, face: Float32Array, options: PaintOptions): Planes => {
  const broad = kuwahara(photo, flow, options.brush)
  const painted = onWash(broad, options)

  // Patches must not cause details to be put back, so lightness is compared with the brushed picture.
  const thing = things(photo, { ...painted, l: broad.l }, flow, face)
  const thread = lines(photo, flow, THREAD)
  for (let i = 0; i < thing.length; i++) {
    const thin = thread[i] * (1 - smoothstep(0.02, 0.06, flow.disorder[i]))
    const t = options.detail * Math.max(thing[i], thin)
    thing[i] = t
    painted.l[i] += t * (photo.l[i] - painted.l[i])
    painted.l[i] *= 1 - 0.2 * options.detail * thin
    painted.a[i] += t * (photo.a[i] - painted.a[i])
    painted.b[i] += t * (photo.b[i] - painted.b[i])
  }
  const amount = thing.map((t, i) => (1 - 0.6 * t) * smoothstep(0.3, 0.7, flow.anisotropy[i]))
  return smoothEdges(painted, flow, amount)
}

/** A picture's wash, with clumps and tiers. */
const onWash = (broad: Planes, { reach, clump, tier, open }: PaintOptions): Planes => {
  const { width, height } = broad
  const w = half(width)
  const h = half(height)
  const small = {
    width: w,
    height: h,
    l: halved(broad.l, width, height),
    a: halved(broad.a, width, height),
    b: halved(broad.b, width, height),
  }
  const wash = washes(small, { texture: TEXTURE, reach: reach / 2, edge: EDGE })
  const lost = small.l.map((v, i) => v - wash.l[i])
  const patches = clumps(lost, w, h, PATCH)
  const sides = tiers(wash.l, w, h, SHAPE)
  const change = lost.map((v, i) => {
    const lightness = wash.l[i]
    const opened = open * (1 - smoothstep(0.15, 0.5, lightness)) * smoothstep(0.02, 0.12, lightness)
    return clump * patches[i] + tier * sides[i] + opened - v
  })
  const toL = doubled(change, width, height)
  const [toA, toB] = (['a', 'b'] as const).map((name) =>
    doubled(
      small[name].map((v, i) => (1 - MOTLEY) * (wash[name][i] - v)),
      width,
      height,
    ),
  )
  return {
    width,
    height,
    l: broad.l.map((v, i) => v + toL[i]),
    a: broad.a.map((v, i) => v + toA[i]),
    b: broad.b.map((v, i) => v + toB[i]),
  }
}
