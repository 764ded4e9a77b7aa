/**
 * The one file that a command such as `import` or `calibrate` writes: asked for before the work, written whole or not at
 * all after it. Errors are one line that names the file.
 */
import { stat } from 'node:fs/promises'
import { describeError, writeWhole } from '@animegan/node'
import { onInterrupt } from '../interrupt.ts'

/** Throws unless a file may be written there: not over a folder, nor over another file without `force`. */
export const mayWrite = async (path: string, force = false): Promise<void> => {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) throw new Error(`${path}: expected a file name to write, found a folder`)
  if (found && !force) throw new Error(`${path}: already there; --force overwrites it`)
}

/** Writes the file, whole or not at all. */
export const writeOutput = async (path: string, bytes: Uint8Array): Promise<void> => {
  const undo = onInterrupt()
  try {
    await writeWhole(path, bytes)
  } catch (error) {
    throw new Error(describeError(error, path))
  } finally {
    undo()
  }
}
