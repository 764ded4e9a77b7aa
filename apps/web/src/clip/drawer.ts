/**
 * A drawer: files by name under one key, in the browser's private storage, where neither a closed tab nor a long clip
 * does harm; in memory where there is no such storage or another tab has the drawer open. Knows nothing of clips.
 */
import { Problem } from '../studio/problem.ts'

/** A file that is being written, here and there. */
export interface DrawerFile {
  /** Throws a `Problem` when there is no more room. */
  write(data: Uint8Array, position: number): void
  /** What was written, which stays on the disk if it is there. To be called in any case: open files cannot be opened. */
  close(): Promise<Blob>
}

export interface Drawer {
  read(name: string): Promise<Blob | undefined>
  /** A file cut short by the end of its tab may be left: readers check. */
  write(name: string, parts: readonly Uint8Array[]): Promise<void>
  create(name: string): Promise<DrawerFile>
  remove(name: string): Promise<void>
  /** Closes it; whoever opens it next finds what is in it. */
  close(): void
  /** Closes it and throws away what is in it. */
  empty(): Promise<void>
}

/** What only workers have. */
interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    truncate(size: number): void
    write(data: Uint8Array, options: { at: number }): number
    flush(): void
    close(): void
  }>
}

const FOLDER = 'drawers'
/** What nobody came back for in this time is thrown away. */
const KEPT_DAYS = 7
/** Milliseconds to wait for another tab. */
const PATIENCE = 2000

/** Opens a drawer by its key, a word of letters and digits. */
export const openDrawer = async (key: string): Promise<Drawer> => {
  // A tab that was just closed or loaded anew takes a moment to let go.
  const release = await lock(key, { signal: AbortSignal.timeout(PATIENCE) })
  if (release) {
    try {
      return await diskDrawer(key, release)
    } catch {
      release() // private windows have no storage
    }
  }
  return memoryDrawer()
}

/** Throws away drawers that were left behind, except those that are open. */
export const clearDrawers = async (): Promise<void> => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
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

/** Tells a lack of room from other failures. */
const refuse = (error: unknown): never => {
  const { name, message } = error as Error
  throw name === 'QuotaExceededError' ? new Problem('diskFull', message, error) : error
}

const diskDrawer = async (key: string, release: () => void): Promise<Drawer> => {
  const all = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
  const folder = await all.getDirectoryHandle(key, { create: true })

  const open = async (name: string) => {
    const handle = await folder.getFileHandle(name, { create: true })
    const access = await (handle as SyncFileHandle).createSyncAccessHandle()
    access.truncate(0)
    return { handle, access }
  }

  const create = async (name: string): Promise<DrawerFile> => {
    const { handle, access } = await open(name).catch(refuse)
    return {
      write: (data, position) => {
        let written = 0
        try {
          written = access.write(data, { at: position })
        } catch (error) {
          refuse(error)
        }
        if (written !== data.length) throw new Problem('diskFull', `${written} of ${data.length} bytes`)
      },
      close: async () => {
        access.flush()
        access.close()
        return handle.getFile()
      },
    }
  }

  return {
    read: (name) =>
      folder.getFileHandle(name).then(
        (handle) => handle.getFile(),
        () => undefined,
      ),
    write: async (name, parts) => {
      const file = await create(name)
      let position = 0
      try {
        for (const part of parts) {
          file.write(part, position)
          position += part.length
        }
      } finally {
        await file.close()
      }
    },
    create,
    remove: (name) => folder.removeEntry(name).catch(() => {}),
    close: release,
    empty: async () => {
      await all.removeEntry(key, { recursive: true }).catch(() => {})
      release()
    },
  }
}

const memoryDrawer = (): Drawer => {
  const files = new Map<string, Blob>()
  return {
    read: async (name) => files.get(name),
    write: async (name, parts) => void files.set(name, new Blob(parts as Uint8Array<ArrayBuffer>[])),
    create: async (name) => {
      let bytes = new Uint8Array(1 << 20)
      let length = 0
      return {
        write: (data, position) => {
          length = Math.max(length, position + data.length)
          if (length > bytes.length) {
            const longer = new Uint8Array(length * 2)
            longer.set(bytes)
            bytes = longer
          }
          bytes.set(data, position)
        },
        close: async () => {
          const blob = new Blob([bytes.subarray(0, length)])
          files.set(name, blob)
          return blob
        },
      }
    },
    remove: async (name) => void files.delete(name),
    close: () => {},
    empty: async () => files.clear(),
  }
}
