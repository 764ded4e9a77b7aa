/**
 * The input to animate, identified by its content: a picture, read into memory, or a clip in a file. From a path,
 * bytes, a stream or a camera. Decodes nothing.
 */
import { open, readFile, stat, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { AnimeganError } from '@animegan/core'
import { collect, inTemporaryFolder, isCamera, keep, type Peeked, peek, streamOf } from '../files/stream.ts'
import { describeContent, type PictureFormat, sniff } from '../pictures/format.ts'
import { recordCamera } from '../video/camera.ts'
import { areNumbered } from '../video/numbered-names.ts'
import { CLIP_EXTENSIONS, isClip } from '../video/sniff.ts'

/** A path (of a picture, a clip, numbered pictures, a pipe or a camera), or the bytes of a picture or a clip. */
export type SourceInput = string | Uint8Array | Readable

export interface PictureSource {
  readonly kind: 'picture'
  readonly name: string
  readonly bytes: Uint8Array
  /** Missing if it is not a known kind of picture. */
  readonly content: PictureFormat | undefined
  /** The file's timestamps. */
  readonly times: { readonly atime: Date; readonly mtime: Date } | undefined
}

export interface ClipSource {
  readonly kind: 'clip'
  readonly name: string
  /**
   * Calls a function with the clip as a file: its own, or a temporary one that holds a stream or a camera recording.
   */
  withFile<T>(work: (path: string) => Promise<T>): Promise<T>
}

/** Bytes from the start of a file that are enough to identify it. */
const SNIFFED = 1024

/** The first bytes of a file. Rejects with the system's error if it cannot be read. */
export const readStart = async (path: string): Promise<Uint8Array> => {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(SNIFFED)
    const { bytesRead } = await file.read(bytes, 0, SNIFFED, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/**
 * Identifies an input. Throws a one-line error for a file that is a clip only by name.
 *
 * @param name its name in messages
 * @param seconds how long to record a camera
 */
export const openSource = async (
  input: SourceInput,
  name: string,
  seconds?: number,
): Promise<PictureSource | ClipSource> => {
  const temporary = (file: string, fill: (path: string) => Promise<void>): ClipSource => ({
    kind: 'clip',
    name,
    withFile: (work) =>
      inTemporaryFolder(async (folder) => {
        const path = join(folder, file)
        await fill(path)
        return work(path)
      }),
  })
  const picture = (bytes: Uint8Array, times?: PictureSource['times']): PictureSource => ({
    kind: 'picture',
    name,
    bytes,
    content: sniff(bytes),
    times,
  })

  if (input instanceof Uint8Array) {
    return isClip(input) ? temporary('clip', (path) => writeFile(path, input)) : picture(input)
  }
  if (typeof input !== 'string') return fromStream(await peek(input), temporary, picture)
  if (await isCamera(input)) return temporary('camera.mkv', (path) => recordCamera(input, seconds, path))
  const stream = await streamOf(input)
  if (stream) return fromStream(await peek(stream), temporary, picture)
  if (await isClipFile(input)) return { kind: 'clip', name, withFile: (work) => work(input) }
  return picture(await readPicture(input), await stat(input))
}

const fromStream = async (
  peeked: Peeked,
  temporary: (file: string, fill: (path: string) => Promise<void>) => ClipSource,
  picture: (bytes: Uint8Array) => PictureSource,
): Promise<PictureSource | ClipSource> =>
  isClip(peeked.start) ? temporary('clip', (path) => keep(peeked, path)) : picture(await collect(peeked))

/**
 * Whether a file is a clip, by its first bytes, or by its name if those are unknown. Throws for a file that is a clip
 * only by name.
 */
const isClipFile = async (path: string): Promise<boolean> => {
  if (await areNumbered(path)) return true
  const start = await readStart(path)
  if (isClip(start)) return true
  if (!CLIP_EXTENSIONS.has(extname(path).slice(1).toLowerCase()) || sniff(start)) return false
  const found = describeContent(start)
  if (found !== 'something else') throw new AnimeganError('bad-file', `expected a clip, found ${found}`)
  return true
}

/** The whole file if it starts like a picture; otherwise only its start, so that a long film is not read. */
const readPicture = async (path: string): Promise<Uint8Array> => {
  const { size } = await stat(path)
  const start = await readStart(path)
  return sniff(start) || size <= start.length ? readFile(path) : start
}
