/**
 * Adds a style or a perception network from the registry: shows its licence and asks for agreement, downloads and
 * verifies its files, imports the weights, and writes the result to the cache atomically. Talks through the given
 * functions, not to a terminal.
 */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ResizeMode } from '@animegan/graph'
import { importFeatures, readWeights, writeStyle } from '@animegan/models'
import { writeWhole } from '../files/whole-file.ts'
import { describeError, plain } from '../text.ts'
import { download } from './download.ts'
import { addedFolder, featuresFile, styleFile } from './folders.ts'
import { importStyle } from './import.ts'
import type { RegistryEntry } from './registry.ts'
import { isPinned, readLock, recordFirst, verify } from './verify.ts'

/** Size limit for a file whose size the registry does not state. */
const LARGEST = 256 * 2 ** 20

/** Callbacks for talking to the user. */
export interface AddDialogue {
  /** Shows the terms and asks; true if the user agrees. */
  agree(terms: string): Promise<boolean>
  /** Progress of the download, 0 to 1, if known. */
  progress(fraction: number): void
}

/** The terms of a style, shown before it is downloaded. */
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

/** Adds a registry entry. Returns the path of its file, or undefined if the terms are declined. */
export const addEntry = async (entry: RegistryEntry, dialogue: AddDialogue): Promise<string | undefined> => {
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
  const { architecture, path, bytes } = await attempt(entry, async () =>
    entry.kind === 'style' ? styleOf(entry, files) : featuresOf(entry, files[0]),
  )
  if (architecture !== entry.architecture) {
    throw new Error(`${entry.name}: expected the weights of ${entry.architecture}, found ${architecture}`)
  }
  await mkdir(dirname(path), { recursive: true })
  await writeWhole(path, bytes)
  const trusted = entry.files
    .map((file, i) => ({ file, bytes: files[i] }))
    .filter(({ file }) => unpinned.includes(file))
  if (trusted.length > 0) await recordFirst(folder, trusted)
  return path
}

/** The content to store for downloaded files, and its path. */
interface Imported {
  readonly architecture: string
  readonly path: string
  readonly bytes: Uint8Array
}

/** The style in the files, with the registry's description. */
const styleOf = async (entry: RegistryEntry, [weights, data]: readonly Uint8Array[]): Promise<Imported> => {
  const style = await importStyle(weights, data, entry.name, {
    title: entry.title,
    licence: entry.licence,
    attribution: entry.attribution,
    ...(entry.options.resize && { resize: entry.options.resize as ResizeMode }),
    metadata: {
      licenceUrl: entry.licenceUrl,
      source: entry.files[0].url,
      ...(entry.options.faceSize && { faceSize: entry.options.faceSize }),
    },
  })
  const path = styleFile(addedFolder(), entry.name)
  return { architecture: style.architecture, path, bytes: writeStyle(style) }
}

/** The perception network in a file, which is stored unchanged. */
const featuresOf = ({ name }: RegistryEntry, bytes: Uint8Array): Imported => {
  const { flavour } = importFeatures(readWeights(bytes).tensors)
  return { architecture: `vgg19-${flavour}`, path: featuresFile(name), bytes }
}

const attempt = async <T>(entry: RegistryEntry, make: () => Promise<T>): Promise<T> => {
  try {
    return await make()
  } catch (error) {
    throw new Error(describeError(error, entry.files[0].url))
  }
}
