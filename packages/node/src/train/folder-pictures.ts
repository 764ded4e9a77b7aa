/**
 * Finds the pictures of a folder for training, by content, in an order that is the same on every platform. Unreadable
 * files are left out and listed. /
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AnimeganError } from '@animegan/graph'
import type { Found, Skipped } from '@animegan/train'
import { decodePicture } from './decode.ts'

/** Files examined at a time. */
const atOnce = 8

/**
 * Finds the pictures in a folder and its subfolders; hidden ones (.NAME) are skipped, and links to folders are not
 * followed. Every picture is decoded once, at small size, so that damage shows now and not hours later. Throws an
 * `AnimeganError` (`not-found`) of one line if there is no folder, or no picture in it.
 */
export const findPictures = async (folder: string): Promise<Found> => {
  const kind = await stat(folder).catch((error: NodeJS.ErrnoException) => error)
  if (kind instanceof Error || !kind.isDirectory()) {
    const found = kind instanceof Error ? kind.code : 'a file'
    throw new AnimeganError('not-found', `${folder}: expected a folder of pictures, found ${found}`)
  }
  const files = (await filesIn(folder, '')).sort(byCodePoint)
  const faulty: string[] = []
  for (let i = 0; i < files.length; i += atOnce) {
    const some = files.slice(i, i + atOnce)
    const faults = await Promise.all(some.map((file) => fault(join(folder, file))))
    faulty.push(...some.filter((_, k) => faults[k] !== undefined))
  }
  // One at a time, because libvips has one buffer for all error messages.
  const skipped: Skipped[] = []
  for (const path of faulty.map((file) => join(folder, file)))
    skipped.push({ path, reason: (await fault(path)) ?? 'it changed while it was read' })
  const bad = new Set(faulty)
  const pictures = files.filter((file) => !bad.has(file)).map((file) => join(folder, file))
  if (pictures.length > 0) return { pictures, skipped }
  const found = skipped[0]
    ? `${skipped.length} files of which none can be read (${skipped[0].path}: ${skipped[0].reason})`
    : 'no files'
  const hint = 'put JPEG, PNG, WebP, AVIF, TIFF or GIF files there'
  throw new AnimeganError('not-found', `${folder}: expected pictures, found ${found}; ${hint}`)
}

/** Paths of all files below `under`, with / as separator on every platform, so that their order is the same. */
const filesIn = async (folder: string, under: string): Promise<string[]> => {
  const entries = await readdir(join(folder, under), { withFileTypes: true })
  const lists = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.'))
      .map(async (entry) => {
        const path = under + entry.name
        if (entry.isDirectory()) return filesIn(folder, `${path}/`)
        const isFile = entry.isSymbolicLink()
          ? await stat(join(folder, path)).then(
              (target) => target.isFile(),
              () => false,
            )
          : entry.isFile()
        return isFile ? [path] : []
      }),
  )
  return lists.flat()
}

/** UTF-8 keeps the order of code points, UTF-16 does not. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** What is wrong with a file, if anything. */
const fault = async (path: string): Promise<string | undefined> => {
  try {
    await decodePicture(path, 16)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
