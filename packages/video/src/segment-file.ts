/**
 * The file format of a segment: a header with everything except the packets' content, then the packets. The caller
 * stores the bytes.
 */
import { AnimeganError } from '@animegan/core'
import { EncodedPacket } from 'mediabunny'
import type { EncodedSegment } from './encoder.ts'
import type { SegmentInfo } from './segment.ts'

/** The header of a segment's file: JSON, preceded by its length. */
export interface SegmentHeader {
  readonly info: SegmentInfo
  readonly streams: readonly {
    readonly config: Omit<VideoDecoderConfig, 'description'> & { readonly description?: readonly number[] }
    /** Type, time, duration, bytes, and bytes of transparency. */
    readonly packets: readonly (readonly ['key' | 'delta', number, number, number, number])[]
  }[]
}

/** The bytes of a segment's file, as a list of parts. */
export const encodeSegment = (info: SegmentInfo, streams: readonly EncodedSegment[]): Uint8Array[] => {
  const header: SegmentHeader = {
    info,
    streams: streams.map(({ packets, decoderConfig: { description, ...config } }) => ({
      config: { ...config, ...(description && { description: [...bytesOf(description)] }) },
      packets: packets.map(({ type, timestamp, duration, data, sideData }) => [
        type,
        timestamp,
        duration,
        data.length,
        sideData.alpha?.length ?? 0,
      ]),
    })),
  }
  // Codec names and numbers: ASCII only.
  const json = Uint8Array.from(JSON.stringify(header), (character) => character.charCodeAt(0))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, json.length, true)
  return [
    length,
    json,
    ...streams.flatMap(({ packets }) =>
      packets.flatMap(({ data, sideData }) => (sideData.alpha ? [data, sideData.alpha] : [data])),
    ),
  ]
}

/** The end of the header of a file that begins with these four bytes. */
export const headerEnd = (start: Uint8Array): number =>
  4 + new DataView(start.buffer, start.byteOffset, start.byteLength).getUint32(0, true)

/**
 * Reads the header of a segment's file; undefined if the file is incomplete.
 *
 * @param start the file's bytes up to `headerEnd`
 * @param size of the whole file, in bytes
 */
export const readHeader = (start: Uint8Array, size: number): SegmentHeader | undefined => {
  try {
    const end = headerEnd(start)
    const text = Array.from(start.subarray(4, end), (code) => String.fromCharCode(code)).join('')
    const header: SegmentHeader = JSON.parse(text)
    const data = header.streams
      .flatMap(({ packets }) => packets)
      .reduce((sum, [, , , count, alpha]) => sum + count + alpha, 0)
    return size === end + data ? header : undefined
  } catch {
    return undefined
  }
}

/** The decoder configuration of a stream. */
export const decoderConfigOf = ({ streams }: SegmentHeader, stream: number): VideoDecoderConfig => {
  const { description, ...config } = streams[stream].config
  return { ...config, ...(description && { description: Uint8Array.from(description) }) }
}

/** The packets of a stream of a complete file, in decoding order. */
export function* packetsOf(file: Uint8Array, stream: number): Generator<EncodedPacket, void, undefined> {
  const header = readHeader(file, file.length)
  if (!header) {
    throw new AnimeganError('bad-file', 'expected a whole segment, found a damaged one; remove it and try again')
  }
  let at = headerEnd(file)
  for (const [index, { packets }] of header.streams.entries()) {
    for (const [type, timestamp, duration, count, alpha] of packets) {
      const end = at + count
      const sideData = alpha > 0 ? { alpha: file.subarray(end, end + alpha) } : undefined
      if (index === stream) {
        yield new EncodedPacket(file.subarray(at, end), type, timestamp, duration, undefined, undefined, sideData)
      }
      at = end + alpha
    }
  }
}

const bytesOf = (bytes: NonNullable<VideoDecoderConfig['description']>): Uint8Array =>
  ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes as ArrayBuffer)
