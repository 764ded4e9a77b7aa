/** Saves results: as files, as one ZIP, through the share sheet, to the clipboard. */
import type { FileFormat } from '@animegan/browser'
import { messages } from '../i18n/language.ts'
import { find, formatOf, type Item, isClip, stateOf, update } from './items.ts'
import { resultNameOf } from './naming.ts'
import { notice } from './notice.ts'
import { studio } from './studio.ts'

const extensions: Readonly<Record<FileFormat, string>> = { png: 'png', jpeg: 'jpg', webp: 'webp' }

/** Passes a file to the browser's downloads. */
export const offer = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

const nameOf = (item: Item, taken?: Set<string>): string =>
  resultNameOf(
    item.file.name,
    item.result?.clip?.container ?? item.opened?.clip?.animation ?? (isClip(item) ? 'mp4' : extensions[formatOf(item)]),
    taken,
  )

export const save = (item: Item): void => {
  if (item.result) offer(item.result.blob, nameOf(item))
}

/** Saves the photo and its result side by side, as the command's --compare does. */
export const saveComparison = async (item: Item): Promise<void> => {
  if (!item.result) return
  const blob = await studio.call('sideBySide', [item.file, item.result.blob])
  offer(blob, nameOf(item).replace(/\.anime(?=\.[^.]*$)/, '.compare'))
}

type Picker = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>

const picker = (): Picker | undefined => (window as { showSaveFilePicker?: Picker }).showSaveFilePicker

export const canSaveAs = (): boolean => picker() !== undefined

/** Writes a result to the chosen file, piece by piece, without a second copy; returns the file's name. */
export const write = async ({ key, place, result }: Item): Promise<string | undefined> => {
  if (!place || !result) return undefined
  update(key, { place: undefined })
  await result.blob.stream().pipeTo(await place.createWritable())
  return place.name
}

/** Lets the visitor choose a file, and writes the result to it, now or when done. Returns the name if now. */
export const saveAs = async (item: Item): Promise<string | undefined> => {
  const place = await picker()!({ suggestedName: nameOf(item) }).catch((error: Error) => {
    if (error.name === 'AbortError') return undefined
    throw error
  })
  if (place) update(item.key, { place })
  const chosen = find(item.key)
  return chosen && stateOf(chosen) === 'done' ? write(chosen) : undefined
}

/** Runs one of the two and reports the outcome. */
export const tellSaving = async (saving: () => Promise<string | undefined>): Promise<void> => {
  const { saved, saveFailed } = messages.value.clip
  try {
    const name = await saving()
    if (name) notice.value = { text: saved(name), bad: false }
  } catch {
    notice.value = { text: saveFailed, bad: true }
  }
}

/** All pictures in one ZIP, stored uncompressed, since they do not shrink further. Clips are too large for it. */
export const saveAll = async (items: readonly Item[]): Promise<void> => {
  // The first view does not need it.
  const { Zip, ZipPassThrough } = await import('fflate')
  const parts: Uint8Array<ArrayBuffer>[] = []
  const zip = new Zip((error, part) => {
    if (error) throw error
    parts.push(part as Uint8Array<ArrayBuffer>)
  })
  const taken = new Set<string>()
  for (const item of items) {
    if (!item.result || isClip(item)) continue
    const entry = new ZipPassThrough(nameOf(item, taken))
    zip.add(entry)
    entry.push(new Uint8Array(await item.result.blob.arrayBuffer()), true)
  }
  zip.end()
  offer(new Blob(parts, { type: 'application/zip' }), 'animegan.zip')
}

const asFile = (item: Item): File => new File([item.result!.blob], nameOf(item), { type: item.result!.blob.type })

export const canShare = (item: Item): boolean =>
  item.result !== undefined && navigator.canShare?.({ files: [asFile(item)] }) === true

/** Opens the share sheet; returns false if it failed, true also if the visitor closed it. */
export const share = (item: Item): Promise<boolean> =>
  navigator.share({ files: [asFile(item)] }).then(
    () => true,
    (error: Error) => error.name === 'AbortError',
  )

export const canCopy = (): boolean => typeof ClipboardItem !== 'undefined' && 'clipboard' in navigator

/** Copies as PNG, which is what clipboards take. */
export const copy = async (item: Item): Promise<void> => {
  const { blob } = item.result!
  const png = blob.type === 'image/png' ? blob : studio.call('asPng', [blob])
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
}
