/**
 * Style files: safetensors with a network's weights as 16-bit floats, and metadata that says which network it is, how
 * it was trained and who made it; or with a foreign model whole, as bytes. Reading checks everything, so a style that
 * was read can be run.
 */
import {
  AnimeganError,
  type PictureModelNeeds,
  type ResizeMode,
  readPictureModel,
  sizeOf,
  type Value,
} from '@animegan/graph'
import { badWeights, float32ToFloat16, readSafetensors, writeSafetensors } from './formats/index.ts'
import { finiteFloats } from './mapping/import.ts'
import { type Architecture, isArchitecture, type NetworkOptions, networks, weightShapes } from './networks/index.ts'

const format = 'animegan-style/1'
const resizeModes: readonly string[] = ['nearest', 'asymmetric', 'half_pixel', 'align_corners'] satisfies ResizeMode[]

/** What every style says of itself. */
interface Described {
  readonly title: string
  /** The terms of use: an SPDX identifier or a short text. */
  readonly licence: string
  /** Who must be credited; empty if nobody. */
  readonly attribution: string
  readonly description?: string
  /** Any other metadata: training summary, 8-bit ranges. */
  readonly metadata: Readonly<Record<string, string>>
}

/** A style of one of our networks. */
export interface NetworkStyle extends Described {
  readonly architecture: Architecture
  readonly options: NetworkOptions
  readonly weights: Map<string, Value<'float32'>>
}

/** A style that is a foreign model, which runs as it is. */
export interface ModelStyle extends Described {
  readonly architecture: typeof foreign
  /** As `encodePictureModel` made it: from 8-bit RGB to the same. */
  readonly model: Uint8Array
  readonly needs: PictureModelNeeds
}

export type Style = NetworkStyle | ModelStyle

const foreign = 'onnx'
/** The name of the only tensor in a foreign model's style file. */
const modelTensor = 'model'

/** The style, if it is of one of our networks. Throws an `AnimeganError` (`unsupported`) for a foreign model. */
export const networkStyle = (style: Style): NetworkStyle => {
  if (style.architecture !== foreign) return style
  throw new AnimeganError(
    'unsupported',
    `style ${style.title}: expected one of a network that is known here, found a foreign model, which runs only as it is`,
  )
}

const fail = (expected: string, found: string): never => {
  throw badWeights('style', `expected ${expected}, found ${found}`)
}

/** The shape of the first weights in style files of the network that was called `live` before; it had a kernel of 5x5. */
const formerLive = '32,3,5,5'

/** Metadata keys that are fields of `Style`. */
const known = new Set([
  'format',
  'architecture',
  'title',
  'licence',
  'attribution',
  'description',
  'resize',
  'normEpsilon',
  'separableNormEpsilon',
  'outputBias',
])

/**
 * The weights in the form the network expects. Throws for one that is missing, unknown, of the wrong shape or not
 * finite.
 */
const checkWeights = (
  tensors: ReadonlyMap<string, Value>,
  architecture: Architecture,
  options: NetworkOptions,
): Map<string, Value<'float32'>> => {
  if (architecture === 'live' && tensors.get('a0.weight')?.shape.join() === formerLive) {
    const remedy = 'train the style again, or fetch it anew'
    throw badWeights('style', `the network live has changed, and this file is of the former one; ${remedy}`)
  }
  const shapes = weightShapes(networks[architecture], options)
  const weights = new Map<string, Value<'float32'>>()
  for (const [name, shape] of shapes) {
    const value = tensors.get(name)
    if (!value) return fail(`the ${shapes.size} tensors of ${architecture}`, `none named '${name}'`)
    if (value.shape.join() !== shape.join() || value.data.length !== sizeOf(shape)) {
      fail(`'${name}' as [${shape.join(', ')}]`, `[${value.shape.join(', ')}]`)
    }
    weights.set(name, finiteFloats(value, name))
  }
  const unknown = [...tensors.keys()].find((name) => !shapes.has(name))
  if (unknown !== undefined) fail(`only the ${shapes.size} tensors of ${architecture}`, `one named '${unknown}'`)
  return weights
}

const readEpsilon = <F extends number | undefined>(text: string | undefined, fallback: F, key: string): number | F => {
  if (text === undefined) return fallback
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return number > 0 && number < 1 ? number : fail(`a number between 0 and 1 as ${key}`, JSON.stringify(text))
}

const readOptions = (metadata: Readonly<Record<string, string>>, defaults: NetworkOptions): NetworkOptions => {
  const resize = metadata.resize ?? defaults.resize
  if (!resizeModes.includes(resize)) fail(`one of ${resizeModes.join(', ')} as resize`, JSON.stringify(resize))
  const outputBias = metadata.outputBias
  if (outputBias !== undefined && outputBias !== 'true' && outputBias !== 'false') {
    fail('true or false as outputBias', JSON.stringify(outputBias))
  }
  return {
    resize: resize as ResizeMode,
    normEpsilon: readEpsilon(metadata.normEpsilon, defaults.normEpsilon, 'normEpsilon'),
    separableNormEpsilon: readEpsilon(
      metadata.separableNormEpsilon,
      defaults.separableNormEpsilon,
      'separableNormEpsilon',
    ),
    outputBias: outputBias === 'true' ? true : undefined,
  }
}

/**
 * Reads a style file. Throws an `AnimeganError` (`bad-weights`) of one line when it is not a style file or is
 * truncated.
 */
export const readStyle = (bytes: Uint8Array): Style => {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.format !== format) fail(`a style (format ${format})`, JSON.stringify(metadata.format ?? 'no format'))
  const { architecture = '', title = '', licence = '', attribution = '', description } = metadata
  if (title === '' || licence === '') fail('a title and a licence', title === '' ? 'no title' : 'no licence')
  const described: Described = {
    title,
    licence,
    attribution,
    description,
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !known.has(key))),
  }
  if (architecture === foreign) {
    const model = tensors.get(modelTensor)
    if (model?.dtype !== 'uint8' || tensors.size !== 1)
      return fail(`a model as bytes in '${modelTensor}'`, 'other tensors')
    const bytes = model.data as Uint8Array
    return { ...described, architecture, model: bytes, needs: readPictureModel(bytes) }
  }
  if (!isArchitecture(architecture)) {
    const names = [...Object.keys(networks), foreign]
    return fail(`one of ${names.join(', ')} as architecture`, JSON.stringify(architecture))
  }
  const options = readOptions(metadata, networks[architecture].defaults)
  return { ...described, architecture, options, weights: checkWeights(tensors, architecture, options) }
}

/**
 * Writes a style file. Throws when the file could not be read back: a weight is missing or outside the range of 16-bit
 * floats.
 */
export const writeStyle = (style: Style): Uint8Array => {
  const { architecture, title, licence, attribution, description } = style
  if (title === '' || licence === '') fail('a title and a licence', title === '' ? 'no title' : 'no licence')
  const own = Object.keys(style.metadata).find((key) => known.has(key))
  if (own !== undefined) fail(`'${own}' as a field of the style`, 'it in metadata')
  const metadata = { ...style.metadata, format, architecture, title, licence, attribution, description }
  if (style.architecture === foreign) {
    const { model } = style
    return writeSafetensors(new Map([[modelTensor, { dtype: 'uint8', shape: [model.length], data: model }]]), metadata)
  }
  const { options } = style
  const weights = checkWeights(style.weights, style.architecture, options)
  const halves = new Map(
    [...weights].map(([name, { shape, data }]): [string, Value<'float16'>] => {
      const narrow = float32ToFloat16(data)
      const beyond = narrow.findIndex((bits) => (bits & 0x7c00) === 0x7c00)
      if (beyond >= 0) fail(`'${name}' within the range of 16-bit floats`, `${data[beyond]}`)
      return [name, { dtype: 'float16', shape, data: narrow }]
    }),
  )
  return writeSafetensors(halves, {
    ...metadata,
    resize: options.resize,
    normEpsilon: String(options.normEpsilon),
    separableNormEpsilon: options.separableNormEpsilon?.toString(),
    outputBias: options.outputBias ? 'true' : undefined,
  })
}
