/** Saves results: as files, as one ZIP, through the share sheet, to the clipboard. */
import type { FileFormat } from '@animegan/browser'
import { signal } from '@preact/signals'
import { messages } from '../i18n/language.ts'
import type { Comparison, Progress } from '../studio/protocol.ts'
import { find, formatOf, type Item, isClip, type Result, stateOf, update } from './items.ts'
import { resultNameOf } from './naming.ts'
import { notice } from './notice.ts'
import { offer } from './offer.ts'
import { settings } from './settings.ts'
import { studio } from './studio.ts'

const extensions: Readonly<Record<FileFormat, string>> = { png: 'png', jpeg: 'jpg', webp: 'webp' }

const nameOf = (item: Item, taken?: Set<string>): string =>
  resultNameOf(
    item.file.name,
    item.result?.clip?.container ?? item.opened?.clip?.animation ?? (isClip(item) ? 'mp4' : extensions[formatOf(item)]),
    taken,
  )

export const save = (item: Item): void => {
  if (item.result) offer(item.result.blob, nameOf(item))
}

/** The comparison that is being made, and how much of it is done, from 0 to 1. */
export const joining = signal<{ readonly key: number; readonly fraction: number } | undefined>(undefined)

/** Comparisons that were made: a clip's takes a while. */
const joined = new WeakMap<Result, Map<Comparison, File>>()

/** A photo or clip and its result in one, as the command's --compare joins them. Rejects with a `Problem`. */
const comparisonOf = async (item: Item & { readonly result: Result }): Promise<File> => {
  const { key, file, result, begun } = item
  const { comparison: kind } = settings.value
  const made = joined.get(result) ?? new Map<Comparison, File>()
  const known = made.get(kind)
  if (known) return known
  joining.value = { key, fraction: 0 }
  const onProgress = ({ fraction }: Progress): void => {
    joining.value = { key, fraction }
  }
  try {
    const blob = await (isClip(item) && begun
      ? studio.call('compareClip', [key, file, begun, { blob: result.blob, clip: result.clip }, kind], { onProgress })
      : studio.call('compare', [file, result.blob, kind]))
    const name = nameOf(item).replace(/\.anime(?=\.[^.]*$)/, '.compare')
    const joinedFile = new File([blob], name, { type: blob.type })
    joined.set(result, made.set(kind, joinedFile))
    return joinedFile
  } finally {
    joining.value = undefined
  }
}

const hasResult = (item: Item): item is Item & { readonly result: Result } => item.result !== undefined

/** Saves the comparison. Rejects with a `Problem`. */
export const saveComparison = async (item: Item): Promise<void> => {
  if (!hasResult(item)) return
  const file = await comparisonOf(item)
  offer(file, file.name)
}

/**
 * Passes the comparison to the share sheet. What a clip's took too long for the browser to still see the press of the button
 * behind it, is shared by the next press, at once. Rejects with a `Problem`.
 */
export const shareComparison = async (item: Item): Promise<'shared' | 'ready' | 'failed'> => {
  if (!hasResult(item)) return 'failed'
  return navigator.share({ files: [await comparisonOf(item)] }).then(
    () => 'shared',
    ({ name }: Error) => (name === 'AbortError' ? 'shared' : name === 'NotAllowedError' ? 'ready' : 'failed'),
  )
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

/** Copies as PNG, which is what clipboards take; of a clip the frame that is shown. */
export const copy = async (item: Item, frame?: HTMLVideoElement | null): Promise<void> => {
  const png = async (): Promise<Blob> => {
    const { blob } = item.result!
    if (!frame) return blob.type === 'image/png' ? blob : studio.call('asPng', [blob])
    const bitmap = await createImageBitmap(frame)
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
    return canvas.convertToBlob({ type: 'image/png' })
  }
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png() })])
}
