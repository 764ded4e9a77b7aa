/**
 * The output file of commands such as `import` or `calibrate`: its path is checked before the work, and the file is
 * written afterwards, complete or not at all. Errors are one line that names the file.
 */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describeError, writeWhole } from '@animegan/node'
import { onInterrupt } from '../interrupt.ts'

/** Throws if the file may not be written: the path is a folder, or an existing file without `force`. */
export const mayWrite = async (path: string, force = false): Promise<void> => {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) throw new Error(`${path}: expected a file name to write, found a folder`)
  if (found && !force) throw new Error(`${path}: already there; --force overwrites it`)
}

/** Writes the file, complete or not at all, and its folder if there is none. */
export const writeOutput = async (path: string, bytes: Uint8Array): Promise<void> => {
  const undo = onInterrupt()
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeWhole(path, bytes)
  } catch (error) {
    throw new Error(describeError(error, path))
  } finally {
    undo()
  }
}
