/** Finds the pictures of a folder, for commands that measure on them. */
import { extname } from 'node:path'
import { EXTENSIONS, nodePictures, readStart, sniff } from '@animegan/node'
import type { Evaluation } from '@animegan/train'

export interface FoundPictures {
  /** Paths of readable pictures. */
  readonly pictures: readonly string[]
  /** Pictures that cannot be read, and why. */
  readonly skipped: Evaluation['skipped']
}

/**
 * Finds the pictures of a folder; ignores other files. Throws a one-line error if the folder does not exist or has
 * none.
 */
export const picturesIn = async (folder: string): Promise<FoundPictures> => {
  const { pictures, skipped } = await nodePictures.find(folder)
  const damaged: Evaluation['skipped'][number][] = []
  for (const one of skipped) if (await isPicture(one.path)) damaged.push(one)
  return { pictures, skipped: damaged }
}

const extensions = new Set(Object.values(EXTENSIONS).flat())

const isPicture = async (path: string): Promise<boolean> =>
  extensions.has(extname(path).slice(1).toLowerCase()) || sniff(await readStart(path)) !== undefined
