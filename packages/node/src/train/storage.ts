/** A run's storage on Node: a folder. */
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunStorage } from '@animegan/train'

/** Writes a complete file, or keeps the old one and rejects. */
export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>

/** The storage in a folder, which is created with the first write. */
export const folderStorage = (folder: string, writeFile: WriteFile): RunStorage => {
  /** The path of a name, with its folder created. */
  const placeOf = async (name: string): Promise<string> => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    return path
  }
  return {
    read: (name) => readFile(join(folder, name)).catch(orNone(undefined)),
    write: async (name, bytes) => writeFile(await placeOf(name), bytes),
    append: async (name, bytes) => appendFile(await placeOf(name), bytes),
    list: async (name) => {
      const files = await readdir(join(folder, name)).catch(orNone<string[]>([]))
      return files.sort().map((file) => `${name}/${file}`)
    },
    remove: (name) => rm(join(folder, name)),
  }
}

const absent = new Set(['ENOENT', 'ENOTDIR'])

/** Returns `none` if the file does not exist; other errors are rethrown. */
const orNone =
  <T>(none: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code && absent.has(error.code)) return none
    throw error
  }
