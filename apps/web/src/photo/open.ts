/** Opens a photo from a file, or gives the reason in the page's words. @animegan/browser decodes it. */
import { contentOf, type Kind, type OpenedPicture, openPicture } from '@animegan/browser'
import { AnimeganError } from '@animegan/core'
import { Problem, type ProblemCode } from '../studio/problem.ts'

export interface OpenedPhoto extends OpenedPicture {
  readonly kind: Kind
}

/** The problem shown for files of an unreadable kind. */
const unreadable: Partial<Record<Kind, ProblemCode>> = {
  empty: 'empty',
  unknown: 'notPicture',
  tiff: 'tiff',
  vector: 'vector',
  video: 'clipFormat',
}

/** Decodes a photo. Throws a `Problem`. */
export const openPhoto = async (file: Blob): Promise<OpenedPhoto> => {
  const { kind } = await contentOf(file)
  try {
    return { kind, ...(await openPicture(file)) }
  } catch (error) {
    const code = error instanceof AnimeganError ? error.code : undefined
    if (code !== 'bad-file' && code !== 'unsupported') throw error
    const otherwise = code === 'bad-file' ? 'damaged' : 'tooLarge'
    throw new Problem(unreadable[kind] ?? otherwise, (error as Error).message, error)
  }
}
