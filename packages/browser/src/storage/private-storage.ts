/**
 * Keeps a clip's files in the browser's private file system, which survives a closed tab and holds long clips; in
 * memory if there is no such file system or another tab has the files open. For workers only, because only they can
 * write at any position.
 */
import { AnimeganError } from '@animegan/core'
import { type ClipStorage, memoryStorage, type StorageFile } from '@animegan/video'

/** A storage whose files can be passed to the page. */
export interface PrivateStorage extends ClipStorage {
  /** A file without copying it: if it is on disk, it stays there. Undefined if it does not exist. */
  blob(name: string): Promise<Blob | undefined>
}

/** Functions that only workers have. */
interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    truncate(size: number): void
    write(data: Uint8Array, options: { at: number }): number
    flush(): void
    close(): void
  }>
}

const FOLDER = 'clips'
/** Files not reopened within this time are deleted. */
const KEPT_DAYS = 7
/** Milliseconds to wait for another tab. */
const PATIENCE = 2000

/** Opens the storage for a key of letters and digits. */
export const openPrivateStorage = async (key: string): Promise<PrivateStorage> => {
  // A tab that was just closed or reloaded takes a moment to release its lock.
  const release = await lock(key, { signal: AbortSignal.timeout(PATIENCE) })
  if (release) {
    try {
      return await diskStorage(key, release)
    } catch {
      release() // private windows have no such file system
    }
  }
  const storage = memoryStorage()
  return {
    ...storage,
    blob: async (name) => {
      const bytes = await storage.read(name)
      return bytes && new Blob([bytes as Uint8Array<ArrayBuffer>])
    },
  }
}

/** Deletes abandoned files, except open ones. Rejects if there is no such file system. */
export const clearPrivateStorages = async (): Promise<void> => {
  const folder = await allStorages()
  for await (const [key, handle] of folder.entries()) {
    const release = handle.kind === 'directory' ? await lock(key, { ifAvailable: true }) : undefined
    if (!release) continue
    try {
      const newest = await youngest(handle as FileSystemDirectoryHandle)
      if (newest < Date.now() - KEPT_DAYS * 86_400_000) await folder.removeEntry(key, { recursive: true })
    } finally {
      release()
    }
  }
}

const allStorages = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })

const youngest = async (folder: FileSystemDirectoryHandle): Promise<number> => {
  let newest = 0
  for await (const handle of folder.values()) {
    if (handle.kind === 'file') newest = Math.max(newest, (await handle.getFile()).lastModified)
  }
  return newest
}

/** Holds the key for this tab until it is released or the tab ends; undefined where another tab holds it. */
const lock = (key: string, options: LockOptions): Promise<(() => void) | undefined> =>
  new Promise((resolve) => {
    const hold = (held: Lock | null): Promise<void> | undefined => {
      if (held) return new Promise<void>((release) => resolve(release))
      resolve(undefined)
      return undefined
    }
    if (!('locks' in navigator)) resolve(undefined)
    else navigator.locks.request(`animegan.${key}`, options, hold).catch(() => resolve(undefined))
  })

/** Distinguishes a full disk from other failures. */
const refuse = (error: unknown): never => {
  const { name, message } = error as Error
  throw name === 'QuotaExceededError' ? new AnimeganError('disk-full', message, { cause: error }) : error
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer())

const diskStorage = async (key: string, release: () => void): Promise<PrivateStorage> => {
  const all = await allStorages()
  const folder = (options?: { create: true }): Promise<FileSystemDirectoryHandle> =>
    all.getDirectoryHandle(key, options)
  await folder({ create: true }) // fails here if there is no such file system

  const blob = (name: string): Promise<File | undefined> =>
    folder()
      .then((found) => found.getFileHandle(name))
      .then(
        (handle) => handle.getFile(),
        () => undefined,
      )

  const remove = (name: string): Promise<void> =>
    folder()
      .then((found) => found.removeEntry(name))
      .catch(() => {})

  const create = async (name: string): Promise<StorageFile> => {
    const start = async () => {
      const handle = await (await folder({ create: true })).getFileHandle(name, { create: true })
      const access = await (handle as SyncFileHandle).createSyncAccessHandle()
      access.truncate(0)
      return access
    }
    const access = await start().catch(refuse)
    return {
      write: async (data, position) => {
        let written = 0
        try {
          written = access.write(data, { at: position })
        } catch (error) {
          refuse(error)
        }
        if (written !== data.length) {
          throw new AnimeganError('disk-full', `${written} of ${data.length} bytes`)
        }
      },
      close: async () => {
        access.flush()
        access.close()
      },
      discard: async () => {
        access.close() // open files cannot be removed
        await remove(name)
      },
    }
  }

  return {
    blob,
    size: async (name) => (await blob(name))?.size,
    read: async (name, start, end) => {
      const file = await blob(name)
      return file && bytesOf(file.slice(start, end))
    },
    write: async (name, parts) => {
      const file = await create(name)
      try {
        let position = 0
        for (const part of parts) {
          await file.write(part, position)
          position += part.length
        }
        await file.close()
      } catch (error) {
        await file.discard()
        throw error
      }
    },
    create,
    remove,
    clear: () => all.removeEntry(key, { recursive: true }).catch(() => {}),
    close: async () => release(),
  }
}
