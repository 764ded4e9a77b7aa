/**
 * A training step under construction: creates its inputs on request and collects its outputs. Does not know the
 * computation in between.
 */
import { cast, div, input, sub, type Tensor, transpose } from '@animegan/graph'
import { type PictureKind, pictureChannels, pictureType } from '../batch.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { type RateName, rateInput } from './names.ts'

export interface Draft {
  /** Pictures of a kind, [batch, channels, size, size], -1 to 1. */
  picture(kind: PictureKind): Tensor
  /** One number. */
  rate(name: RateName): Tensor
  /** The kinds of pictures and the numbers requested so far. */
  pictures(): readonly PictureKind[]
  rates(): readonly RateName[]
  /** The state after the step, by name. Its order decides the weights' initial random numbers. */
  readonly state: Map<string, Tensor>
  /** The weighted losses, by name. */
  readonly losses: Map<string, Tensor>
}

export const draftStep = ({ batch, size }: Pick<Recipe, 'batch' | 'size'>): Draft => {
  const pictures = new Map<PictureKind, Tensor>()
  const rates = new Map<RateName, Tensor>()
  return {
    picture: remembering(pictures, (kind) => {
      const shape = [batch, size, size, pictureChannels(kind)]
      const pixels = pictureType(kind) === 'float32' ? input(kind, shape) : unitOf(input(kind, shape, 'uint8'))
      return transpose(pixels, [0, 3, 1, 2])
    }),
    rate: remembering(rates, (name) => input(rateInput(name), [])),
    pictures: () => [...pictures.keys()],
    rates: () => [...rates.keys()],
    state: new Map(),
    losses: new Map(),
  }
}

/** Levels of a byte as -1 to 1. */
const unitOf = (levels: Tensor): Tensor => sub(div(cast(levels, 'float32'), 127.5), 1)

/** `make`, with its results cached in `made`. */
const remembering =
  <K>(made: Map<K, Tensor>, make: (key: K) => Tensor) =>
  (key: K): Tensor => {
    const known = made.get(key) ?? make(key)
    made.set(key, known)
    return known
  }
