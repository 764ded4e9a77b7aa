/**
 * Makes a style from third-party weights. @animegan/models recognises the network in a file; the caller supplies names,
 * licences and options that the file does not state.
 */
import type { ResizeMode } from '@animegan/graph'
import { type ImportedWeights, importOnnx, importWeights, readStyle, readWeights, type Style } from '@animegan/models'

/** Facts about a style besides its weights; each overrides what the file says. */
export interface StyleFacts {
  readonly title?: string
  readonly licence?: string
  readonly attribution?: string
  /** How the network resizes inside, if known better than from the kind of file. */
  readonly resize?: ResizeMode
  readonly metadata?: Readonly<Record<string, string>>
}

const UNKNOWN_LICENCE = 'unknown: ask whoever made the weights'

/**
 * Makes a style from a weight file: PyTorch, TensorFlow (with its data as `companion`), NumPy, safetensors, ONNX, or a
 * style, whose facts are kept. `name` is the title if the file has none. Throws an `AnimeganError` (`bad-weights`) of
 * one line.
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

/**
 * ONNX models have no signature; they start with their version (a field with one small number), then a name or a graph.
 */
const isOnnx = (bytes: Uint8Array): boolean =>
  bytes.length > 4 &&
  bytes[0] === 0x08 &&
  bytes[1] > 0 &&
  bytes[1] < 0x40 &&
  [0x12, 0x1a, 0x32, 0x3a, 0x42].includes(bytes[2])
