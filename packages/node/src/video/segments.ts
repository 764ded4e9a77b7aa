/**
 * Work in progress on disk: finished segments in a hidden folder beside the result, each whole or absent, so that a run
 * that was killed goes on where it was. A folder made from another input or with other options is emptied. Knows nothing
 * of codecs beyond what a packet is.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  decoderConfigOf,
  encodeSegment,
  headerEnd,
  packetsOf,
  readHeader,
  type SegmentHeader,
  type SegmentInfo,
  type SegmentStore,
} from '@animegan/video'
import { writeWhole } from '../pictures/index.ts'

/** The segments of one result on disk. */
export interface FolderStore extends SegmentStore {
  readonly folder: string
  /** Whether what another input or other options had left was removed. */
  readonly emptied: boolean
  /** Removes the folder with everything in it. */
  remove(): Promise<void>
}

const MARK = 'animegan.key'

/** The folder for a result's segments. */
export const partsFolder = (output: string): string => join(dirname(output), `.${basename(output)}.parts`)

/**
 * Opens the folder, made where there is none. Throws when a folder of that name is there that this command did not make.
 *
 * @param key everything that the segments depend on, as text
 */
export const openSegments = async (output: string, key: string): Promise<FolderStore> => {
  const folder = partsFolder(output)
  const digest = createHash('sha256').update(key).digest('hex')
  let emptied = false
  const mark = await readFile(join(folder, MARK), 'utf8').catch(() => undefined)
  if (mark !== digest) {
    const names = await readdir(folder).catch(() => [])
    if (mark === undefined && names.length > 0) throw new Error(`${folder} is in the way: expected no such folder`)
    emptied = names.some((name) => name.endsWith('.segment'))
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeWhole(join(folder, MARK), Buffer.from(digest))
  }
  const path = (index: number): string => join(folder, `${String(index).padStart(6, '0')}.segment`)
  const statePath = (index: number): string => path(index).replace(/segment$/, 'state')
  const finished: SegmentInfo[] = []
  for (;;) {
    const header = await headerOf(path(finished.length))
    if (!header) break
    finished.push(header.info)
  }
  // A segment is of use only with the state that it left.
  const state = await readFile(statePath(finished.length - 1)).catch(() => undefined)
  if (!state) finished.length = 0
  return {
    folder,
    emptied,
    finished,
    state: () => readFile(statePath(finished.length - 1)),
    add: async ({ info, streams, state }) => {
      const index = finished.length
      await writeWhole(statePath(index), state)
      await writeWhole(path(index), Buffer.concat(encodeSegment(info, streams)))
      finished.push(info)
      await rm(statePath(index - 1), { force: true })
    },
    packets: async function* (stream, count) {
      for (let index = 0; index < count; index++) yield* packetsOf(await readFile(path(index)), stream)
    },
    decoderConfig: async (stream) => {
      const header = await headerOf(path(0))
      if (!header) throw new Error(`${path(0)} is damaged; remove ${folder} and try again`)
      return decoderConfigOf(header, stream)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The header of a segment's file; undefined where there is no whole one. */
const headerOf = async (path: string): Promise<SegmentHeader | undefined> => {
  const file = await open(path).catch(() => undefined)
  if (!file) return undefined
  try {
    const { size } = await file.stat()
    const length = Buffer.alloc(4)
    await file.read(length, 0, 4, 0)
    const start = Buffer.alloc(Math.min(headerEnd(length), size))
    await file.read(start, 0, start.length, 0)
    return readHeader(start, size)
  } finally {
    await file.close()
  }
}
