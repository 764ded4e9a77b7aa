/**
 * A training run's storage in the browser: a database of its own (IndexedDB), which outlives the tab. A file is the parts
 * that were written to it, in order, so that appending does not write anew what is there. Transactions are whole or absent, and so
 * are files.
 */
import { AnimeganError } from '@animegan/core'
import type { RunStorage } from '@animegan/train'

/** A run's storage that can be emptied. */
export interface DatabaseStorage extends RunStorage {
  /** Removes every file. */
  clear(): Promise<void>
  close(): void
}

interface Part {
  readonly name: string
  readonly bytes: Uint8Array
}

const STORE = 'parts'
const NAME = 'name'

/**
 * Opens the storage in a database of a name. Rejects with `unsupported` where the browser forbids to keep anything. Writing
 * rejects with `disk-full` where there is no space, and then everything is as before.
 */
export const databaseStorage = async (database: string): Promise<DatabaseStorage> => {
  const opened = await open(database).catch((cause: Error) => {
    throw new AnimeganError('unsupported', `expected a browser that keeps data, found ${cause.message}`, { cause })
  })

  /** Does something with the parts in one transaction. */
  const within = async <T>(mode: IDBTransactionMode, work: (parts: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = opened.transaction(STORE, mode)
    const request = work(transaction.objectStore(STORE))
    return new Promise<T>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(refusal(transaction.error))
    })
  }

  /** The parts of a file are removed, and then there is another one if there are bytes. */
  const replace = (name: string, bytes?: Uint8Array): Promise<unknown> =>
    within('readwrite', (parts) => {
      const cursor = parts.index(NAME).openKeyCursor(IDBKeyRange.only(name))
      cursor.onsuccess = () => {
        if (cursor.result) {
          parts.delete(cursor.result.primaryKey)
          cursor.result.continue()
        } else if (bytes) parts.add(partOf(name, bytes))
      }
      return cursor
    })

  return {
    read: async (name) => {
      const parts = await within<Part[]>('readonly', (all) => all.index(NAME).getAll(IDBKeyRange.only(name)))
      if (parts.length <= 1) return parts[0]?.bytes
      return new Uint8Array(await new Blob(parts.map(({ bytes }) => bytes as BlobPart)).arrayBuffer())
    },
    write: async (name, bytes) => void (await replace(name, bytes)),
    append: async (name, bytes) => void (await within('readwrite', (parts) => parts.add(partOf(name, bytes)))),
    list: async (folder) => {
      const names: string[] = []
      await within('readonly', (parts) => {
        const cursor = parts.index(NAME).openKeyCursor(IDBKeyRange.lowerBound(`${folder}/`), 'nextunique')
        cursor.onsuccess = () => {
          const name = cursor.result?.key as string | undefined
          if (!name?.startsWith(`${folder}/`)) return
          if (!name.includes('/', folder.length + 1)) names.push(name)
          cursor.result!.continue()
        }
        return cursor
      })
      return names
    },
    remove: async (name) => void (await replace(name)),
    clear: async () => void (await within('readwrite', (parts) => parts.clear())),
    close: () => opened.close(),
  }
}

/** A copy of the bytes alone: the browser would keep all of the memory that they are a part of. */
const partOf = (name: string, bytes: Uint8Array): Part => ({
  name,
  bytes: bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice(),
})

const open = (database: string): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1)
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { autoIncrement: true }).createIndex(NAME, NAME)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const refusal = (error: DOMException | null): Error =>
  error?.name === 'QuotaExceededError'
    ? new AnimeganError('disk-full', error.message || 'the browser has no more space for this page', { cause: error })
    : (error ?? new Error('the browser gave up writing'))
