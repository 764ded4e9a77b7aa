/**
 * The port for where pictures and results are stored, by name: a local folder or an S3 store. A blob is complete or
 * absent. One contract test runs against both (`blobs.test.ts`).
 */
import type { Readable } from 'node:stream'
import { AnimeganError } from '@animegan/graph/error'

/** The blobs of a job. */
export const BLOB_NAMES = ['input', 'preview', 'result'] as const
export type BlobName = (typeof BLOB_NAMES)[number]

/** A store. Rejects with the system's or the store's own error when it fails. */
export interface Blobs {
  /** Stores a local file, which is moved or deleted. An existing blob is replaced. */
  put(id: string, name: BlobName, path: string): Promise<void>
  /** Opens a blob; undefined if there is none. */
  open(id: string, name: BlobName): Promise<{ readonly size: number; readonly stream: Readable } | undefined>
  /** Calls a function with a blob as a local file, which is not to be changed. Rejects with `not-found`. */
  withFile<T>(id: string, name: BlobName, work: (path: string) => Promise<T>): Promise<T>
  /** Deletes blobs, by default all of a job; those that do not exist are no error. */
  remove(id: string, names?: readonly BlobName[]): Promise<void>
}

/** Calls a function with the same blob of several ids as local files. */
export const withFiles = async <T>(
  blobs: Blobs,
  ids: readonly string[],
  name: BlobName,
  work: (paths: readonly string[]) => Promise<T>,
): Promise<T> => {
  const [first, ...rest] = ids
  if (first === undefined) return work([])
  return blobs.withFile(first, name, (path) => withFiles(blobs, rest, name, (paths) => work([path, ...paths])))
}

/** The error for a blob that is not there. */
export const noBlob = (id: string, name: BlobName): AnimeganError =>
  new AnimeganError('not-found', `${id}: expected its ${name}, found none`)
