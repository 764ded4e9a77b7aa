/**
 * Which of our networks an ONNX model may be, ours or another exporter's: one whose skeleton it has. Its weights then
 * stand at the same places, whatever they are called. Whether the network computes the same as the model is not known
 * here; who imports tries it.
 */
import {
  encodeOnnx,
  input,
  lookup,
  type OnnxFile,
  type ResizeMode,
  readOnnx,
  sizeOf,
  symbolicDim,
  type Value,
} from '@animegan/graph'
import { type Architecture, type NetworkOptions, networks, weightShapes } from '../networks/index.ts'
import { finiteFloats, type ImportedWeights } from './import.ts'
import { filled } from './mapping.ts'
import { type Layer, type Role, skeletonOf } from './skeleton.ts'

/** A network that a model may be: its weights, and the options with which it may compute the same, likeliest first. */
export interface Candidate extends Pick<ImportedWeights, 'architecture' | 'weights'> {
  readonly options: readonly NetworkOptions[]
}

const variantsOf = (architecture: Architecture): NetworkOptions[] => {
  const { defaults } = networks[architecture]
  return architecture === 'animegan-v2' ? [defaults, { ...defaults, outputBias: true }] : [defaults]
}

/** Our network as another exporter's file would be read. */
const ownSkeleton = (architecture: Architecture, options: NetworkOptions): Layer[] => {
  const { build, multiple } = networks[architecture]
  const x = input('x', [1, 3, symbolicDim('h', multiple), symbolicDim('w', multiple)])
  return skeletonOf(readOnnx(encodeOnnx({ y: build(x, options) })))
}

/** Tables that a file lacks where they change nothing. */
const neutral: Readonly<Partial<Record<Role, number>>> = { scale: 1, shift: 0 }

/** The networks of ours with the model's skeleton. Throws an `AnimeganError` (`bad-weights`) for weights that are not finite. */
export const candidatesOf = (file: OnnxFile): Candidate[] => {
  const theirs = skeletonOf(file)
  const found: Candidate[] = []
  for (const architecture of Object.keys(networks) as Architecture[]) {
    for (const options of variantsOf(architecture)) {
      const ours = ownSkeleton(architecture, options)
      if (ours.length !== theirs.length || ours.some(({ signature }, i) => signature !== theirs[i].signature)) continue
      const weights = weightsOf(ours, theirs, weightShapes(networks[architecture], options))
      if (weights) found.push({ architecture, weights, options: optionsLike(file, options) })
    }
  }
  return found
}

/** Our weights from theirs; undefined if one is missing. */
const weightsOf = (
  ours: readonly Layer[],
  theirs: readonly Layer[],
  shapes: ReadonlyMap<string, readonly number[]>,
): Map<string, Value<'float32'>> | undefined => {
  const weights = new Map<string, Value<'float32'>>()
  for (const [i, { kernel, tables }] of ours.entries()) {
    // A kernel in another order of axes is used elsewhere as it is.
    if (!kernel.turned && theirs[i].kernel.value) weights.set(kernel.name, theirs[i].kernel.value)
    for (const [role, { name, shape }] of tables) {
      const table =
        theirs[i].tables.get(role) ??
        (role === 'shift' && !tables.has('bias') ? theirs[i].tables.get('bias') : undefined)
      const otherwise = neutral[role]
      if (table?.value) weights.set(name, table.value)
      else if (otherwise !== undefined) weights.set(name, filled(otherwise, shape))
    }
  }
  if ([...shapes].some(([name, shape]) => weights.get(name)?.data.length !== sizeOf(shape))) return undefined
  return new Map(
    [...shapes].map(([name, shape]) => [name, finiteFloats({ ...lookup(weights, name, 'weight'), shape }, name)]),
  )
}

const modes: readonly ResizeMode[] = ['asymmetric', 'align_corners', 'half_pixel', 'nearest']

/** How a node of the file resizes. */
const modeOf = ({ attributes }: OnnxFile['steps'][number]): ResizeMode => {
  if (attributes.string('mode', 'nearest') === 'nearest') return 'nearest'
  const coordinates = attributes.string('coordinate_transformation_mode', 'half_pixel').replace('pytorch_', '')
  return modes.find((mode) => mode === coordinates) ?? 'asymmetric'
}

/** Small numbers in the file that may be added to variances. */
const epsilonsOf = (file: OnnxFile): number[] => {
  const scalars = [...file.constants.values()].filter(({ dtype, data }) => dtype === 'float32' && data.length === 1)
  const numbers = [
    ...scalars.map(({ data }) => Number(data[0])),
    ...file.steps.map(({ attributes }) => attributes.float('epsilon', 0)),
  ]
  // Two digits are what a person wrote; the others come from the number type.
  return [
    ...new Set(
      numbers.filter((number) => number > 1e-14 && number <= 1e-2).map((number) => Number(number.toPrecision(2))),
    ),
  ]
}

/** The options that the file speaks for come first. */
const optionsLike = (file: OnnxFile, defaults: NetworkOptions): NetworkOptions[] => {
  const written = new Set(file.steps.filter(({ type }) => type === 'Resize' || type === 'Upsample').map(modeOf))
  const resizes = [...new Set([...written, defaults.resize, ...modes])]
  const found = epsilonsOf(file)
  const likely = (own: number): number[] => [
    ...new Set(found.includes(own) || found.length === 0 ? [own, ...found] : found),
  ]
  const own = defaults.separableNormEpsilon
  const separables = own === undefined ? [undefined] : likely(own)
  return resizes.flatMap((resize) =>
    likely(defaults.normEpsilon).flatMap((normEpsilon) =>
      separables.map((separableNormEpsilon) => ({ ...defaults, resize, normEpsilon, separableNormEpsilon })),
    ),
  )
}
