/**
 * Keeps styles that the visitor opened in this browser's IndexedDB. If that is forbidden, they last until the page
 * closes.
 */

/** A kept style: a style file, whatever it was made from. */
export interface StoredStyle {
  readonly id: string
  readonly title: string
  readonly licence: string
  readonly attribution: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const STORE = 'styles'

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('animegan', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('blocked'))
  })

const within = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
  const database = await open()
  try {
    const transaction = database.transaction(STORE, mode)
    const request = work(transaction.objectStore(STORE))
    return await new Promise<T>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

/** All kept styles; empty if storage is forbidden. */
export const storedStyles = (): Promise<StoredStyle[]> =>
  within<StoredStyle[]>('readonly', (store) => store.getAll()).catch(() => [])

/** Keeps a style; returns false if the browser does not allow it. */
export const storeStyle = (style: StoredStyle): Promise<boolean> =>
  within('readwrite', (store) => store.put(style)).then(
    () => true,
    () => false,
  )

export const removeStoredStyle = (id: string): Promise<void> =>
  within('readwrite', (store) => store.delete(id)).catch(() => undefined)
