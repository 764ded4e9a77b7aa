/**
 * Keeps a clip's finished segments in a storage: one file each, the state after the last one, and a key of everything
 * they depend on. Segments left by a killed run or a closed tab are checked and reused; those with another key are
 * discarded.
 */
import { AnimeganError } from '@animegan/core'
import type { EncodedPacket } from 'mediabunny'
import type { SegmentInfo, SegmentStore } from './segment.ts'
import { decoderConfigOf, encodeSegment, headerEnd, packetsOf, readHeader, type SegmentHeader } from './segment-file.ts'
import type { ClipStorage } from './storage/storage.ts'

/** The key's file: written first, so that it identifies a storage of segments. */
export const KEY_FILE = 'animegan.key'

/** A store of segments in a storage. */
export interface StoredSegments extends SegmentStore {
  /** Whether segments of another input or other options were discarded. */
  readonly emptied: boolean
}

const segment = (index: number): string => `${String(index).padStart(6, '0')}.segment`
const state = (index: number): string => `${String(index).padStart(6, '0')}.state`

/** The bytes of a key, which may be any text. */
const bytesOfKey = (key: string): Uint8Array =>
  new Uint8Array(Uint16Array.from({ length: key.length }, (_, i) => key.charCodeAt(i)).buffer)

const areSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

/** The header of a segment; undefined if it is missing or incomplete. */
const headerOf = async (storage: ClipStorage, index: number): Promise<SegmentHeader | undefined> => {
  const size = await storage.size(segment(index))
  const length = size !== undefined && size >= 4 && (await storage.read(segment(index), 0, 4))
  if (!size || !length) return undefined
  const start = await storage.read(segment(index), 0, Math.min(headerEnd(length), size))
  return start && readHeader(start, size)
}

/** The complete segments to resume from. */
const finishedIn = async (storage: ClipStorage): Promise<SegmentInfo[]> => {
  const finished: SegmentInfo[] = []
  for (;;) {
    const header = await headerOf(storage, finished.length)
    if (!header) break
    finished.push(header.info)
  }
  // A segment is usable only with the state after it.
  return (await storage.size(state(finished.length - 1))) === undefined ? [] : finished
}

/** The number of frames that an earlier run left in a storage, whatever their key. */
export const framesIn = async (storage: ClipStorage): Promise<number> =>
  (await finishedIn(storage)).reduce((sum, { frames }) => sum + frames, 0)

/**
 * Opens the segments in a storage.
 *
 * @param key everything that they depend on, as text; segments with another key are discarded
 */
export const openSegments = async (storage: ClipStorage, key: string): Promise<StoredSegments> => {
  const wanted = bytesOfKey(key)
  const found = await storage.read(KEY_FILE)
  let emptied = false
  if (!found || !areSame(found, wanted)) {
    emptied = (await storage.size(segment(0))) !== undefined
    await storage.clear()
    await storage.write(KEY_FILE, [wanted])
  }
  const finished = await finishedIn(storage)
  const bytesOf = async (index: number): Promise<Uint8Array> => {
    const bytes = await storage.read(segment(index))
    if (!bytes) throw new AnimeganError('not-found', `expected segment ${index}, found none; start again`)
    return bytes
  }
  return {
    finished,
    emptied,
    state: () => storage.read(state(finished.length - 1)),
    add: async ({ info, streams, state: left }) => {
      const index = finished.length
      await storage.write(state(index), [left])
      await storage.write(segment(index), encodeSegment(info, streams))
      finished.push(info)
      await storage.remove(state(index - 1))
    },
    packets: async function* (stream, count): AsyncGenerator<EncodedPacket, void, undefined> {
      for (let index = 0; index < count; index++) yield* packetsOf(await bytesOf(index), stream)
    },
    decoderConfig: async (stream) => {
      const header = await headerOf(storage, 0)
      if (!header) throw new AnimeganError('not-found', 'expected the first segment, found none; start again')
      return decoderConfigOf(header, stream)
    },
  }
}
