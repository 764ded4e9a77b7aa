/** Chooses the store by its address. The client of S3 is loaded only where it is needed. */
import { AnimeganError } from '@animegan/graph/error'
import type { Blobs } from './blobs.ts'
import { folderBlobs } from './folder-blobs.ts'

/** Opens the store at a place: `s3://bucket/prefix`, or a folder. */
export const openBlobs = async (place: string): Promise<Blobs> => {
  if (!place.startsWith('s3:')) return folderBlobs(place)
  try {
    return (await import('./s3-blobs.ts')).s3Blobs(place)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    const remedy = 'install it beside animegan: npm install @aws-sdk/client-s3'
    throw new AnimeganError('unsupported', `${place}: expected the package @aws-sdk/client-s3, found none; ${remedy}`)
  }
}
