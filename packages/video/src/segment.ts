/**
 * What is between styling and the finished file: segments of packets, and what keeps them. Only the words: segment-store.ts keeps
 * them in a storage, as the bytes of segment-file.ts.
 */
import type { EncodedPacket } from 'mediabunny'
import type { EncodedSegment } from './encoder.ts'

/** What is known of a segment without its packets. */
export interface SegmentInfo {
  readonly frames: number
  /** When its last frame is shown, and when that ends, in the result's seconds. */
  readonly last: number
  readonly end: number
  /** Frames that show the picture of the frame before. */
  readonly repeated: number
  /** Size of its pictures. */
  readonly width: number
  readonly height: number
}

/** A finished segment: one stream, or two with the comparison. */
export interface Segment {
  readonly info: SegmentInfo
  readonly streams: readonly EncodedSegment[]
  /** What the segment after it has to know. */
  readonly state: Uint8Array
}

/** The segments of one result, in order. */
export interface SegmentStore {
  /** Those that an earlier run had finished, and those since. */
  readonly finished: readonly SegmentInfo[]
  /** The state that the last finished segment left; undefined where there is none. */
  state(): Promise<Uint8Array | undefined>
  /** Keeps the next segment, whole or not at all. */
  add(segment: Segment): Promise<void>
  /** The packets of the first `count` segments' `stream`, in the order of decoding. */
  packets(stream: number, count: number): AsyncGenerator<EncodedPacket, void, undefined>
  decoderConfig(stream: number): Promise<VideoDecoderConfig>
}
