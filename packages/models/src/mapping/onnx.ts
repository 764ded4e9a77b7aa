/**
 * Weights from ONNX files, ours or another exporter's. Matched by name where the exporter keeps names; otherwise by
 * order of use: a known network's convolutions and per-channel tables, each in its order and shape.
 */
import { AnimeganError, readOnnxWeights, type Value } from '@animegan/graph'
import { type Architecture, networks, weightShapes } from '../networks/index.ts'
import { finiteFloats, type ImportedWeights, type ImportOptions, importError, importWeights } from './import.ts'

const isFloat = ({ dtype }: Value): boolean => dtype === 'float32' || dtype === 'float16'
const withoutOnes = (shape: readonly number[]): string => shape.filter((size) => size !== 1).join()

const isKernel = (shape: readonly number[]): boolean => shape.length === 4 && shape[0] > 1

/**
 * The weights of the network if the file's kernels and tables match its own one by one, in order; else undefined. A
 * table of a size that no weight of the network has (such as the factors of a Resize) is skipped.
 */
const matchByOrder = (weights: readonly Value[], architecture: Architecture): ImportedWeights | undefined => {
  const { defaults } = networks[architecture]
  const variants = architecture === 'animegan-v2' ? [defaults, { ...defaults, outputBias: true }] : [defaults]
  for (const options of variants) {
    const shapes = [...weightShapes(networks[architecture], options)]
    const wantedKernels = shapes.filter(([, shape]) => shape.length === 4)
    const wantedTables = shapes.filter(([, shape]) => shape.length === 1)
    const sizes = new Set(wantedTables.map(([, shape]) => withoutOnes(shape)))
    const kernels = weights.filter(({ shape }) => isKernel(shape))
    const tables = weights.filter(({ shape }) => !isKernel(shape) && sizes.has(withoutOnes(shape)))
    const fits = (found: readonly Value[], wanted: typeof shapes): boolean =>
      found.length === wanted.length &&
      wanted.every(([, shape], i) => withoutOnes(shape) === withoutOnes(found[i].shape))
    if (!fits(kernels, wantedKernels) || !fits(tables, wantedTables)) continue
    const matched = [
      ...wantedKernels.map(([name, shape], i) => [name, { ...kernels[i], shape }] as const),
      ...wantedTables.map(([name, shape], i) => [name, { ...tables[i], shape }] as const),
    ]
    return {
      architecture,
      options,
      weights: new Map(matched.map(([name, value]) => [name, finiteFloats(value, name)])),
    }
  }
  return undefined
}

/**
 * The weights in an ONNX file. When matched by order, the options are the network's defaults, since the file does not
 * say how its network resizes. Throws an `AnimeganError` (`bad-weights`) when no network fits.
 */
export const importOnnx = (bytes: Uint8Array, options: ImportOptions = {}): ImportedWeights => {
  const weights = new Map([...readOnnxWeights(bytes)].filter(([, value]) => isFloat(value)))
  let named: AnimeganError
  try {
    return importWeights(weights, options)
  } catch (error) {
    if (!(error instanceof AnimeganError && error.code === 'bad-weights')) throw error
    named = error
  }
  for (const architecture of Object.keys(networks) as Architecture[]) {
    const matched = matchByOrder([...weights.values()], architecture)
    if (matched) return matched
  }
  if (weights.size === 0) importError('an ONNX file with weights inside', 'none')
  throw named
}
