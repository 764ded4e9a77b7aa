/**
 * What training in the browser needs from other packages' files: a recipe, which is code to bundlers, and the perception network,
 * by an address that they recognise and whose file they include.
 */
import { type FeatureWeights, importFeatures, readWeights } from '@animegan/models'
import { parseRecipe, type Recipe } from '@animegan/train'
import teach from '@animegan/train/recipes/teach.json' with { type: 'json' }
import { fetchBytes } from '../fetch/fetch-bytes.ts'

/** Where the bundler put the perception network. */
export const perceptFile = (): string => new URL('@animegan/models/weights/percept.safetensors', import.meta.url).href

/** A recipe, and the perception network with the SHA-256 of its file. */
export interface FetchedTraining {
  readonly recipe: Recipe
  readonly features: FeatureWeights
  readonly sha256: string
}

/**
 * The recipe `teach`, and the network `percept`, which is fetched; default: from where the bundler put it. Rejects with
 * `not-found` if it cannot be fetched.
 */
export const fetchTraining = async (features: string | URL = perceptFile()): Promise<FetchedTraining> => {
  const bytes = await fetchBytes(features)
  return {
    recipe: parseRecipe(JSON.stringify(teach)),
    features: importFeatures(readWeights(bytes).tensors),
    sha256: await sha256(bytes),
  }
}

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
