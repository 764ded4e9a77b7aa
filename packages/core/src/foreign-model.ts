/**
 * Makes a style of an ONNX model that others made. It is tried on a small picture: if it computes what one of our
 * networks of the same structure computes, it becomes that network, with all that our styles have. Otherwise it stays as
 * it is, and what its file does not say is measured, because a style keeps brightness and colours roughly: the range of
 * its numbers and the order of its colours are those that give the result most like the picture.
 */
import {
  AnimeganError,
  type Colours,
  encodePictureModel,
  type PictureModel,
  pictureModelOf,
  type Range,
  readOnnx,
  readPictureModel,
  type Size,
} from '@animegan/graph'
import { type Candidate, candidatesOf, type ModelStyle, type NetworkStyle } from '@animegan/models'
import type { Engine } from './engine.ts'
import { unroundedModel } from './program.ts'

/** The ranges in which models take and give colours. */
export const RANGES = {
  '-1..1': { black: -1, white: 1 },
  '0..1': { black: 0, white: 1 },
  '0..255': { black: 0, white: 255 },
} as const
export const CHANNEL_ORDERS = ['rgb', 'bgr'] as const

/** What is known of a model besides its file. */
export interface ModelFacts {
  /** The numbers that it takes for black and white; otherwise measured. */
  readonly range?: keyof typeof RANGES
  /** The order of its channels; otherwise measured. */
  readonly channels?: (typeof CHANNEL_ORDERS)[number]
}

type Recognised =
  | Pick<NetworkStyle, 'architecture' | 'options' | 'weights'>
  | Pick<ModelStyle, 'architecture' | 'model' | 'needs'>

/** The largest mean difference, from -1 to 1, of the same network computed by two programs: a tenth of a level. */
const sameWithin = 0.1 / 127.5
/** At this difference no other options are tried. */
const surely = 1e-4
/** A size that all multiples divide, if the model's is free. */
const trialSize = { width: 192, height: 128 }

/**
 * Makes a style of a model's bytes, which is run on the engine a few times. Throws an `AnimeganError` (`bad-weights`) of
 * one line for a model that is not from pictures to pictures, or that ONNX Runtime refuses.
 */
export const styleOfModel = async (bytes: Uint8Array, engine: Engine, facts: ModelFacts = {}): Promise<Recognised> => {
  const file = readOnnx(bytes)
  const model = pictureModelOf(file)
  const trial = new Trial(model, engine)
  const candidates = candidatesOf(file)
  for (const candidate of candidates) {
    const options = await optionsOf(candidate, trial, facts)
    if (options) return { architecture: candidate.architecture, options, weights: candidate.weights }
  }
  const encoded = encodePictureModel(model, await measured(trial, facts))
  return { architecture: 'onnx', model: encoded, needs: readPictureModel(encoded) }
}

/** The results of a model for one picture, as floats [h, w, 3] in the model's own range. */
class Trial {
  readonly photo: Uint8Array
  readonly model: PictureModel
  readonly #size: Size
  readonly #engine: Engine
  readonly #results = new Map<string, Promise<Float32Array>>()

  constructor(model: PictureModel, engine: Engine) {
    this.model = model
    this.#engine = engine
    this.#size = model.size ?? trialSize
    this.photo = trialPhoto(this.#size)
  }

  /** The model's result when it gets its numbers and colours in this way. */
  theirs(range: Range, reversed: boolean): Promise<Float32Array> {
    const key = `${range.black} ${range.white} ${reversed}`
    const found =
      this.#results.get(key) ?? this.run(encodePictureModel(this.model, raw(range, reversed), { levels: false }))
    this.#results.set(key, found)
    return found
  }

  async run(encoded: Uint8Array): Promise<Float32Array> {
    const { width, height } = this.#size
    try {
      const session = await this.#engine.load(encoded)
      try {
        const picture = { dtype: 'uint8' as const, shape: [1, height, width, 3], data: this.photo }
        return (await session.run({ picture })).result.data as Float32Array
      } finally {
        await session.close()
      }
    } catch (error) {
      const reason = (error as Error).message.replace(/\s+/g, ' ').slice(0, 200)
      throw new AnimeganError('bad-weights', `ONNX: expected a model that ONNX Runtime can run, found: ${reason}`)
    }
  }
}

const raw = (input: Range, reversed: boolean): Colours => ({
  input,
  output: { black: 0, white: 255 },
  reversed: [reversed, false],
})

const ranges = Object.values(RANGES)

/** The ways in which the model may take its numbers. */
const waysOf = (
  { model: { input } }: Trial,
  { range, channels }: ModelFacts,
): { range: Range; reversed: boolean }[] => {
  const possible = range ? [RANGES[range]] : input.dtype === 'uint8' ? [RANGES['0..255']] : ranges
  const orders = channels ? [channels === 'bgr'] : [false, true]
  return orders.flatMap((reversed) => possible.map((range) => ({ range, reversed })))
}

/**
 * The options with which our network computes what the model does, whatever numbers and colours that takes; undefined
 * if there are none.
 */
const optionsOf = async (
  candidate: Candidate,
  trial: Trial,
  facts: ModelFacts,
): Promise<NetworkStyle['options'] | undefined> => {
  const described = { title: '', licence: '', attribution: '', metadata: {} }
  const ours = (options: NetworkStyle['options']): Promise<Float32Array> =>
    trial.run(unroundedModel({ ...candidate, ...described, options }))
  const differences = async (numbers: Float32Array, way: ReturnType<typeof waysOf>[number]): Promise<number> =>
    Math.min(
      ...outputsOf(await trial.theirs(way.range, way.reversed), way.reversed).map((theirs) => off(theirs, numbers)),
    )

  let best = { difference: Infinity, options: candidate.options[0] }
  let way: ReturnType<typeof waysOf>[number] | undefined
  for (const options of candidate.options) {
    const numbers = await ours(options)
    // Whichever options are right, the right way is nearest.
    const ways = way ? [way] : waysOf(trial, facts)
    let nearest = { difference: Infinity, way: ways[0] }
    for (const tried of ways) {
      const difference = await differences(numbers, tried)
      if (difference < nearest.difference) nearest = { difference, way: tried }
      if (difference < surely) break
    }
    way = nearest.way
    if (nearest.difference < best.difference) best = { difference: nearest.difference, options }
    if (best.difference < surely) break
  }
  return best.difference < sameWithin ? best.options : undefined
}

/** The result from -1 to 1, for each range in which it may be meant. */
const outputsOf = (theirs: Float32Array, reversed: boolean): Float32Array[] =>
  ranges.map(({ black, white }) => {
    const pixel = (i: number): number => (reversed ? i - (i % 3) + 2 - (i % 3) : i)
    return theirs.map((_, i) => ((theirs[pixel(i)] - black) / (white - black)) * 2 - 1)
  })

const off = (a: Float32Array, b: Float32Array): number => {
  let total = 0
  for (let i = 0; i < a.length; i++) total += Math.abs(a[i] - b[i])
  return total / a.length
}

/** The numbers and the order of colours with which the result is most like the picture. */
const measured = async (trial: Trial, facts: ModelFacts): Promise<Colours> => {
  const photo = Float32Array.from(trial.photo, (level) => level / 127.5 - 1)
  let best: { readonly unlike: number; readonly colours: Colours } | undefined
  for (const { range, reversed } of waysOf(trial, facts)) {
    const theirs = await trial.theirs(range, reversed)
    // A model gives its colours in the order in which it takes them.
    for (const [i, result] of outputsOf(theirs, reversed).entries()) {
      // Most networks take red first, and give the range that they take: anything else must be clearly better.
      const unlike = coarsely(result, photo) * (reversed ? unusual : 1) * (ranges[i] === range ? 1 : unusual)
      if (best && !(unlike < best.unlike)) continue
      best = { unlike, colours: { input: range, output: ranges[i], reversed: [reversed, reversed] } }
    }
  }
  if (!best) throw new AnimeganError('bad-weights', 'ONNX: expected a model that gives numbers, found none')
  return best.colours
}

/** How much more unlike the picture a result must be taken to be, for what is unusual. */
const unusual = 1.5

/** The mean difference of blocks: a style moves lines, and changes what is small. */
const coarsely = (a: Float32Array, b: Float32Array): number => {
  const block = 3 * 64
  let total = 0
  for (let from = 0; from < a.length; from += block) {
    for (let c = 0; c < 3; c++) {
      let difference = 0
      for (let i = from + c; i < Math.min(from + block, a.length); i += 3) difference += a[i] - b[i]
      total += Math.abs(difference)
    }
  }
  return total / a.length
}

/** A picture with the colours of photos: a sky that gets lighter, grass, skin, and some texture; RGB [h, w, 3]. */
const trialPhoto = ({ width, height }: Size): Uint8Array =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % width) / width, Math.floor(i / 3 / width) / height]
    const texture = 12 * Math.sin(x * 61 + 9 * Math.sin(y * 47)) * Math.sin(y * 53)
    const inside = (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.06
    const [skin, sky, grass] = [
      [224, 172, 144],
      [96 + 90 * y, 150 + 70 * y, 230],
      [88, 132 - 60 * (y - 0.6), 56],
    ]
    const colour = inside ? skin : y < 0.6 ? sky : grass
    return Math.min(255, Math.max(0, colour[i % 3] + texture))
  })
