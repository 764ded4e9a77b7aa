/**
 * Adding a style from the registry: its licence is shown and agreed to, its files downloaded and verified, its weights
 * imported, and the style written to the cache whole. Talks through the functions it is given, not to a terminal.
 */
import { mkdir } from 'node:fs/promises'
import type { ResizeMode } from '@animegan/graph'
import { type Style, writeStyle } from '@animegan/models'
import { writeWhole } from '../pictures/file.ts'
import { describeError, plain } from '../text.ts'
import { styleFromWeights } from './convert.ts'
import { download } from './download.ts'
import { addedFolder, styleFile } from './folders.ts'
import type { RegistryEntry } from './registry.ts'
import { isPinned, readLock, recordFirst, verify } from './verify.ts'

/** The most that one file may have when the registry does not state its size. */
const LARGEST = 256 * 2 ** 20

/** How to talk to whoever adds a style. */
export interface AddDialogue {
  /** Shows the terms and asks; true when they are agreed to. */
  agree(terms: string): Promise<boolean>
  /** Told of the download: 0 to 1, as far as it is known. */
  progress(fraction: number): void
}

/** The terms of a style as they are shown before it is downloaded. */
export const termsOf = (entry: RegistryEntry, pinned: boolean): string => {
  const hash = pinned
    ? 'known; the download is checked against it'
    : 'not known yet; it is recorded at this first download, which is trusted, and later ones are checked against it'
  return [
    `${entry.title} (${entry.name}), ${entry.architecture}`,
    `  by       ${entry.attribution}`,
    `  licence  ${entry.licence}`,
    `           ${entry.licenceUrl}`,
    ...entry.files.map(({ url }, i) => `  ${i === 0 ? 'from' : '    '}     ${url}`),
    `  hash     ${hash}`,
  ]
    .map(plain)
    .join('\n')
}

/** Adds a style. Gives the path of its file, or undefined when the terms are not agreed to. */
export const addStyle = async (entry: RegistryEntry, dialogue: AddDialogue): Promise<string | undefined> => {
  const folder = addedFolder()
  const lock = await readLock(folder)
  const unpinned = entry.files.filter((file) => !isPinned(file, lock))
  if (!(await dialogue.agree(termsOf(entry, unpinned.length === 0)))) return undefined

  const files: Uint8Array[] = []
  for (const [i, file] of entry.files.entries()) {
    const bytes = await download(file.url, {
      limit: file.size ?? LARGEST,
      onProgress: (done, size) => dialogue.progress((i + (size ? done / size : 0)) / entry.files.length),
    })
    verify(file, bytes, lock)
    files.push(bytes)
  }
  const style = imported(entry, files)
  if (style.architecture !== entry.architecture) {
    throw new Error(`${entry.name}: expected the weights of ${entry.architecture}, found ${style.architecture}`)
  }
  await mkdir(folder, { recursive: true })
  const path = styleFile(folder, entry.name)
  await writeWhole(path, writeStyle(style))
  const trusted = entry.files
    .map((file, i) => ({ file, bytes: files[i] }))
    .filter(({ file }) => unpinned.includes(file))
  if (trusted.length > 0) await recordFirst(folder, trusted)
  return path
}

/** The style that the downloaded files are, as the registry describes it. */
const imported = (entry: RegistryEntry, [weights, data]: readonly Uint8Array[]): Style => {
  try {
    return styleFromWeights(weights, data, entry.name, {
      title: entry.title,
      licence: entry.licence,
      attribution: entry.attribution,
      ...(entry.options.resize && { resize: entry.options.resize as ResizeMode }),
      metadata: { licenceUrl: entry.licenceUrl, source: entry.files[0].url },
    })
  } catch (error) {
    throw new Error(describeError(error, entry.files[0].url))
  }
}
