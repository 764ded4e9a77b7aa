/**
 * Tables that say which tensors of a foreign weight file are which of our weights. A table is data: for every weight
 * its name there and how its axes are ordered. Reading files and checking shapes happens elsewhere.
 */
import { floats, sizeOf, type Value } from '@animegan/graph'
import type { Architecture, NetworkOptions } from '../networks/index.ts'

type Floats = Value<'float32'>

/** One of our weights and where it comes from. */
export interface Entry {
  readonly ours: string
  /** Names in the file; `convert` gets their tensors. */
  readonly theirs: readonly string[]
  /** Makes our weight, for which `shape` is expected. */
  readonly convert: (values: readonly Floats[], shape: readonly number[]) => Floats
  /** The weight when the file does not have it; left out: the file must. */
  readonly absent?: (shape: readonly number[]) => Floats
}

export interface Mapping {
  /** For messages, such as `AnimeGANv2 (TensorFlow)`. */
  readonly title: string
  readonly architecture: Architecture
  readonly options: NetworkOptions
  readonly entries: readonly Entry[]
}

/** The value with its axes in another order: axis `i` of the result is axis `order[i]`. */
export const permute = (value: Floats, order: readonly number[]): Floats => {
  const strides = value.shape.map((_, axis) => sizeOf(value.shape.slice(axis + 1)))
  const shape = order.map((axis) => value.shape[axis])
  const data = new Float32Array(value.data.length)
  const index = new Array<number>(shape.length).fill(0)
  for (let at = 0; at < data.length; at++) {
    let from = 0
    for (let axis = 0; axis < shape.length; axis++) from += index[axis] * strides[order[axis]]
    data[at] = value.data[from]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break
      index[axis] = 0
    }
  }
  return floats(data, shape)
}

const reordered =
  (order: readonly number[]): Entry['convert'] =>
  ([value], shape) =>
    value.shape.length !== 4 || value.shape.join() === shape.join() ? value : permute(value, order)

/** The same tensor. A table of one per channel may have axes of size one around it. */
export const same: Entry['convert'] = ([value], shape) =>
  value.data.length === sizeOf(shape) && value.shape.filter((size) => size !== 1).join() === shape.join()
    ? { ...value, shape }
    : value

/** [height, width, in, out] to [out, in, height, width]; as it is when an exporter has done so. */
export const fromHwio = reordered([3, 2, 0, 1])

/** Depthwise [height, width, channels, 1] to [channels, 1, height, width]. */
export const fromDepthwise = reordered([2, 3, 0, 1])

export const entry = (ours: string, theirs: string, convert: Entry['convert'] = same): Entry => ({
  ours,
  theirs: [theirs],
  convert,
})

export const filled = (number: number, shape: readonly number[]): Floats =>
  floats(new Float32Array(sizeOf(shape)).fill(number), shape)
