/**
 * Whether a downloaded file is the one that was meant: by size and by hash. A file whose hash nobody recorded is trusted
 * the first time, and its hash kept in a lock file that later downloads are held to.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeWhole } from '../files/whole-file.ts'
import type { RegistryFile } from './registry.ts'

/** The name that git gives to a file's content. */
export const gitBlobId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Hashes recorded at first downloads, by address. */
export type Lock = Readonly<Record<string, { readonly sha256: string; readonly size: number }>>

const lockFile = (folder: string): string => join(folder, 'registry.lock.json')

/** Reads the lock file of a folder of added styles; empty when there is none. Throws when it is damaged. */
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
    throw new Error(`${lockFile(folder)}: expected JSON, found other text; remove it to trust anew`)
  }
}

/** Whether the file's hash is known before it is downloaded, from the registry or from an earlier download. */
export const isPinned = (file: RegistryFile, lock: Lock): boolean =>
  file.gitBlob !== undefined || file.sha256 !== undefined || file.url in lock

/** Checks a file against everything known of it. Throws an error of one line when it is another. */
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

/** Records the hashes of files that were trusted. */
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
