/** Opens a photo from a file, or gives the reason in the page's words. @animegan/browser decodes it. */
import { contentOf, decodePicture, type Kind } from '@animegan/browser'
import { AnimeganError, type Picture } from '@animegan/core'
import { Problem, type ProblemCode } from '../studio/problem.ts'

export interface OpenedPhoto {
  readonly kind: Kind
  readonly picture: Picture
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
    return { kind, picture: await decodePicture(file) }
  } catch (error) {
    const code = error instanceof AnimeganError ? error.code : undefined
    if (code !== 'bad-file' && code !== 'unsupported') throw error
    const otherwise = code === 'bad-file' ? 'damaged' : 'tooLarge'
    throw new Problem(unreadable[kind] ?? otherwise, (error as Error).message, error)
  }
}
