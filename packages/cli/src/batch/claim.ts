/**
 * Checks whether a result may be written to its path: not over an existing file, unless forced, and never over another
 * result of this run or its own input. An input whose results all exist counts as done.
 */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AnimeganError } from '@animegan/core'
import { findNumbers, numberedPath } from '@animegan/node'
import { fileKey, type Place } from './naming.ts'
import type { Run } from './run.ts'

/** Of a name: bytes on Linux, UTF-16 units elsewhere. */
const LONGEST = 255

/** All results of an input already exist, from an earlier run, so there is nothing to do. */
export class AlreadyThere extends AnimeganError {
  constructor(path: string) {
    super('already-exists', `its result ${path} is already there; --force overwrites it`)
  }
}

/**
 * Throws if a path may not be written, or an `AlreadyThere` if all results already exist; otherwise records the paths
 * as this input's.
 */
export const claim = async (places: readonly Place[], name: string, run: Run): Promise<void> => {
  const { written, force } = run
  const files = places
    .flatMap((place) => [place, ...(run.compare && place.compare ? [{ ...place, path: place.compare }] : [])])
    .filter(({ path }) => path !== '-')
  let found: string | undefined
  let count = 0
  for (const { path, format } of files) {
    checkLength(basename(path))
    if (fileKey(path) === fileKey(name))
      throw new AnimeganError('bad-argument', 'its result would replace it; name another with -o')
    const other = written.get(fileKey(path))
    if (other !== undefined) throw new AnimeganError('bad-argument', `its result ${path} is already that of ${other}`)
    const there = format === 'frames' ? await firstNumber(path) : await fileAt(path)
    found ??= there
    if (there !== undefined) count++
  }
  for (const { path } of files) written.set(fileKey(path), name)
  if (found === undefined || force) return
  // Existing numbered pictures may be only part of the result of a killed run.
  if (count === files.length && !files.some(({ format }) => format === 'frames')) {
    throw new AlreadyThere(found)
  }
  throw new AnimeganError('already-exists', `its result ${found} is already there; --force overwrites it`)
}

/** Throws if a name is longer than file systems allow: else it would be found out only once a clip is drawn. */
const checkLength = (name: string): void => {
  const length = process.platform === 'linux' ? Buffer.byteLength(name) : name.length
  if (length > LONGEST)
    throw new AnimeganError(
      'bad-argument',
      `expected a result whose name is at most ${LONGEST} bytes long, found ${length}; name it with -o`,
    )
}

const fileAt = async (path: string): Promise<string | undefined> => {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) throw new AnimeganError('bad-argument', `its result ${path} would replace a folder`)
  return found?.isFile() ? path : undefined
}

const firstNumber = async (path: string): Promise<string | undefined> => {
  const [number] = await findNumbers(path)
  return number === undefined ? fileAt(path) : numberedPath(path, number)
}
