/**
 * Paths of styles: the built-in ones, and added ones and perception networks in the platform's cache folder. Reads no
 * style.
 */
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the built-in styles and registry. */
export const builtInFolder = fileURLToPath(new URL('../../styles/', import.meta.url))

const EXTENSION = '.safetensors'

/** The folder of added styles: below ANIMEGAN_CACHE if set, else below the platform's cache folder. */
export const addedFolder = (env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string =>
  join(cacheFolder(env, platform), 'styles')

/** The file of an added perception network, as downloaded. */
export const featuresFile = (name: string): string =>
  join(cacheFolder(process.env, process.platform), 'features', `${name}.weights`)

/** The folder for the paintings of a trainer's teacher. */
export const paintingsFolder = (): string => join(cacheFolder(process.env, process.platform), 'paintings')

const cacheFolder = (env: NodeJS.ProcessEnv, platform: string): string => {
  if (env.ANIMEGAN_CACHE) return env.ANIMEGAN_CACHE
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'animegan')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'animegan')
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'animegan')
}

/** The path of a style in a folder. */
export const styleFile = (folder: string, name: string): string => join(folder, name + EXTENSION)

/** The names of the styles in a folder, sorted; empty if there is no such folder. */
export const stylesIn = async (folder: string): Promise<string[]> => {
  const files = await readdir(folder).catch((): string[] => [])
  return files
    .filter((file) => file.endsWith(EXTENSION) && !file.startsWith('.'))
    .map((file) => basename(file, EXTENSION))
    .sort()
}
