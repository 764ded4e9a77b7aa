/**
 * Work in progress on disk: finished segments in a hidden folder beside the result, each whole or absent, so that a run
 * that was killed goes on where it was. A folder made from another input or with other options is emptied. Knows nothing
 * of codecs beyond what a packet is.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { EncodedPacket } from 'mediabunny'
import { writeWhole } from '../pictures/index.ts'
import type { EncodedSegment } from './encoder.ts'
import type { SegmentInfo, SegmentStore } from './parts.ts'

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
    const header = await readHeader(path(finished.length))
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
      await writeWhole(path(index), encodeSegment(info, streams))
      finished.push(info)
      await rm(statePath(index - 1), { force: true })
    },
    packets: async function* (stream, count) {
      for (let index = 0; index < count; index++) yield* decodeStream(await readFile(path(index)), stream)
    },
    decoderConfig: async (stream) => {
      const header = await readHeader(path(0))
      if (!header) throw new Error(`${path(0)} is damaged; remove ${folder} and try again`)
      const { description, ...config } = header.streams[stream].config
      return { ...config, ...(description && { description: Buffer.from(description, 'base64') }) }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** What stands at the start of a segment's file, as JSON, after its length. */
interface Header {
  readonly info: SegmentInfo
  readonly streams: readonly {
    readonly config: Omit<VideoDecoderConfig, 'description'> & { readonly description?: string }
    /** Type, time, duration, bytes. */
    readonly packets: readonly (readonly ['key' | 'delta', number, number, number])[]
  }[]
}

const encodeSegment = (info: SegmentInfo, streams: readonly EncodedSegment[]): Uint8Array => {
  const header: Header = {
    info,
    streams: streams.map(({ packets, decoderConfig: { description, ...config } }) => ({
      config: { ...config, ...(description && { description: base64(description) }) },
      packets: packets.map(({ type, timestamp, duration, data }) => [type, timestamp, duration, data.length]),
    })),
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, ...streams.flatMap(({ packets }) => packets.map(({ data }) => data))])
}

const base64 = (bytes: NonNullable<VideoDecoderConfig['description']>): string =>
  ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength).toString('base64')
    : Buffer.from(bytes as ArrayBuffer).toString('base64')

/** The header of a segment's file; undefined where there is no whole one. */
const readHeader = async (path: string): Promise<Header | undefined> => {
  const file = await open(path).catch(() => undefined)
  if (!file) return undefined
  try {
    const { size } = await file.stat()
    const length = Buffer.alloc(4)
    await file.read(length, 0, 4, 0)
    const bytes = Buffer.alloc(Math.min(length.readUInt32LE(), size))
    await file.read(bytes, 0, bytes.length, 4)
    const header: Header = JSON.parse(bytes.toString())
    const data = header.streams.flatMap(({ packets }) => packets).reduce((sum, [, , , count]) => sum + count, 0)
    return size === 4 + bytes.length + data ? header : undefined
  } catch {
    return undefined
  } finally {
    await file.close()
  }
}

function* decodeStream(file: Buffer, stream: number): Generator<EncodedPacket, void, undefined> {
  const length = file.readUInt32LE()
  const { streams }: Header = JSON.parse(file.toString('utf8', 4, 4 + length))
  let at = 4 + length
  for (const [index, { packets }] of streams.entries()) {
    for (const [type, timestamp, duration, count] of packets) {
      if (index === stream) yield new EncodedPacket(file.subarray(at, at + count), type, timestamp, duration)
      at += count
    }
  }
}
