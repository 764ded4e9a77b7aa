/**
 * Converts foreign weights to ours: recognises by the names which network a file holds, and checks that every weight is
 * present, has its shape and is finite. formats/ reads the files themselves.
 */
import { floats, lookup, type Value } from '@animegan/graph'
import { badWeights, float16ToFloat32, type TensorMap } from '../formats/index.ts'
import { type Architecture, type NetworkOptions, networks, weightShapes } from '../networks/index.ts'
import type { Entry, Mapping } from './mapping.ts'
import { ownMappings } from './own.ts'
import { pytorchV2, pytorchV2Ptran } from './pytorch.ts'
import { type Tail, tensorflowLite, tensorflowV1, tensorflowV2, tensorflowV3 } from './tensorflow.ts'

export interface ImportedWeights {
  readonly architecture: Architecture
  readonly options: NetworkOptions
  readonly weights: Map<string, Value<'float32'>>
}

export interface ImportOptions {
  /** Which tail of AnimeGANv3's training checkpoints to take; default `main`, which makes the pictures. */
  readonly tail?: Tail
}

export const importError = (expected: string, found: string): never => {
  throw badWeights('weights', `expected ${expected}, found ${found}`)
}

/** A value as float32. Throws for other types and for numbers that are not finite. */
export const finiteFloats = (value: Value, name: string): Value<'float32'> => {
  if (value.dtype !== 'float32' && value.dtype !== 'float16') return importError(`'${name}' as floats`, value.dtype)
  const data = value.dtype === 'float16' ? float16ToFloat32(value.data as Uint16Array) : (value.data as Float32Array)
  const bad = data.findIndex((number) => !Number.isFinite(number))
  if (bad >= 0) importError(`finite numbers in '${name}'`, `${data[bad]} at ${bad}`)
  return floats(data, value.shape)
}

/** Prefixes and suffixes that wrappers and exporters add to a name. */
const plainName = (name: string): string =>
  name.replace(/^(module|generator|netG|G|state_dict|model_state_dict)\./, '').replace(/(\/read)?(:0)?$/, '')

const missingFrom = (
  tensors: ReadonlyMap<string, Value>,
  { entries }: Mapping,
): { required: string[]; missing: string[] } => {
  const required = entries.filter(({ absent }) => !absent).flatMap(({ theirs }) => theirs)
  return { required, missing: required.filter((name) => !tensors.has(name)) }
}

const convert = (
  tensors: ReadonlyMap<string, Value>,
  entry: Entry,
  shape: readonly number[],
): Value<'float32'> | undefined => {
  const { ours, theirs, absent } = entry
  const values = theirs.map((name) => tensors.get(name))
  if (!values.every((value) => value !== undefined)) {
    return absent?.(shape)
  }
  const floatValues = values.map((value, index) => finiteFloats(value, theirs[index]))
  const result = entry.convert(floatValues, shape)
  if (result.shape.join() !== shape.join()) {
    importError(`'${theirs[0]}' to give '${ours}' [${shape.join(', ')}]`, `[${result.shape.join(', ')}]`)
  }
  return finiteFloats(result, ours)
}

/**
 * Recognises the tensors' network by their names, and returns its weights by our names. Tensors outside the network (an
 * optimizer's, another tail's) are ignored. Throws an `AnimeganError` (`bad-weights`) for anything else.
 */
export const importWeights = (tensors: ReadonlyMap<string, Value>, options: ImportOptions = {}): ImportedWeights => {
  const named: TensorMap = new Map([...tensors].map(([name, value]) => [plainName(name), value]))
  const candidates = [
    tensorflowV1,
    tensorflowV2,
    tensorflowLite,
    tensorflowV3(options.tail ?? 'main'),
    pytorchV2,
    pytorchV2Ptran,
    ...ownMappings(),
  ].map((mapping) => {
    const { required, missing } = missingFrom(named, mapping)
    return { mapping, required, missing, found: required.length - missing.length }
  })
  const rank = (candidate: (typeof candidates)[number]) => candidate.found / candidate.required.length
  // The longest complete table, because it may contain all names of a shorter one.
  const best = candidates.reduce((a, b) => (rank(b) > rank(a) || (rank(b) === rank(a) && b.found > a.found) ? b : a))
  if (best.found === 0) {
    const first = tensors.keys().next()
    const found = `${tensors.size} tensors${first.done ? '' : `, the first '${first.value}'`}`
    importError('the weights of AnimeGAN, AnimeGANv2, AnimeGANv3 or a network of ours', found)
  }
  const { mapping, required, missing } = best
  if (missing.length > 0) {
    importError(
      `the weights of ${mapping.title} (${required.length} tensors)`,
      `${best.found}; first missing '${missing[0]}'`,
    )
  }
  const shapes = weightShapes(networks[mapping.architecture], mapping.options)
  const weights = new Map<string, Value<'float32'>>()
  for (const entry of mapping.entries) {
    const value = convert(named, entry, lookup(shapes, entry.ours, 'shape'))
    if (value) weights.set(entry.ours, value)
  }
  return { architecture: mapping.architecture, options: mapping.options, weights }
}
