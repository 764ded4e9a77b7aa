/** The pictures of a folder, for commands that measure on them. */
import { extname } from 'node:path'
import { EXTENSIONS, nodePictures, readStart, sniff } from '@animegan/node'
import type { Evaluation } from '@animegan/train'

export interface FoundPictures {
  /** Paths of what can be read. */
  readonly pictures: readonly string[]
  /** Pictures that cannot be, and why. */
  readonly skipped: Evaluation['skipped']
}

/** What a folder has of pictures; other files are passed over. Throws an error of one line if there is none, or no such folder. */
export const picturesIn = async (folder: string): Promise<FoundPictures> => {
  const { pictures, skipped } = await nodePictures.find(folder)
  const damaged: Evaluation['skipped'][number][] = []
  for (const one of skipped) if (await isPicture(one.path)) damaged.push(one)
  return { pictures, skipped: damaged }
}

const extensions = new Set(Object.values(EXTENSIONS).flat())

const isPicture = async (path: string): Promise<boolean> =>
  extensions.has(extname(path).slice(1).toLowerCase()) || sniff(await readStart(path)) !== undefined
