/**
 * Other people's weights to a style, and a style to an ONNX model: bytes in, bytes out. Which network a file holds is
 * found out by @animegan/models; names, licences and options that files do not say come from whoever asks.
 */
import { bindParameters, encodeOnnx, fold, input, type ResizeMode, symbolicDim } from '@animegan/graph'
import {
  type ImportedWeights,
  importOnnx,
  importWeights,
  networkOf,
  readStyle,
  readWeights,
  type Style,
} from '@animegan/models'

/** What is known of a style besides its weights; each goes before what the file says of itself. */
export interface StyleFacts {
  readonly title?: string
  readonly licence?: string
  readonly attribution?: string
  /** How the network resizes inside, where it is known better than the file's kind tells. */
  readonly resize?: ResizeMode
  readonly metadata?: Readonly<Record<string, string>>
}

const UNKNOWN_LICENCE = 'unknown: ask whoever made the weights'

/**
 * Makes a style of a weight file: PyTorch, TensorFlow (with its data as `companion`), NumPy, safetensors, ONNX, or a
 * style, whose facts are kept. `name` is the title of weights without one.
 */
export const styleFromWeights = (
  bytes: Uint8Array,
  companion: Uint8Array | undefined,
  name: string,
  facts: StyleFacts,
): Style => {
  const own = readAny(bytes, companion)
  const { description } = own
  return {
    architecture: own.architecture,
    weights: own.weights,
    title: facts.title ?? own.title ?? name,
    licence: facts.licence ?? own.licence ?? UNKNOWN_LICENCE,
    attribution: facts.attribution ?? own.attribution ?? '',
    ...(description !== undefined && { description }),
    options: facts.resize ? { ...own.options, resize: facts.resize } : own.options,
    metadata: { ...own.metadata, ...facts.metadata },
  }
}

const readAny = (bytes: Uint8Array, companion: Uint8Array | undefined): ImportedWeights & Partial<Style> => {
  if (isOnnx(bytes)) return importOnnx(bytes)
  const { tensors, metadata } = readWeights(bytes, companion)
  return metadata.format?.startsWith('animegan-style/') ? readStyle(bytes) : importWeights(tensors)
}

/** ONNX models have no signature; they start with their version, a field of one small number, and a name or a graph. */
const isOnnx = (bytes: Uint8Array): boolean =>
  bytes.length > 4 &&
  bytes[0] === 0x08 &&
  bytes[1] > 0 &&
  bytes[1] < 0x40 &&
  [0x12, 0x1a, 0x32, 0x3a, 0x42].includes(bytes[2])

/** The style's network as ONNX: 'picture' to 'result', float32 [1, 3, height, width] in -1 to 1, any multiple of the network's size. */
export const onnxOfStyle = (style: Style): Uint8Array => {
  const { multiple, build } = networkOf(style.architecture)
  const shape = [1, 3, symbolicDim('height', multiple), symbolicDim('width', multiple)]
  const picture = input('picture', shape)
  const [result] = fold(bindParameters([build(picture, style.options)], style.weights))
  return encodeOnnx({ result })
}
