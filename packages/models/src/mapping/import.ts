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
  // A loop, because calling a function for each of a million numbers takes a twentieth of a second.
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) importError(`finite numbers in '${name}'`, `${data[i]} at ${i}`)
  }
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

/** Usual names of the generator in a file of several networks. */
const GENERATORS = /^(?:(?:g|netG|generator)_ema|ema|netG|generator|gen|G|g)$/

/** The tensors of each network in a file of several networks, grouped by the first part of their names. */
const partsOf = (tensors: ReadonlyMap<string, Value>): Map<string, Map<string, Value>> => {
  const parts = new Map<string, Map<string, Value>>()
  for (const [name, value] of tensors) {
    const end = name.indexOf('.')
    if (end <= 0) continue
    const part = parts.get(name.slice(0, end)) ?? new Map<string, Value>()
    parts.set(name.slice(0, end), part.set(name.slice(end + 1), value))
  }
  return parts
}

/**
 * The generator among several networks: by its name (an averaged copy, `..._ema`, first), else the only network of a
 * known architecture.
 */
const generatorOf = (tensors: ReadonlyMap<string, Value>, options: ImportOptions): TensorMap | undefined => {
  const known = [...partsOf(tensors)].filter(([, part]) => recognise(part, options).missing.length === 0)
  const named = known.filter(([name]) => GENERATORS.test(name))
  const [first, ...others] = named.length > 0 ? named.sort(([a], [b]) => smoothed(b) - smoothed(a)) : known
  if (named.length === 0 && others.length > 0) {
    const names = known.map(([name]) => `'${name}'`).join(', ')
    return importError('one network, or one that is named generator, netG or g_ema', names)
  }
  return first?.[1]
}

const smoothed = (name: string): number => (name.endsWith('ema') ? 1 : 0)

/**
 * Recognises the network from the names of its tensors and returns its weights under our names. Ignores tensors of
 * anything else (an optimizer, another tail); of several networks takes the generator. Throws an `AnimeganError`
 * (`bad-weights`) if no network is recognised.
 */
export const importWeights = (tensors: ReadonlyMap<string, Value>, options: ImportOptions = {}): ImportedWeights => {
  const whole = recognise(tensors, options)
  const generator = whole.missing.length > 0 ? generatorOf(tensors, options) : undefined
  return weightsOf(generator ? recognise(generator, options) : whole, tensors)
}

/** The mapping that fits the tensors best, and which of its names are missing. */
const recognise = (tensors: ReadonlyMap<string, Value>, options: ImportOptions) => {
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
  return { ...best, named }
}

const weightsOf = (
  { mapping, required, missing, found: foundCount, named }: ReturnType<typeof recognise>,
  tensors: ReadonlyMap<string, Value>,
): ImportedWeights => {
  if (foundCount === 0) {
    const first = tensors.keys().next()
    const found = `${tensors.size} tensors${first.done ? '' : `, the first '${first.value}'`}`
    importError('the weights of AnimeGAN, AnimeGANv2, AnimeGANv3 or a network of ours', found)
  }
  if (missing.length > 0) {
    importError(
      `the weights of ${mapping.title} (${required.length} tensors)`,
      `${foundCount}; first missing '${missing[0]}'`,
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
