/**
 * Blobs in a bucket of an S3 store, below a prefix. Loaded only where a store is named, because the client is a package
 * of its own. Region, keys and another endpoint than Amazon's come from the environment, as AWS's tools read them
 * (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ENDPOINT_URL_S3`).
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AnimeganError } from '@animegan/graph/error'
import { DeleteObjectsCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { BLOB_NAMES, type BlobName, type Blobs, noBlob } from './blobs.ts'

/** Opens a store at `s3://bucket` or `s3://bucket/prefix`. */
export const s3Blobs = (place: string): Blobs => {
  const found = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*?))?\/?$/.exec(place)
  if (!found)
    throw new AnimeganError('bad-argument', `--blobs: expected s3://BUCKET or s3://BUCKET/PREFIX, found '${place}'`)
  const [, Bucket, prefix] = found
  const client = new S3Client({
    // Stores other than Amazon's seldom answer to a bucket's own host name, and not all know checksums in trailers.
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const keyOf = (id: string, name: BlobName): string => [...(prefix ? [prefix] : []), id, name].join('/')

  const open: Blobs['open'] = async (id, name) => {
    try {
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key: keyOf(id, name) }))
      return { size: ContentLength as number, stream: Body as Readable }
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined
      throw error
    }
  }
  return {
    put: async (id, name, path) => {
      const { size } = await stat(path)
      const Body = createReadStream(path)
      await client.send(new PutObjectCommand({ Bucket, Key: keyOf(id, name), Body, ContentLength: size }))
      await rm(path)
    },
    open,
    withFile: async (id, name, work) => {
      const found = await open(id, name)
      if (!found) throw noBlob(id, name)
      const folder = await mkdtemp(join(tmpdir(), 'animegan-blob-'))
      try {
        const path = join(folder, name)
        await pipeline(found.stream, createWriteStream(path))
        return await work(path)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    remove: async (id, names = BLOB_NAMES) => {
      const Objects = names.map((name) => ({ Key: keyOf(id, name) }))
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
    },
  }
}
