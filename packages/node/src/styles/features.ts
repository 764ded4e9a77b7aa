/**
 * Resolves `--features` to a perception network: a path to a file, else the name of an added one.
 */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { AnimeganError } from '@animegan/graph'
import { importFeatures, readWeights, type FeatureWeights } from '@animegan/models'
import { describeError } from '../text.ts'
import { featuresFile } from './folders.ts'
import { readRegistry } from './registry.ts'

/** The default perception network. */
export const DEFAULT_FEATURES = 'compact-vgg19'

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

/** Reads a perception network by path or name. Throws a one-line error that says how to get one. */
export const readFeatures = async (name: string): Promise<Features> => {
  const path = (await isFile(name)) ? name : featuresFile(name)
  if (!(await isFile(path))) {
    const entries = (await readRegistry().catch(() => [])).filter(({ kind }) => kind === 'features')
    const hint = entries.some((entry) => entry.name === name)
      ? `not installed; get it with: animegan styles add ${name}`
      : `expected a file with the weights of VGG-19, or ${entries.map((entry) => entry.name).join(' or ')}, found '${name}'`
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
