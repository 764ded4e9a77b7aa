/**
 * Checks whether a result may be written to its path: not over an existing file, unless forced, and never over another
 * result of this run or its own input.
 */
import { stat } from 'node:fs/promises'
import { AnimeganError } from '@animegan/core'
import { findNumbers, isNumbered, numberedPath } from '@animegan/node'
import { fileKey, type Place } from './naming.ts'
import type { Run } from './run.ts'

/** All paths that are written for a result. */
export const pathsOf = ({ path, compare }: Place, run: Run): string[] => [
  path,
  ...(run.compare && compare ? [compare] : []),
]

/** Throws if a path may not be written; otherwise records the paths as this input's. */
export const claim = async (paths: readonly string[], name: string, { written, force }: Run): Promise<void> => {
  for (const path of paths) {
    if (path === '-') continue
    if (fileKey(path) === fileKey(name))
      throw new AnimeganError('bad-argument', 'its result would replace it; name another with -o')
    const other = written.get(fileKey(path))
    if (other !== undefined) throw new AnimeganError('bad-argument', `its result ${path} is already that of ${other}`)
    const [number] = isNumbered(path) ? await findNumbers(path) : []
    if (number !== undefined && !force) {
      throw new AnimeganError(
        'already-exists',
        `its result ${numberedPath(path, number)} is already there; --force overwrites it`,
      )
    }
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) throw new AnimeganError('bad-argument', `its result ${path} would replace a folder`)
    if (found?.isFile() && !force)
      throw new AnimeganError('already-exists', `its result ${path} is already there; --force overwrites it`)
  }
  for (const path of paths) written.set(fileKey(path), name)
}
