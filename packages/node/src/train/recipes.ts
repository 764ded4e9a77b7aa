/** The recipes that come with @animegan/train, by name: files of that package. */
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const folder = new URL('.', pathToFileURL(createRequire(import.meta.url).resolve('@animegan/train/recipes/live.json')))
const extension = '.json'

/** Names of the recipes, sorted. */
export const recipeNames = async (): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort()

/** The path of a recipe by name. */
export const recipePath = (name: string): string => fileURLToPath(new URL(name + extension, folder))
