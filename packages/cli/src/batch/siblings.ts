/**
 * Finds inputs that share their name, except for the extension, with another picture or clip in their folder, such as
 * `a.bmp` next to `a.png`. If the format changes, both results would get the same name, so they are named differently
 * (naming.ts). Each folder is read only once.
 */
import { readdir } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import { isClipName, isPictureName } from './inputs.ts'

/** Whether a file shares its name with another of the same kind. */
export type Shares = (path: string) => Promise<boolean>

/**
 * Creates a `Shares`, which caches the folders that it has read. A folder that cannot be read counts as having no other
 * files.
 */
export const createShares = (): Shares => {
  const folders = new Map<string, Promise<ReadonlyMap<string, number>>>()
  return async (path) => {
    const folder = dirname(path)
    const counts = folders.get(folder) ?? countNames(folder)
    folders.set(folder, counts)
    return ((await counts).get(nameKey(basename(path))) ?? 0) > 1
  }
}

const countNames = async (folder: string): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (!isPictureName(name) && !isClipName(name)) continue
    counts.set(nameKey(name), (counts.get(nameKey(name)) ?? 0) + 1)
  }
  return counts
}

/** Equal for two names that differ only in the extension and are of the same kind. */
const nameKey = (name: string): string => {
  const stem = basename(name, extname(name))
  return `${isClipName(name) ? 'clip' : 'picture'} ${process.platform === 'linux' ? stem : stem.toLowerCase()}`
}
