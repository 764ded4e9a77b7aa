/**
 * Resolves `--features` to a perception network: a path to a file, else the one that is installed with the packages, else
 * the name of an added one.
 */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AnimeganError } from '@animegan/graph'
import { type FeatureWeights, importFeatures, readWeights } from '@animegan/models'
import { describeError, reasonOf } from '../text.ts'
import { featuresFile } from './folders.ts'
import { readRegistry } from './registry.ts'

/** The default perception network, which `@animegan/models` holds. */
export const DEFAULT_FEATURES = 'percept'

/** A perception network and the file it was read from. */
export interface Features {
  readonly weights: FeatureWeights
  readonly path: string
  readonly sha256: string
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )

/** Whether a perception network was added. */
export const hasFeatures = (name: string): Promise<boolean> => isFile(featuresFile(name))

/** Where a perception network of a name would be. */
const placeOf = (name: string): string => {
  if (name !== DEFAULT_FEATURES) return featuresFile(name)
  const file = `@animegan/models/weights/${name}.safetensors`
  try {
    return createRequire(import.meta.url).resolve(file)
  } catch (error) {
    throw new Error(`${file}: expected the perception network, found ${reasonOf(error)}; run npm install again`)
  }
}

/** Reads a perception network by path or name. Throws a one-line error that says how to get one. */
export const readFeatures = async (name: string): Promise<Features> => {
  const path = (await isFile(name)) ? name : placeOf(name)
  if (!(await isFile(path))) {
    const entries = (await readRegistry().catch(() => [])).filter(({ kind }) => kind === 'features')
    const hint = entries.some((entry) => entry.name === name)
      ? `not installed; get it with: animegan styles add ${name}`
      : `expected a file with the weights of VGG-19, or ${[DEFAULT_FEATURES, ...entries.map((entry) => entry.name)].join(' or ')}, found '${name}'`
    throw new AnimeganError('unknown-style', `--features: ${hint}`)
  }
  try {
    const bytes = await readFile(path)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { weights: importFeatures(readWeights(bytes).tensors), path, sha256 }
  } catch (error) {
    throw new Error(describeError(error, path))
  }
}
