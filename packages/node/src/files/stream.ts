/**
 * Inputs that can be read only once: standard input, named pipes, and cameras. A picture is taken into memory; a clip,
 * which is read in several places, is kept in a temporary file while it is worked on. What is in it is told from its start.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pendingFiles } from './whole-file.ts'

/** Enough to tell what it is. */
const START = 1024

/** The stream behind an input; undefined where it is a file. */
export const streamOf = async (path: string): Promise<Readable | undefined> => {
  if (path === '-') return process.stdin
  const found = await stat(path).catch(() => undefined)
  return found?.isFIFO() ? createReadStream(path) : undefined
}

/** Whether an input is a camera: a device of Linux's. */
export const isCamera = async (path: string): Promise<boolean> =>
  path.startsWith('/dev/video') && (await stat(path).catch(() => undefined))?.isCharacterDevice() === true

/** A stream whose start was looked at. */
export interface Peeked {
  readonly start: Uint8Array
  /** From the start on. */
  readonly whole: AsyncIterable<Uint8Array>
}

/** Looks at the start of a stream, which may come in pieces. */
export const peek = async (stream: Readable): Promise<Peeked> => {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const seen: Buffer[] = []
  let length = 0
  while (length < START) {
    const { done, value } = await chunks.next()
    if (done) break
    seen.push(value)
    length += value.length
  }
  async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* seen.splice(0)
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  }
  return { start: Buffer.concat(seen), whole: whole() }
}

/** All of it. */
export const collect = async ({ whole }: Peeked): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of whole) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Writes it to a file of no date, so that the same clip counts as the same when it is piped in again after a kill. */
export const keep = async ({ whole }: Peeked, path: string): Promise<void> => {
  await pipeline(Readable.from(whole), createWriteStream(path))
  await utimes(path, 0, 0)
}

/** Does something with a folder that is gone afterwards, and when the process is interrupted. */
export const inTemporaryFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'animegan-'))
  pendingFiles.add(folder)
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    pendingFiles.delete(folder)
  }
}
