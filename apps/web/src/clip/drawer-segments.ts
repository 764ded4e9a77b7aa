/**
 * Where the page keeps a clip's segments: one file each in a drawer, and beside the last one what the next has to know.
 * What a closed tab left is checked and taken up.
 */
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
import type { Drawer } from './drawer.ts'

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer())

/** The segments in a drawer. */
export const segmentsIn = async (drawer: Drawer): Promise<SegmentStore> => {
  const segment = (index: number): string => `${index}.segment`
  const state = (index: number): string => `${index}.state`

  const headerOf = async (index: number): Promise<SegmentHeader | undefined> => {
    const file = await drawer.read(segment(index))
    if (!file || file.size < 4) return undefined
    const end = headerEnd(await bytesOf(file.slice(0, 4)))
    return readHeader(await bytesOf(file.slice(0, end)), file.size)
  }

  const whole = async (index: number): Promise<Uint8Array> => {
    const file = await drawer.read(segment(index))
    if (!file) throw new Error(`segment ${index} is gone`)
    return bytesOf(file)
  }

  const finished: SegmentInfo[] = []
  for (;;) {
    const header = await headerOf(finished.length)
    if (!header) break
    finished.push(header.info)
  }
  // A segment is of use only with the state that it left.
  if (!(await drawer.read(state(finished.length - 1)))) finished.length = 0

  return {
    finished,
    state: async () => {
      const file = await drawer.read(state(finished.length - 1))
      return file && bytesOf(file)
    },
    add: async ({ info, streams, state: left }) => {
      const index = finished.length
      await drawer.write(state(index), [left])
      await drawer.write(segment(index), encodeSegment(info, streams))
      finished.push(info)
      await drawer.remove(state(index - 1))
    },
    packets: async function* (stream, count) {
      for (let index = 0; index < count; index++) yield* packetsOf(await whole(index), stream)
    },
    decoderConfig: async (stream) => {
      const header = await headerOf(0)
      if (!header) throw new Error('the first segment is gone')
      return decoderConfigOf(header, stream)
    },
  }
}
