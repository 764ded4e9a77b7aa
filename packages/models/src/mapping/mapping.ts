/**
 * Tables that map the tensors of a foreign weight file to our weights. A table is data: for every weight its name in
 * the file and the order of its axes. Reads no files and checks no shapes.
 */
import { floats, sizeOf, type Value } from '@animegan/graph'
import type { Architecture, NetworkOptions } from '../networks/index.ts'

type Floats = Value<'float32'>

/** One of our weights and its source. */
export interface Entry {
  readonly ours: string
  /** Names in the file; `convert` gets their tensors. */
  readonly theirs: readonly string[]
  /** Makes our weight, which must have `shape`. */
  readonly convert: (values: readonly Floats[], shape: readonly number[]) => Floats
  /** The weight to use when the file does not have it; without this, the file must have it. */
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

/** The same tensor. A per-channel table may have extra axes of size one. */
export const same: Entry['convert'] = ([value], shape) =>
  value.data.length === sizeOf(shape) && value.shape.filter((size) => size !== 1).join() === shape.join()
    ? { ...value, shape }
    : value

/** [height, width, in, out] to [out, in, height, width]; unchanged when an exporter has already done so. */
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
