/**
 * Batches for training the network for regions: portraits of a stock, mixed with each other (composite.ts), turned,
 * scaled, mirrored, in another light, sharp or not; and labels, whose weights are higher at borders and for rare classes.
 * A batch depends only on the stock, the seed and the step.
 */
import { PORTRAIT_CHANNELS, PORTRAIT_CLASSES, PORTRAIT_SIZE, type PortraitClass } from '@animegan/models'
import type { Batch } from '../batch.ts'
import { type Random, random } from '../random.ts'
import { composite, type LabelledPortrait, type PortraitStock } from './composite.ts'

export interface PortraitBatches {
  readonly stock: PortraitStock
  readonly seed: number
  readonly batch: number
  /** Side of the squares that are shown, at most that of a portrait. */
  readonly size: number
}

const channels = PORTRAIT_CHANNELS
const ACROSS = 4
/** Weights of a label inside a region, and how many times as much it counts at a border. */
const [INSIDE, AT_BORDER] = [60, 3]
/** How many times as much rare classes count. */
const RARE: Partial<Record<PortraitClass, number>> = {
  beard: 2,
  headgear: 1.5,
  hand: 2,
  glasses: 2.5,
  shades: 2,
  teeth: 2.5,
}
const rareness = PORTRAIT_CLASSES.map((name) => RARE[name] ?? 1)
/** How often a portrait with a rare class is taken on purpose. */
const ON_PURPOSE = 0.35
const wanted: readonly PortraitClass[] = ['beard', 'headgear', 'hand', 'glasses', 'shades', 'teeth']

/** The batch of a step. */
export const portraitBatch = ({ stock, seed, batch, size }: PortraitBatches, step: number): Batch => {
  const portrait = new Uint8Array(batch * size * size * channels)
  const labels = new Uint8Array(batch * size * size * 2)
  for (let place = 0; place < batch; place++) {
    const drawn = random(seed, step, place)
    const made = view(composite(stock, chosen(stock, drawn), drawn), size, drawn)
    relight(made.guides, drawn)
    soften(made.guides, size, drawn)
    portrait.set(made.guides, place * size * size * channels)
    labels.set(labelled(made, size), place * size * size * 2)
  }
  return { portrait, labels }
}

const chosen = ({ portraits, having }: PortraitStock, drawn: Random): number => {
  const list = drawn.uniform() < ON_PURPOSE ? having.get(wanted[drawn.below(wanted.length)])! : []
  return list.length > 0 ? list[drawn.below(list.length)] : drawn.below(portraits.length)
}

type View = Pick<LabelledPortrait, 'guides' | 'classes' | 'weights'>

/** A square of a portrait, turned, scaled and perhaps mirrored. Beyond the portrait its border is repeated, and not labelled. */
const view = ({ guides, classes, weights }: LabelledPortrait, size: number, drawn: Random): View => {
  const whole = PORTRAIT_SIZE
  const angle = drawn.uniform() < 0.6 ? 0.14 * drawn.normal() : 0
  const scale = Math.exp(0.14 * drawn.normal())
  const mirrored = drawn.uniform() < 0.5
  const room = (whole - size) / 2
  // Squares around the face are more common than corners.
  const shift = (): number => (room > 0 ? room * Math.max(-1, Math.min(1, 0.55 * drawn.normal())) : 10 * drawn.normal())
  const [cx, cy] = [whole / 2 + shift(), whole / 2 + shift()]
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale]
  const out: View = {
    guides: new Uint8Array(size * size * channels),
    classes: new Uint8Array(size * size),
    weights: new Uint8Array(size * size),
  }
  const most = whole - 1
  for (let row = 0, i = 0; row < size; row++) {
    for (let column = 0; column < size; column++, i++) {
      const dx = (mirrored ? size - 1 - column : column) + 0.5 - size / 2
      const dy = row + 0.5 - size / 2
      const [x, y] = [cx + cos * dx - sin * dy - 0.5, cy + sin * dx + cos * dy - 0.5]
      const [px, py] = [Math.min(most, Math.max(0, x)), Math.min(most, Math.max(0, y))]
      const [left, top] = [Math.min(most - 1, Math.floor(px)), Math.min(most - 1, Math.floor(py))]
      const [u, v] = [px - left, py - top]
      const at = (top * whole + left) * channels
      const below = at + whole * channels
      for (let c = 0; c < channels; c++) {
        const above = guides[at + c] * (1 - u) + guides[at + channels + c] * u
        const under = guides[below + c] * (1 - u) + guides[below + channels + c] * u
        out.guides[i * channels + c] = above * (1 - v) + under * v + 0.5
      }
      if (mirrored) out.guides[i * channels + ACROSS] = 255 - out.guides[i * channels + ACROSS]
      const inside = x > -1 && y > -1 && x < whole && y < whole
      const nearest = Math.round(py) * whole + Math.round(px)
      out.classes[i] = classes[nearest]
      out.weights[i] = inside ? weights[nearest] : 0
    }
  }
  return out
}

/** Another exposure, contrast, colour of light, a lamp at one side, black and white; and a person mask surer or less sure. */
const relight = (guides: Uint8Array, drawn: Random): void => {
  const count = guides.length / channels
  const side = Math.sqrt(count)
  const gain = Math.exp(0.22 * drawn.normal())
  const gains = [0, 1, 2].map(() => gain * Math.exp(0.08 * drawn.normal()))
  const gamma = Math.exp(0.22 * drawn.normal())
  const saturation = drawn.uniform() < 0.12 ? 0 : Math.exp(0.25 * drawn.normal())
  const [slopeX, slopeY] = drawn.uniform() < 0.35 ? [0.5 * drawn.normal(), 0.3 * drawn.normal()] : [0, 0]
  const noise = drawn.uniform() < 0.3 ? 12 * drawn.uniform() : 0
  const [sureness, offset] = [Math.exp(0.3 * drawn.normal()), 25 * drawn.normal()]
  const curve = Float32Array.from({ length: 256 }, (_, level) => 255 * (level / 255) ** gamma)
  for (let i = 0; i < count; i++) {
    const at = i * channels
    const light = Math.max(0.2, 1 + slopeX * ((i % side) / side - 0.5) + slopeY * (Math.floor(i / side) / side - 0.5))
    const luma = 0.3 * guides[at] + 0.59 * guides[at + 1] + 0.11 * guides[at + 2]
    for (let c = 0; c < 3; c++) {
      const coloured = luma + saturation * (guides[at + c] - luma)
      const level = curve[Math.min(255, Math.max(0, Math.round(coloured)))] * gains[c] * light
      const grain = noise > 0 ? noise * (drawn.uniform() + drawn.uniform() - 1) : 0
      guides[at + c] = Math.min(255, Math.max(0, level + grain))
    }
    guides[at + 3] = Math.min(255, Math.max(0, (guides[at + 3] - 128) * sureness + 128 + offset))
  }
}

/** Colours as of a smaller photo, enlarged; sometimes. */
const soften = (guides: Uint8Array, size: number, drawn: Random): void => {
  if (drawn.uniform() > 0.3) return
  const block = 2 + drawn.below(3)
  const few = Math.ceil(size / block)
  const small = new Float32Array(few * few * 3)
  const counts = new Float32Array(few * few)
  for (let i = 0; i < size * size; i++) {
    const to = Math.floor(Math.floor(i / size) / block) * few + Math.floor((i % size) / block)
    for (let c = 0; c < 3; c++) small[3 * to + c] += guides[i * channels + c]
    counts[to]++
  }
  const near = (value: number): readonly [number, number, number] => {
    const place = Math.min(few - 1, Math.max(0, (value + 0.5) / block - 0.5))
    const first = Math.min(Math.floor(place), Math.max(0, few - 2))
    return [first, Math.min(few - 1, first + 1), place - first]
  }
  const taps = Array.from({ length: size }, (_, i) => near(i))
  for (let row = 0, i = 0; row < size; row++) {
    const [top, bottom, v] = taps[row]
    for (let column = 0; column < size; column++, i++) {
      const [left, right, u] = taps[column]
      for (let c = 0; c < 3; c++) {
        const at = (y: number, x: number): number => small[3 * (y * few + x) + c] / counts[y * few + x]
        guides[i * channels + c] =
          (at(top, left) * (1 - u) + at(top, right) * u) * (1 - v) +
          (at(bottom, left) * (1 - u) + at(bottom, right) * u) * v
      }
    }
  }
}

/** Classes and weights as a step takes them. */
const labelled = ({ classes, weights }: View, size: number): Uint8Array => {
  const out = new Uint8Array(size * size * 2)
  for (let i = 0; i < classes.length; i++) {
    const own = classes[i]
    const border =
      (i % size > 0 && classes[i - 1] !== own) ||
      (i % size < size - 1 && classes[i + 1] !== own) ||
      (i >= size && classes[i - size] !== own) ||
      (i + size < classes.length && classes[i + size] !== own)
    out[2 * i] = own
    out[2 * i + 1] = Math.min(255, (weights[i] / 255) * INSIDE * rareness[own] * (border ? AT_BORDER : 1))
  }
  return out
}
