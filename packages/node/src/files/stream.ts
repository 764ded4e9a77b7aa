/**
 * Inputs that can be read only once: standard input, named pipes, and cameras. A picture is taken into memory; a clip,
 * which needs random access, is kept in a temporary file during the work. The start of the stream tells what it is.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pendingFiles } from './whole-file.ts'

/** Bytes that are enough to identify the content. */
const START = 1024

/** The stream behind an input; undefined if it is a file. */
export const streamOf = async (path: string): Promise<Readable | undefined> => {
  if (path === '-') return process.stdin
  const found = await stat(path).catch(() => undefined)
  return found?.isFIFO() ? createReadStream(path) : undefined
}

/** Whether an input is a camera: a Linux device. */
export const isCamera = async (path: string): Promise<boolean> =>
  path.startsWith('/dev/video') && (await stat(path).catch(() => undefined))?.isCharacterDevice() === true

/** A stream whose start has been examined. */
export interface Peeked {
  readonly start: Uint8Array
  /** The first bytes. */
  readonly whole: AsyncIterable<Uint8Array>
}

/** Reads the start of a stream, which may come in pieces. */
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

/** Writes it to a file with a fixed date, so that the same clip is recognised when piped in again after a kill. */
export const keep = async ({ whole }: Peeked, path: string): Promise<void> => {
  await pipeline(Readable.from(whole), createWriteStream(path))
  await utimes(path, 0, 0)
}

/** Calls a function with a temporary folder, which is removed afterwards, or when the process is interrupted. */
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
