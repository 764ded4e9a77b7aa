/**
 * Corrects the light of a whole picture: exposure and white balance. A few numbers are measured on a thumbnail
 * (`sceneOf`) and applied to all pixels alike (`balance`), before the network, and in training before crops are cut,
 * because a network that sees some hundred pixels cannot know them. It makes no halos and depends on no position, so
 * the numbers can be averaged over the frames of a clip.
 */
import { Workbench } from '../kernels/kernels.ts'
import type { Picture } from '../picture.ts'
import { type Planes, toPicture, toPlanes } from './oklab.ts'
import { resample } from './resample.ts'

/** The measurements of a whole picture. Lightness, `a` and `b` are OKLab's. */
export interface Scene {
  /** Lightness at the percentiles 1, 50 and 98.5 of the pixels. */
  readonly dark: number
  readonly middle: number
  readonly light: number
  /** The colour cast of the lightest pixels, to be subtracted from white; not the colour of objects. */
  readonly castA: number
  readonly castB: number
}

/** Long side of the thumbnail in pixels. */
const thumbnail = 192

/** The shares of a warm cast and of a blue one to remove; blue may be the light of the sky. */
const warm = 0.6
const blue = 0.4

/** How much bluer than grey white should be, in `b`. */
const coolness = 0.008

/** A smooth step from 0 at `from` to 1 at `to`. */
const gate = (from: number, to: number, v: number): number => {
  const t = Math.min(1, Math.max(0, (v - from) / (to - from)))
  return t * t * (3 - 2 * t)
}

/** Measures a picture. Alpha is ignored. */
export const sceneOf = (picture: Picture): Scene => {
  const { width, height } = picture
  const scale = Math.min(1, thumbnail / Math.max(width, height))
  const side = (length: number): number => Math.max(1, Math.round(length * scale))
  const { l, a, b } = toPlanes(resample(picture, side(width), side(height), 'coarse'))
  const sorted = l.toSorted()
  const share = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))]
  const [dark, middle, light] = [share(0.01), share(0.5), share(0.985)]

  const mean = (plane: Float32Array, from: number): number => {
    let sum = 0
    let count = 0
    for (let i = 0; i < l.length; i++) {
      if (l[i] < from) continue
      sum += plane[i]
      count++
    }
    return sum / count
  }
  const brightest = share(0.93)
  const castA = mean(a, brightest)
  const castB = mean(b, brightest)
  const cast = Math.hypot(castA, castB)
  // A cast is everywhere; a colour only in the lightest place is not a cast but, say, a flower.
  const wholeA = mean(a, -Infinity)
  const wholeB = mean(b, -Infinity)
  const agreement = (wholeA * castA + wholeB * castB) / (Math.hypot(wholeA, wholeB) * cast + 1e-9)
  let spread = 0
  for (let i = 0; i < l.length; i++) if (l[i] >= brightest) spread += (a[i] - castA) ** 2 + (b[i] - castB) ** 2
  const motley = Math.sqrt(spread / l.reduce((count, v) => count + (v >= brightest ? 1 : 0), 0))
  const trust =
    (castB < 0 ? blue : warm) *
    gate(-0.2, 0.6, agreement) *
    (1 - gate(0.02, 0.06, motley)) *
    (1 - gate(0.06, 0.1, cast)) *
    // The stronger the cast, the brighter it must be to count as coloured white and not as the colour of fur or sand.
    gate(0.62, 0.78, light - 4 * Math.max(0, cast - 0.04))
  return { dark, middle, light, castA: trust * castA, castB: trust * (castB + coolness) }
}

/** Target lightness of a picture's median, which moves halfway there. */
const aim = 0.52

/** Corrects the planes of a picture, in place, by its measurements. */
export const balancePlanes = ({ l, a, b }: Planes, { dark, middle, light, castA, castB }: Scene): void => {
  const scale = Math.min(1.2, 1 / Math.max(0.5, 0.35 + 0.65 * light))
  const bend = Math.log(aim) / Math.log(Math.min(0.85, Math.max(0.15, middle * scale)))
  const exponent = 0.5 + 0.5 * Math.min(2, Math.max(0.8, bend))
  const black = Math.min(0.12, 0.8 * dark)
  for (let i = 0; i < l.length; i++) {
    const white = gate(0.1, 0.9, l[i] / Math.max(light, 0.3))
    a[i] -= white * castA
    b[i] -= white * castB
    const raised = Math.max(0, ((l[i] - black) / (1 - black)) * scale) ** exponent
    // Strong colours that are already light would turn pale.
    const strong = gate(0.07, 0.17, Math.hypot(a[i], b[i]))
    const kept = raised > l[i] ? 0.7 * strong * gate(0.4, 0.7, raised) : 0
    const lightness = raised + kept * (l[i] - raised)
    const saturation = Math.min(1.6, Math.max(0.8, lightness / Math.max(0.02, l[i])))
    l[i] = lightness
    a[i] *= saturation
    b[i] *= saturation
  }
}

/** Levels between the table's nodes along each channel, and the number of nodes: 0, 15, ... 255. */
const step = 15
const nodes = 18

/** All colours whose levels are nodes, as a picture: red changes slowest, blue fastest. */
const palette = (): Picture => {
  const data = new Uint8Array(nodes ** 3 * 3)
  for (let i = 0; i < nodes ** 3; i++) {
    data[3 * i] = step * Math.floor(i / nodes ** 2)
    data[3 * i + 1] = step * (Math.floor(i / nodes) % nodes)
    data[3 * i + 2] = step * (i % nodes)
  }
  return { width: nodes, height: nodes ** 2, channels: 3, data }
}

/** For each level the node below it, and its position between that and the next, 0 to 1. */
const below = Uint8Array.from({ length: 256 }, (_, level) => Math.min(nodes - 2, Math.floor(level / step)))
const fraction = Float64Array.from({ length: 256 }, (_, level) => Math.fround(level / step - below[level]))

/** Pixels that are corrected at once: what fits the processor's cache. */
const PIXELS = 1 << 16

/** Tables of colours by scene, four numbers a node: a clip's frames have one in common. */
const tables = new WeakMap<Scene, Float64Array>()

const tableOf = (scene: Scene): Float64Array => {
  const known = tables.get(scene)
  if (known) return known
  const planes = toPlanes(palette())
  balancePlanes(planes, scene)
  const { data } = toPicture(planes)
  const table = new Float64Array(4 * nodes ** 3)
  for (let i = 0; i < nodes ** 3; i++) table.set(data.subarray(3 * i, 3 * i + 3), 4 * i)
  tables.set(scene, table)
  return table
}

/**
 * The picture corrected for `scene`, by default its own measurements. Alpha stays. Exact at the nodes of a colour
 * table; interpolated within tetrahedra between them, correct to a few levels.
 */
export const balance = (picture: Picture, scene: Scene = sceneOf(picture)): Picture => {
  const { channels } = picture
  const data = picture.data.slice()
  const bench = new Workbench()
  const [table, before, after] = [tableOf(scene), below, fraction].map((numbers) => bench.put(numbers))
  const some = bench.room(channels * PIXELS)
  for (let from = 0; from < data.length; from += channels * PIXELS) {
    const part = data.subarray(from, from + channels * PIXELS)
    bench.set(some, part)
    bench.kernels.lookUp(some, part.length / channels, channels, table, nodes, before, after)
    part.set(bench.bytes(some, part.length))
  }
  return { ...picture, data }
}
