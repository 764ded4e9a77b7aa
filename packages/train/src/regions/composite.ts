/**
 * Portraits made of several: hair, beards and glasses of one person on another, darker skin, cloth as hats, hoods and
 * scarves, hands before the face, other backgrounds. What photos rarely show together, and a network has to have seen. Everything is
 * placed through the frames of both heads; labels go with it.
 */
import { PORTRAIT_CHANNELS, PORTRAIT_CLASSES, PORTRAIT_SIZE, type PortraitClass } from '@animegan/models'
import type { Random } from '../random.ts'

/** A portrait's head: where it is in the portrait, how large, and the direction of its y axis. See core's `Head`. */
export interface PortraitHead {
  readonly x: number
  readonly y: number
  readonly unit: number
  readonly downX: number
  readonly downY: number
}

/** A labelled portrait: its guides [size, size, 8], and for each pixel its class and the label's weight, 0 to 255. */
export interface LabelledPortrait {
  readonly guides: Uint8Array
  readonly classes: Uint8Array
  readonly weights: Uint8Array
  readonly head: PortraitHead
}

/** The portraits that composites are made from, and which of them have pixels of each class, by index. */
export interface PortraitStock {
  readonly portraits: readonly LabelledPortrait[]
  readonly having: ReadonlyMap<PortraitClass, readonly number[]>
}

const size = PORTRAIT_SIZE
const channels = PORTRAIT_CHANNELS
const [ACROSS, DOWN, OUTSIDE, PERSON] = [4, 5, 6, 3]
const indexOf = (name: PortraitClass): number => PORTRAIT_CLASSES.indexOf(name)
const [BACKGROUND, SKIN, HAIR, BEARD, CLOTHES, HEADGEAR, HAND, GLASSES, SHADES, TEETH] = PORTRAIT_CLASSES.map(indexOf)

/** Fewer pixels of a class than this do not make a portrait one that has it. */
const LEAST_PIXELS = 60

export const stockOf = (portraits: readonly LabelledPortrait[]): PortraitStock => {
  const having = new Map<PortraitClass, number[]>(PORTRAIT_CLASSES.map((name) => [name, []]))
  for (const [index, { classes, weights }] of portraits.entries()) {
    const counts = new Array<number>(PORTRAIT_CLASSES.length).fill(0)
    for (let i = 0; i < classes.length; i++) if (weights[i] > 0) counts[classes[i]]++
    for (const [at, name] of PORTRAIT_CLASSES.entries()) if (counts[at] >= LEAST_PIXELS) having.get(name)!.push(index)
  }
  return { portraits, having }
}

/** A place in the head's frame of a pixel, from its guides. */
const placeIn = (guides: Uint8Array, i: number): readonly [x: number, y: number] => [
  guides[i * channels + ACROSS] / 51 - 2.5,
  guides[i * channels + DOWN] / 51 - 2.5,
]
/** Its distance from the face's outline. */
const outsideOf = (guides: Uint8Array, i: number): number => (guides[i * channels + OUTSIDE] / 255) * 1.2 - 0.4

/** The pixel of a portrait at a place in its head's frame; -1 outside. */
const pixelAt = ({ x, y, unit, downX, downY }: PortraitHead, across: number, down: number): number => {
  const column = Math.floor(x + unit * (across * downY + down * downX))
  const row = Math.floor(y + unit * (down * downY - across * downX))
  return column >= 0 && row >= 0 && column < size && row < size ? row * size + column : -1
}

/** Takes on the pixels of another portrait, one to one. */
const put = (
  to: LabelledPortrait,
  i: number,
  from: Uint8Array,
  j: number,
  gains: readonly number[],
  kind: number,
  weight: number,
): void => {
  for (let c = 0; c < 3; c++) to.guides[i * channels + c] = Math.min(255, from[j * channels + c] * gains[c])
  to.classes[i] = kind
  to.weights[i] = weight
}

/** The mean colour of a portrait's skin within the face. */
const skinColour = ({ guides, classes }: LabelledPortrait): readonly number[] => {
  const sums = [0, 0, 0]
  let count = 1e-6
  for (let i = 0; i < classes.length; i += 3) {
    if (classes[i] !== SKIN || outsideOf(guides, i) > -0.05) continue
    for (let c = 0; c < 3; c++) sums[c] += guides[i * channels + c]
    count++
  }
  return sums.map((sum) => sum / count + 1)
}

/** Of what, from where, and how it is recoloured. */
const moveParts = (
  to: LabelledPortrait,
  from: LabelledPortrait,
  parts: ReadonlySet<number>,
  gains: readonly number[],
  drawn: Random,
): void => {
  const scale = 0.94 + 0.12 * drawn.uniform()
  const [shiftX, shiftY] = [0.06 * (drawn.uniform() - 0.5), 0.06 * (drawn.uniform() - 0.5)]
  for (let i = 0; i < to.classes.length; i++) {
    const [x, y] = placeIn(to.guides, i)
    const j = pixelAt(from.head, x * scale + shiftX, y * scale + shiftY)
    if (j < 0 || !parts.has(from.classes[j]) || from.weights[j] === 0) continue
    put(to, i, from.guides, j, gains, from.classes[j], from.weights[j])
    to.guides[i * channels + PERSON] = Math.max(to.guides[i * channels + PERSON], from.guides[j * channels + PERSON])
  }
}

const tones = (drawn: Random, spread: number): number[] => {
  const all = Math.exp(spread * drawn.normal())
  return [0, 1, 2].map(() => all * Math.exp(0.3 * spread * drawn.normal()))
}

/** Skin of one portrait in the tone of another. */
const skinGains = (to: LabelledPortrait, from: LabelledPortrait): number[] => {
  const [a, b] = [skinColour(to), skinColour(from)]
  return a.map((value, c) => Math.min(3, Math.max(0.3, value / b[c])))
}

/** A piece of cloth: clothes of a portrait, read over and over. */
const clothOf = (from: LabelledPortrait, drawn: Random): ((i: number) => number) => {
  const found: number[] = []
  for (let i = 0; i < from.classes.length; i++) if (from.classes[i] === CLOTHES && from.weights[i] > 0) found.push(i)
  const first = found[drawn.below(found.length)] ?? drawn.below(size * size)
  const [x0, y0] = [first % size, Math.floor(first / size)]
  const reach = 12 + drawn.below(36)
  const fold = (value: number, least: number): number => {
    const t = Math.abs(value) % (2 * reach)
    return Math.min(size - 1, Math.max(0, least + (t > reach ? 2 * reach - t : t) - Math.floor(reach / 2)))
  }
  const zoom = 0.5 + drawn.uniform()
  return (i) => fold(Math.floor(Math.floor(i / size) * zoom), y0) * size + fold(Math.floor((i % size) * zoom), x0)
}

/** A hat, hood, scarf around the head or band of cloth. */
const wearHeadgear = (to: LabelledPortrait, from: LabelledPortrait, drawn: Random): void => {
  const cloth = clothOf(from, drawn)
  const gains = tones(drawn, 0.35)
  const kind = drawn.below(4)
  // Down to where it reaches: over the forehead, to the ears, or below the chin around the face.
  const low = [-0.55, -0.3, 2.2, -0.45][kind] + 0.25 * (drawn.uniform() - 0.5)
  const over = kind === 2 ? 0.02 + 0.1 * drawn.uniform() : 0
  const thick = 0.25 + 0.5 * drawn.uniform()
  const tilt = 0.3 * (drawn.uniform() - 0.5)
  const top = kind === 3 ? low - 0.25 - 0.3 * drawn.uniform() : -9
  const light = 0.5 * (drawn.uniform() - 0.5)
  for (let i = 0; i < to.classes.length; i++) {
    const [x, y] = placeIn(to.guides, i)
    const outside = outsideOf(to.guides, i)
    const line = y + tilt * x + 0.12 * x * x
    if (line > low || line < top) continue
    const isHair = to.classes[i] === HAIR || to.classes[i] === HEADGEAR
    const around = kind === 2 ? outside > over && (outside < thick || isHair) : outside < thick || isHair
    // A hat leaves the face below its line; the dome above it covers the forehead.
    if (!around) continue
    const shade = 1 + light * x - 0.25 * Math.max(0, Math.abs(x) - 0.6)
    put(
      to,
      i,
      from.guides,
      cloth(i),
      gains.map((gain) => gain * shade),
      HEADGEAR,
      255,
    )
    if (outside < 0.7) to.guides[i * channels + PERSON] = Math.max(to.guides[i * channels + PERSON], 225)
  }
}

/** A scarf or a high collar: clothes up to the chin or over the mouth. */
const wearScarf = (to: LabelledPortrait, from: LabelledPortrait, drawn: Random): void => {
  const cloth = clothOf(from, drawn)
  const gains = tones(drawn, 0.35)
  const high = drawn.uniform() < 0.25 ? 0.55 + 0.3 * drawn.uniform() : 1 + 0.5 * drawn.uniform()
  const low = high + 0.4 + 0.9 * drawn.uniform()
  const tilt = 0.3 * (drawn.uniform() - 0.5)
  for (let i = 0; i < to.classes.length; i++) {
    const [x, y] = placeIn(to.guides, i)
    const line = y + tilt * x - 0.15 * x * x
    if (line < high || line > low || Math.abs(x) > 1.1) continue
    if (to.classes[i] === BACKGROUND || to.classes[i] === HAND) continue
    if (to.classes[i] === HAIR && Math.abs(x) > 0.6) continue
    put(to, i, from.guides, cloth(i), gains, CLOTHES, 255)
  }
}

/** Hands of another person before the face or beside it, in this one's skin. */
const raiseHands = (to: LabelledPortrait, from: LabelledPortrait, drawn: Random): void => {
  const found: number[] = []
  for (let i = 0; i < from.classes.length; i++) if (from.classes[i] === HAND && from.weights[i] > 0) found.push(i)
  if (found.length === 0) return
  const middle = found[drawn.below(found.length)]
  const [mx, my] = [middle % size, Math.floor(middle / size)]
  const angle = 2 * Math.PI * drawn.uniform()
  const scale = (from.head.unit / to.head.unit) * (0.75 + 0.5 * drawn.uniform())
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
  const goal = pixelAt(to.head, 1.6 * (drawn.uniform() - 0.5), 0.9 + 1.1 * (drawn.uniform() - 0.5))
  if (goal < 0) return
  const [gx, gy] = [goal % size, Math.floor(goal / size)]
  const gains = skinGains(to, from).map((gain, c) => gain * (0.9 + 0.2 * drawn.uniform()) * (c === 0 ? 1.03 : 1))
  for (let i = 0; i < to.classes.length; i++) {
    const [dx, dy] = [(i % size) - gx, Math.floor(i / size) - gy]
    const [column, row] = [Math.floor(mx + cos * dx - sin * dy), Math.floor(my + sin * dx + cos * dy)]
    if (column < 0 || row < 0 || column >= size || row >= size) continue
    const j = row * size + column
    if (from.classes[j] !== HAND || from.weights[j] === 0) continue
    put(to, i, from.guides, j, gains, HAND, 255)
    to.guides[i * channels + PERSON] = Math.max(to.guides[i * channels + PERSON], 215)
  }
}

/** Another background: any pixels of another picture. */
const changeBackground = (to: LabelledPortrait, from: LabelledPortrait, drawn: Random): void => {
  const gains = tones(drawn, 0.3)
  const mirrored = drawn.uniform() < 0.5
  for (let i = 0; i < to.classes.length; i++) {
    if (to.classes[i] !== BACKGROUND || to.weights[i] === 0) continue
    const x = i % size
    put(to, i, from.guides, mirrored ? i - x + (size - 1 - x) : i, gains, BACKGROUND, to.weights[i])
  }
}

/** Darker skin: few portraits have it. What shines on it still shines, and its shade is warmer. */
const darkenSkin = (to: LabelledPortrait, drawn: Random): void => {
  const tone = 0.3 + 0.5 * drawn.uniform()
  const gains = [1.08, 0.98 - 0.1 * drawn.uniform(), 0.95 - 0.2 * drawn.uniform()].map((gain) => tone * gain)
  for (let i = 0; i < to.classes.length; i++) {
    if (to.weights[i] === 0 || (to.classes[i] !== SKIN && to.classes[i] !== HAND)) continue
    const at = i * channels
    const shine = (Math.max(to.guides[at], to.guides[at + 1], to.guides[at + 2]) / 255) ** 6
    for (let c = 0; c < 3; c++) to.guides[at + c] *= Math.min(1, gains[c] + (1 - gains[c]) * 0.6 * shine)
  }
}

/** A copy of a portrait of the stock, with things of others. What is drawn decides everything. */
export const composite = ({ portraits, having }: PortraitStock, index: number, drawn: Random): LabelledPortrait => {
  const own = portraits[index]
  const to = { ...own, guides: own.guides.slice(), classes: own.classes.slice(), weights: own.weights.slice() }
  const oneWith = (name: PortraitClass): LabelledPortrait | undefined => {
    const list = having.get(name)!
    return list.length > 0 ? portraits[list[drawn.below(list.length)]] : undefined
  }
  /** Does something with a portrait that has a class, sometimes. */
  const sometimes = (share: number, name: PortraitClass, then: (from: LabelledPortrait) => void): void => {
    const chosen = drawn.uniform() < share
    const from = chosen ? oneWith(name) : undefined
    if (from) then(from)
  }
  if (drawn.uniform() < 0.3) darkenSkin(to, drawn)
  sometimes(0.2, 'background', (from) => changeBackground(to, from, drawn))
  sometimes(0.2, 'beard', (from) => moveParts(to, from, new Set([BEARD]), tones(drawn, 0.2), drawn))
  sometimes(0.2, 'hair', (from) => moveParts(to, from, new Set([HAIR, HEADGEAR]), tones(drawn, 0.25), drawn))
  sometimes(0.1, 'headgear', (from) => moveParts(to, from, new Set([HEADGEAR, HAIR]), tones(drawn, 0.35), drawn))
  sometimes(0.12, 'glasses', (from) => moveParts(to, from, new Set([GLASSES]), tones(drawn, 0.2), drawn))
  sometimes(0.12, 'shades', (from) => moveParts(to, from, new Set([SHADES]), tones(drawn, 0.2), drawn))
  sometimes(0.03, 'teeth', (from) => moveParts(to, from, new Set([TEETH]), skinGains(to, from), drawn))
  sometimes(0.15, 'clothes', (from) => wearHeadgear(to, from, drawn))
  sometimes(0.12, 'clothes', (from) => wearScarf(to, from, drawn))
  sometimes(0.2, 'hand', (from) => raiseHands(to, from, drawn))
  return to
}
