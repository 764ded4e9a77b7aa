/**
 * Files out: written beside their final name and renamed when whole, so that no interruption leaves half a file. Every
 * file in the making is known, for the handler of Ctrl-C to remove.
 */
import { rmSync } from 'node:fs'
import { open, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AnimeganError } from '@animegan/core'

/** The files in the making, and temporary folders, by path. */
export const pendingFiles: Set<string> = new Set()

/** Options for writing. */
export interface WriteOptions {
  /** Timestamps to give the file, such as its input's `stat`. */
  readonly times?: { readonly atime: Date; readonly mtime: Date } | undefined
}

/** Throws an error of writing as it is, but tells a full disk: `disk-full`. */
export const rethrow = (error: unknown): never => {
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
  throw full ? new AnimeganError('disk-full', 'the disk is full', { cause: error }) : error
}

/** Where a file of this path really stands: a symbolic link's target. */
export const finalPath = (path: string): Promise<string> => realpath(path).catch(() => path)

let count = 0

/**
 * Writes a whole file or none: the bytes go to a new file in the same folder, onto the disk, and that file takes the name.
 * A symbolic link stays one, its target is replaced; a device or pipe is written to directly.
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

/** Removes every file in the making, at once: for a process that is about to end. */
export function removePending(): void {
  for (const path of pendingFiles) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // It cannot be removed now; there is nobody left to tell.
    }
  }
  pendingFiles.clear()
}
