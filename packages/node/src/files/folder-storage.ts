/**
 * Keeps a clip's files in a folder, such as a hidden one next to the result. The folder is created with the first file
 * and removed by `clear()`. Each file is complete or absent, even if the process is killed.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { AnimeganError } from '@animegan/core'
import { type ClipStorage, KEY_FILE, type StorageFile } from '@animegan/video'
import { finalPath, rethrow, writeWhole } from './whole-file.ts'

/** A storage in a folder. */
export interface FolderStorage extends ClipStorage {
  readonly folder: string
  /**
   * Starts a result: a file in the folder that is moved to its own path, replacing a file or a link's target, when
   * completed.
   */
  createAt(path: string): Promise<StorageFile>
}

/** Opens a folder as a storage. Rejects if it contains anything that is not a clip's work. */
export const openFolderStorage = async (folder: string): Promise<FolderStorage> => {
  const names: readonly string[] = await readdir(folder).catch(() => [])
  if (names.length > 0 && !names.includes(KEY_FILE)) {
    throw new AnimeganError('already-exists', `${folder} is in the way: expected no such folder`)
  }
  const path = (name: string): string => join(folder, name)
  const make = (): Promise<unknown> => mkdir(folder, { recursive: true })
  const create = async (name: string): Promise<StorageFile> => {
    await make()
    return startFile(path(name))
  }
  return {
    folder,
    size: (name) =>
      stat(path(name)).then(
        ({ size }) => size,
        () => undefined,
      ),
    read: async (name, start = 0, end = Number.POSITIVE_INFINITY) => {
      const file = await open(path(name)).catch(() => undefined)
      if (!file) return undefined
      try {
        return await readPart(file, start, end)
      } finally {
        await file.close()
      }
    },
    write: async (name, parts) => {
      await make()
      await writeWhole(path(name), Buffer.concat(parts))
    },
    create,
    createAt: async (to) => {
      const name = `result${extname(to)}`
      const file = await create(name)
      return {
        ...file,
        close: async () => {
          await file.close()
          await rename(path(name), await finalPath(to))
        },
      }
    },
    remove: (name) => rm(path(name), { force: true }),
    clear: () => rm(folder, { recursive: true, force: true }),
    close: async () => {},
  }
}

const startFile = async (path: string): Promise<StorageFile> => {
  const file = await open(path, 'w').catch(rethrow)
  return {
    write: async (data, position) => {
      for (let done = 0; done < data.length; ) {
        // A write is short when the disk becomes full; the next call reports it.
        const { bytesWritten } = await file.write(data, done, data.length - done, position + done).catch(rethrow)
        done += bytesWritten
      }
    },
    close: async () => {
      await file.sync().catch(rethrow)
      await file.close()
    },
    discard: async () => {
      await file.close()
      await rm(path, { force: true })
    },
  }
}

const readPart = async (file: FileHandle, start: number, end: number): Promise<Uint8Array> => {
  const { size } = await file.stat()
  const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start))
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}
