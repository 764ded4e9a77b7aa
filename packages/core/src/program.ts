/**
 * The models that run a style. A foreign model is one already. For a network of ours: its network with 8-bit pictures as input and output, encoded for an engine. Three kinds:
 * the whole network; one that only measures statistics; and one with frozen statistics, folded into the convolutions.
 * Statistics are a picture's means and variances at every normalisation layer; networks without normalisation have
 * none, and need only the first kind.
 */
import {
  type Activation,
  activationsOf,
  add,
  bindParameters,
  cast,
  convolveCells,
  div,
  encodeOnnx,
  fold,
  freezeStatistics,
  input,
  type LevelScale,
  max,
  min,
  mul,
  peakMemory,
  quantize,
  receptiveRadius,
  round,
  type Size,
  splitPhases,
  statisticsOf,
  sub,
  symbolicDim,
  type Tensor,
  transpose,
  type Value,
} from '@animegan/graph'
import { type NetworkStyle, networkOf, type Style } from '@animegan/models'

/** Statistics by name, as measured. */
export type Statistics = Readonly<Record<string, Value>>

const pictureInput = (multiple: number): Tensor =>
  input('picture', [1, symbolicDim('h', multiple), symbolicDim('w', multiple), 3], 'uint8')

/** The style's network from 8-bit RGB [1, h, w, 3] to [1, 3, h, w] from -1 to 1. */
const pictureToNumbers = (style: NetworkStyle): { picture: Tensor; styled: Tensor } => {
  const network = networkOf(style.architecture)
  const picture = pictureInput(network.multiple)
  const normalised = sub(div(cast(picture, 'float32'), 127.5), 1)
  return { picture, styled: network.build(transpose(normalised, [0, 3, 1, 2]), style.options) }
}

/** The style's network from 8-bit RGB [1, h, w, 3] to the same, rounded to the nearest level. */
const pictureToPicture = (style: NetworkStyle): { picture: Tensor; result: Tensor } => {
  const { picture, styled } = pictureToNumbers(style)
  const levels = round(min(max(mul(add(styled, 1), 127.5), 0), 255))
  return { picture, result: cast(transpose(levels, [0, 2, 3, 1]), 'uint8') }
}

const optimise = (outputs: readonly Tensor[], style: NetworkStyle): Tensor[] =>
  splitPhases(fold(bindParameters(outputs, style.weights)))

/** The encoded network that measures its own statistics during a run. */
export const wholeModel = (style: Style): Uint8Array => {
  if (style.architecture === 'onnx') return style.model
  const [result] = optimise([pictureToPicture(style).result], style)
  return encodeOnnx({ result: result })
}

/** The encoded network from 8-bit RGB [1, h, w, 3] to the same as floats from -1 to 1, for a comparison. */
export const unroundedModel = (style: NetworkStyle): Uint8Array => {
  const [styled] = optimise([pictureToNumbers(style).styled], style)
  return encodeOnnx({ result: transpose(styled, [0, 2, 3, 1]) })
}

/** The encoded network whose outputs are its statistics; undefined when it has none. */
export const measuringModel = (style: Style): Uint8Array | undefined => {
  if (style.architecture === 'onnx') return undefined
  const statistics = statisticsOf([pictureToPicture(style).result])
  const names = Object.keys(statistics)
  if (names.length === 0) return undefined
  const optimised = optimise(Object.values(statistics), style)
  return encodeOnnx(Object.fromEntries(names.map((name, index) => [name, optimised[index]])))
}

/** The encoded network with its statistics frozen: local, so that it can run on tiles. */
export const frozenModel = (style: NetworkStyle, statistics: Statistics): Uint8Array => {
  const frozen = freezeStatistics([pictureToPicture(style).result], statistics)
  return encodeOnnx({ result: optimise(frozen, style)[0] })
}

/** The network's graph from -1..1 to -1..1, statistics frozen: the basis for measuring and making the 8-bit version. */
const localNetwork = (style: NetworkStyle, statistics: Statistics = {}): { x: Tensor; styled: Tensor } => {
  const { multiple, build } = networkOf(style.architecture)
  const x = input('x', [1, 3, symbolicDim('h', multiple), symbolicDim('w', multiple)])
  const [styled] = convolveCells(optimise(freezeStatistics([build(x, style.options)], statistics), style))
  return { x, styled }
}

/**
 * The encoded network from `x`, float32 [1, 3, h, w], -1 to 1, to the values that decide its 8-bit levels; and the
 * activations by output name, in the order that `quantizedModel` expects.
 */
export const activationModel = (
  style: NetworkStyle,
  statistics?: Statistics,
): { model: Uint8Array; activations: ReadonlyMap<string, Activation> } => {
  const { styled } = localNetwork(style, statistics)
  const activations = new Map(activationsOf(styled).map((activation, place) => [`activation${place}`, activation]))
  const outputs = [...activations].map(([name, { tensor }]): [string, Tensor] => [name, tensor])
  return { model: encodeOnnx(Object.fromEntries(outputs)), activations }
}

/**
 * The encoded network in 8 bits, local like the frozen one. Throws AnimeganError `unsupported` for a network without an
 * 8-bit form.
 */
export const quantizedModel = (
  style: NetworkStyle,
  scales: readonly LevelScale[],
  statistics?: Statistics,
): Uint8Array => {
  const { x, styled } = localNetwork(style, statistics)
  return encodeOnnx({ result: quantize(styled, x, pictureInput(networkOf(style.architecture).multiple), scales) })
}

/** The properties of a network that planning tiles needs. */
export interface Footprint {
  /** Height and width must be multiples of this. */
  readonly multiple: number
  /** How many pixels around it a result pixel depends on, once statistics are frozen. */
  readonly radius: number
  /** Memory of intermediate tensors per pixel. */
  readonly bytesPerPixel: number
  readonly hasStatistics: boolean
  /** The only size of a tile, if it is not free. */
  readonly size?: Size | undefined
  /** Whether the radius is not known, or statistics cannot be frozen: tiles are then faded into each other. */
  readonly fades: boolean
}

/** How far the tiles of a foreign model fade into each other, at most. */
const fade = 64

/** Computes the footprint from the network's graph. */
export const footprintOf = (style: Style): Footprint => {
  if (style.architecture === 'onnx') return { ...style.needs, radius: fade, hasStatistics: false, fades: true }
  const { multiple } = networkOf(style.architecture)
  const { picture, result } = pictureToPicture(style)
  const statistics = statisticsOf([result])
  const ones = Object.fromEntries(
    Object.entries(statistics).map(([name, { shape }]) => {
      const sizes = shape.map(Number)
      const length = sizes.reduce((product, size) => product * size, 1)
      return [name, { dtype: 'float32', shape: sizes, data: new Float32Array(length).fill(1) } satisfies Value]
    }),
  )
  const frozen = freezeStatistics([result], ones)
  const [local] = optimise(frozen, style)
  const radius = receptiveRadius(frozen[0], picture, [1, 2])
  const blocks = 64
  const symbols = new Map([
    ['h', blocks],
    ['w', blocks],
  ])
  return {
    multiple,
    radius: Math.ceil(radius / multiple) * multiple,
    bytesPerPixel: peakMemory([local], symbols) / (blocks * multiple) ** 2,
    hasStatistics: Object.keys(statistics).length > 0,
    fades: false,
  }
}
