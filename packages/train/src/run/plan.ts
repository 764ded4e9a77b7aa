/**
 * The plan of a run: all its inputs, as `run.json` in its storage. run.ts executes it.
 */
import { AnimeganError } from '@animegan/graph'
import { fromUtf8, toUtf8 } from '@animegan/models'
import { parseRecipe, type Recipe, recipeText } from '../recipe/recipe.ts'
import type { Limits } from '../trainer.ts'
import type { RunStorage } from './storage.ts'

/** An input file of a run and its SHA-256, so that a resumed run notices a changed file. */
export interface PlannedFile {
  readonly path: string
  readonly sha256: string
}

/** The inputs of a run. Paths must mean the same when the run is resumed. */
export interface RunPlan {
  /** Name of the style's file, without extension. */
  readonly name: string
  readonly recipe: Recipe
  /** Folder of style pictures. */
  readonly style: string
  /** Folders of photos. */
  readonly photos: readonly string[]
  /** The perception network's file. */
  readonly features: PlannedFile
  /** The style whose weights the run starts from; absent: random weights. */
  readonly from?: PlannedFile
  readonly seed: number
  readonly limits: Limits
  readonly title: string
  readonly licence: string
  readonly attribution: string
}

const format = 'animegan-run/2'
const file = 'run.json'

/** Whether a storage holds a run. */
export const isRun = async (storage: RunStorage): Promise<boolean> => (await storage.read(file)) !== undefined

export const writePlan = async (storage: RunStorage, plan: RunPlan): Promise<void> => {
  const json = { format, ...plan, recipe: JSON.parse(recipeText(plan.recipe)) as unknown }
  await storage.write(file, toUtf8(`${JSON.stringify(json, undefined, 2)}\n`))
}

/**
 * Reads the plan of an existing run. Rejects with an `AnimeganError` of one line if there is none (`not-found`), or it
 * is damaged or of another version (`bad-file`).
 */
export const readPlan = async (storage: RunStorage): Promise<RunPlan> => {
  const bytes = await storage.read(file)
  if (!bytes) throw new AnimeganError('not-found', `expected the folder of a run (with ${file}), found none`)
  try {
    const json = JSON.parse(fromUtf8(bytes) ?? '') as RunPlan & { readonly format?: unknown }
    if (json.format !== format) throw new Error(`expected format ${format}, found ${JSON.stringify(json.format)}`)
    return { ...json, recipe: parseRecipe(JSON.stringify(json.recipe)) }
  } catch (error) {
    throw new AnimeganError('bad-file', `${file}: ${(error as Error).message}`, { cause: error })
  }
}
