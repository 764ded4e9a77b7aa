/**
 * Writes files next to their final name and renames them when complete, so that no interruption leaves half a file.
 * Unfinished files are registered so that the Ctrl-C handler can remove them.
 */
import { rmSync } from 'node:fs'
import { open, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AnimeganError } from '@animegan/graph/error'

/** Paths of unfinished files and temporary folders. */
export const pendingFiles: Set<string> = new Set()

/** Options for writing. */
export interface WriteOptions {
  /** Timestamps for the file, such as its input's `stat`. */
  readonly times?: { readonly atime: Date; readonly mtime: Date } | undefined
}

/** Rethrows a write error, a full disk as `disk-full`. */
export const rethrow = (error: unknown): never => {
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
  throw full ? new AnimeganError('disk-full', 'the disk is full', { cause: error }) : error
}

/** The real path of a file: a symbolic link's target. */
export const finalPath = (path: string): Promise<string> => realpath(path).catch(() => path)

let count = 0

/**
 * Writes a complete file or none: the bytes go to a new file in the same folder, are flushed to disk, and the file is
 * renamed. A symbolic link is kept and its target replaced; a device or pipe is written to directly.
 */
export async function writeWhole(path: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
  const existing = await stat(path).catch(() => undefined)
  if (existing && !existing.isFile() && !existing.isDirectory()) return writeFile(path, bytes)
  const final = existing ? await finalPath(path) : path
  const temporary = join(dirname(final), `.animegan-${process.pid}-${++count}.part`)
  const file = await open(temporary, 'wx').catch(rethrow)
  pendingFiles.add(temporary)
  try {
    try {
      await file.writeFile(bytes)
      if (options.times) await file.utimes(options.times.atime, options.times.mtime)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, final)
  } catch (error) {
    await unlink(temporary).catch(() => {})
    rethrow(error)
  } finally {
    pendingFiles.delete(temporary)
  }
}

/** Removes every unfinished file, synchronously: for a process that is about to end. */
export function removePending(): void {
  for (const path of pendingFiles) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // It cannot be removed, and there is no one left to report it to.
    }
  }
  pendingFiles.clear()
}
