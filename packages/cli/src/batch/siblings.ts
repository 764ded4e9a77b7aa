/**
 * Which inputs share their name, but for the extension, with another picture or clip of their folder: `a.bmp` beside `a.png`. Their
 * results would be one file where the format changes, so they are named otherwise (naming.ts). Each folder is read once.
 */
import { readdir } from 'node:fs/promises'
import { basename, dirname, extname } from 'node:path'
import { isClipName, isPictureName } from './inputs.ts'

/** Tells whether a file shares its name with another one of its kind. */
export type Shares = (path: string) => Promise<boolean>

/** Makes a `Shares`, which remembers the folders that it has read. A folder that cannot be read has no other files. */
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

/** The same for two names that differ in the extension only, and are of one kind. */
const nameKey = (name: string): string => {
  const stem = basename(name, extname(name))
  return `${isClipName(name) ? 'clip' : 'picture'} ${process.platform === 'linux' ? stem : stem.toLowerCase()}`
}
