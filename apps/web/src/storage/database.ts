/** This page's IndexedDB: a store for the visitor's styles and one for opened photos and clips. */

const STORES = ['styles', 'items'] as const
type StoreName = (typeof STORES)[number]

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('animegan', 2)
    request.onupgradeneeded = () => {
      const { result } = request
      for (const name of STORES) {
        if (!result.objectStoreNames.contains(name)) result.createObjectStore(name, { keyPath: 'id' })
      }
    }
    request.onsuccess = () => {
      // A newer page in another tab may need another version.
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('blocked'))
  })

/** Does one thing with a store. Rejects where the browser forbids storage or has no space. */
export const inDatabase = async <T>(
  name: StoreName,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> => {
  const database = await open()
  try {
    const transaction = database.transaction(name, mode)
    const request = work(transaction.objectStore(name))
    return await new Promise<T>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}
