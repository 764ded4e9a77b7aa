/** The recipes that come with the package, by name. They lie as files beside the sources. */
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../recipes/', import.meta.url)
const extension = '.json'

/** Names of the recipes, sorted. */
export const recipeNames = async (): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort()

/** Where the recipe of a name is. */
export const recipePath = (name: string): string => fileURLToPath(new URL(name + extension, folder))
