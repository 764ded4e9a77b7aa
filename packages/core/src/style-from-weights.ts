/**
 * Makes a style from third-party weights. @animegan/models recognises the network in a file; the caller supplies names,
 * licences and options that the file does not state.
 */
import type { ResizeMode } from '@animegan/graph'
import {
  importWeights,
  isTfLite,
  type NetworkStyle,
  onnxOfTfLite,
  readStyle,
  readWeights,
  type Style,
} from '@animegan/models'
import type { Engine } from './engine.ts'
import { type ModelFacts, styleOfModel } from './foreign-model.ts'

/** Facts about a style besides its weights; each overrides what the file says. */
export interface StyleFacts extends ModelFacts {
  readonly title?: string
  readonly licence?: string
  readonly attribution?: string
  /** How the network resizes inside, if known better than from the kind of file. */
  readonly resize?: ResizeMode
  readonly metadata?: Readonly<Record<string, string>>
}

const UNKNOWN_LICENCE = 'unknown: ask whoever made the weights'

/**
 * Makes a style from a weight file: PyTorch, TensorFlow (with its data as `companion`), NumPy, safetensors, a style,
 * whose facts are kept, or an ONNX or TensorFlow Lite model, which is tried on the engine. `name` is the title if the file has none. Rejects
 * with an `AnimeganError` (`bad-weights`) of one line.
 */
export const styleFromWeights = async (
  bytes: Uint8Array,
  companion: Uint8Array | undefined,
  name: string,
  facts: StyleFacts,
  engine: () => Promise<Engine>,
): Promise<Style> => {
  const model = isOnnx(bytes) ? bytes : isTfLite(bytes) ? onnxOfTfLite(bytes) : undefined
  const own = model ? await styleOfModel(model, await engine(), facts) : readAny(bytes, companion)
  const { title, licence, attribution, description, metadata }: Partial<Style> = own
  const described = {
    title: facts.title ?? title ?? name,
    licence: facts.licence ?? licence ?? UNKNOWN_LICENCE,
    attribution: facts.attribution ?? attribution ?? '',
    ...(description !== undefined && { description }),
    metadata: { ...metadata, ...facts.metadata },
  }
  if (own.architecture === 'onnx') return { ...own, ...described }
  return { ...own, ...described, options: facts.resize ? { ...own.options, resize: facts.resize } : own.options }
}

type Content = Pick<NetworkStyle, 'architecture' | 'options' | 'weights'> | Style

const readAny = (bytes: Uint8Array, companion: Uint8Array | undefined): Content => {
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
  [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(bytes[2])
