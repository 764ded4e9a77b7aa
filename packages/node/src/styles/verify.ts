/**
 * Verifies a downloaded file by size and hash. A file without a recorded hash is trusted the first time; its hash is
 * then kept in a lock file against which later downloads are checked.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeWhole } from '../files/whole-file.ts'
import type { RegistryFile } from './registry.ts'

/** Git's blob id of a file's content. */
export const gitBlobId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Hashes recorded at the first downloads, by address. */
export type Lock = Readonly<Record<string, { readonly sha256: string; readonly size: number }>>

const lockFile = (folder: string): string => join(folder, 'registry.lock.json')

/** Reads the lock file of a folder of added styles; empty if there is none. Throws if it is damaged. */
export const readLock = async (folder: string): Promise<Lock> => {
  let text: string
  try {
    text = await readFile(lockFile(folder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    return JSON.parse(text).files ?? {}
  } catch {
    throw new Error(`${lockFile(folder)}: expected JSON, found other text; remove it to trust the next downloads`)
  }
}

/** Whether the file's hash is already known, from the registry or an earlier download. */
export const isPinned = (file: RegistryFile, lock: Lock): boolean =>
  file.gitBlob !== undefined || file.sha256 !== undefined || file.url in lock

/** Checks a file against everything known about it. Throws a one-line error on a mismatch. */
export const verify = (file: RegistryFile, bytes: Uint8Array, lock: Lock): void => {
  const check = (what: string, wanted: string | number | undefined, found: string | number): void => {
    if (wanted !== undefined && wanted !== found)
      throw new Error(`${file.url}: expected ${what} ${wanted}, found ${found}`)
  }
  check('size', file.size, bytes.length)
  check('git blob', file.gitBlob, gitBlobId(bytes))
  check('sha256', file.sha256, sha256Of(bytes))
  check('sha256 (recorded at the first download)', lock[file.url]?.sha256, sha256Of(bytes))
}

/** Records the hashes of trusted files. */
export const recordFirst = async (
  folder: string,
  files: readonly { readonly file: RegistryFile; readonly bytes: Uint8Array }[],
): Promise<void> => {
  const lock = await readLock(folder)
  const added = Object.fromEntries(
    files.map(({ file, bytes }) => [file.url, { sha256: sha256Of(bytes), size: bytes.length }]),
  )
  await mkdir(dirname(lockFile(folder)), { recursive: true })
  const text = `${JSON.stringify({ files: { ...lock, ...added } }, undefined, 2)}\n`
  await writeWhole(lockFile(folder), new TextEncoder().encode(text))
}
