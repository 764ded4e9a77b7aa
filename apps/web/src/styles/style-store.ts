/**
 * Keeps styles that the visitor opened in this browser's IndexedDB. If that is forbidden, they last until the page
 * closes.
 */

import { inDatabase } from '../storage/database.ts'

/** A kept style: a style file, whatever it was made from. */
export interface StoredStyle {
  readonly id: string
  readonly title: string
  readonly licence: string
  readonly attribution: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const STORE = 'styles'

/** All kept styles; empty if storage is forbidden. */
export const storedStyles = (): Promise<StoredStyle[]> =>
  inDatabase<StoredStyle[]>(STORE, 'readonly', (store) => store.getAll()).catch(() => [])

/** Keeps a style; returns false if the browser does not allow it. */
export const storeStyle = (style: StoredStyle): Promise<boolean> =>
  inDatabase(STORE, 'readwrite', (store) => store.put(style)).then(
    () => true,
    () => false,
  )

export const removeStoredStyle = (id: string): Promise<void> =>
  inDatabase(STORE, 'readwrite', (store) => store.delete(id)).catch(() => undefined)
