/**
 * What training in the browser needs from other packages' files: a recipe and the perception network. Written so that bundlers
 * recognise the addresses and include the files.
 */
import { type FeatureWeights, fromUtf8, importFeatures, readWeights } from '@animegan/models'
import { parseRecipe, type Recipe } from '@animegan/train'
import { fetchBytes } from '../fetch/fetch-bytes.ts'

/** Addresses of the files. */
export interface TrainingFiles {
  readonly recipe: string
  readonly features: string
}

/** Where the bundler put them. */
export const trainingFiles = (): TrainingFiles => ({
  recipe: new URL('@animegan/train/recipes/teach.json', import.meta.url).href,
  features: new URL('@animegan/models/weights/percept.safetensors', import.meta.url).href,
})

/** What is in them, and the SHA-256 of the perception network's file. */
export interface FetchedTraining {
  readonly recipe: Recipe
  readonly features: FeatureWeights
  readonly sha256: string
}

/** Fetches the recipe `teach` and the network `percept`. Rejects with `not-found` if they cannot be fetched. */
export const fetchTraining = async (files: TrainingFiles = trainingFiles()): Promise<FetchedTraining> => {
  const [text, bytes] = await Promise.all([fetchBytes(files.recipe), fetchBytes(files.features)])
  return {
    recipe: parseRecipe(fromUtf8(text) ?? ''),
    features: importFeatures(readWeights(bytes).tensors),
    sha256: await sha256(bytes),
  }
}

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
