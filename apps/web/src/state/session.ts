/**
 * Keeps the opened photos and clips with their results in this browser's IndexedDB, so that a reload, Back or a killed tab
 * loses nothing. One tab at a time: a second one begins empty. If storage is forbidden or full, work lasts until the page
 * is closed. The clips' finished frames are kept elsewhere, by @animegan/browser.
 */
import { effect } from '@preact/signals'
import { inDatabase } from '../storage/database.ts'
import { addressed, type Item, isClip, items, type Result, restoreItems } from './items.ts'
import { recall, remember } from './memory.ts'

/** An item as it is kept. */
interface Stored extends Pick<Item, 'leftAlone' | 'remedies' | 'settled' | 'faces' | 'part' | 'file'> {
  readonly id: string
  /** Place in the list. */
  readonly place: number
  readonly result?: Omit<Result, 'url' | 'thumbnailUrl'> | undefined
}

const STORE = 'items'
/** Set while something is kept, so that an empty page need not wait for the storage. */
const HAS_ITEMS = 'session'
/** Larger files are not copied. */
const MOST_BYTES = 200 * 2 ** 20
/** Milliseconds to wait for a tab that is just being closed or reloaded. */
const PATIENCE = 1500

const put = (stored: Stored): Promise<unknown> => inDatabase(STORE, 'readwrite', (store) => store.put(stored))
const remove = (id: string): Promise<unknown> => inDatabase(STORE, 'readwrite', (store) => store.delete(id))
const all = (): Promise<Stored[]> => inDatabase<Stored[]>(STORE, 'readonly', (store) => store.getAll())

/** Becomes the tab that keeps the work; false if another one does. */
const own = (): Promise<boolean> =>
  new Promise((resolve) => {
    if (!('locks' in navigator)) return resolve(true)
    const hold = (): Promise<never> => {
      resolve(true)
      return new Promise(() => {}) // until the tab ends
    }
    navigator.locks
      .request('animegan.session', { signal: AbortSignal.timeout(PATIENCE) }, hold)
      .catch(() => resolve(false))
  })

const storedOf = (item: Item, place: number): Stored => {
  const { id, file, leftAlone, remedies, settled, faces, part, result } = item
  const given = { id, place, file, leftAlone, remedies, settled, faces, part }
  if (!result || isClip(item)) return given
  const { url: _, thumbnailUrl: __, ...kept } = result
  return { ...given, result: kept }
}

/** What is kept of an item; it is written again only when one of these has changed. */
const partsOf = ({ leftAlone, remedies, settled, faces, part, result }: Item): readonly unknown[] => [
  leftAlone,
  remedies,
  settled,
  faces,
  part,
  result,
]

/** Writes one change after another. */
let writing: Promise<unknown> = Promise.resolve()
const write = (change: () => Promise<unknown>): void => {
  writing = writing.then(change).catch(() => undefined) // forbidden, or full
}

const keepFromNow = (): void => {
  const written = new Map<string, readonly unknown[]>()
  effect(() => {
    for (const [place, item] of items.value.entries()) {
      const [parts, last] = [partsOf(item), written.get(item.id)]
      const isSame = last?.every((part, i) => part === parts[i])
      if (isSame || item.file.size > MOST_BYTES || (item.problem && !item.opened)) continue
      written.set(item.id, parts)
      write(() => put(storedOf(item, place)))
    }
    const there = new Set(items.value.map(({ id }) => id))
    for (const id of written.keys()) {
      if (there.has(id)) continue
      written.delete(id)
      write(() => remove(id))
    }
    remember(HAS_ITEMS, written.size > 0 ? 'yes' : 'no')
  })
}

/** Brings back what the last visit had, and keeps everything from now on. */
export const startSession = async (): Promise<void> => {
  if (!(await own())) return
  const had = recall(HAS_ITEMS) === 'yes' ? await all().catch(() => []) : []
  restoreItems(
    had
      .toSorted((a, b) => a.place - b.place)
      .map(({ place: _, result, ...item }) => ({ ...item, result: result && addressed(result) })),
  )
  keepFromNow()
}
