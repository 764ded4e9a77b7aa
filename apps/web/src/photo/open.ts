/** A photo from a file, and the reason in the page's words where it cannot be read. Decoding itself is the browser package's. */
import { contentOf, decodePicture, type Kind } from '@animegan/browser'
import { AnimeganError, type Picture } from '@animegan/core'
import { Problem, type ProblemCode } from '../studio/problem.ts'

export interface OpenedPhoto {
  readonly kind: Kind
  readonly picture: Picture
}

/** What a visitor is told of files of a kind that cannot be read here. */
const unreadable: Partial<Record<Kind, ProblemCode>> = {
  empty: 'empty',
  unknown: 'notPicture',
  heic: 'heic',
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
