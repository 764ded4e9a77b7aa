/**
 * Types for the step between styling and the finished file: segments of packets, and their store. segment-store.ts
 * implements the store, with the file format of segment-file.ts.
 */
import type { EncodedPacket } from 'mediabunny'
import type { EncodedSegment } from './encoder.ts'

/** The properties of a segment without its packets. */
export interface SegmentInfo {
  readonly frames: number
  /** The start and the end of its last frame, in the result's seconds. */
  readonly last: number
  readonly end: number
  /** Number of frames that repeat the previous picture. */
  readonly repeated: number
  /** Size of its pictures. */
  readonly width: number
  readonly height: number
}

/** A finished segment: one stream, or two with the comparison. */
export interface Segment {
  readonly info: SegmentInfo
  readonly streams: readonly EncodedSegment[]
  /** The state that the next segment starts from. */
  readonly state: Uint8Array
}

/** The segments of one result, in order. */
export interface SegmentStore {
  /** All finished segments, including those of earlier runs. */
  readonly finished: readonly SegmentInfo[]
  /** The state after the last finished segment; undefined if there is none. */
  state(): Promise<Uint8Array | undefined>
  /** Stores the next segment, completely or not at all. */
  add(segment: Segment): Promise<void>
  /** The packets of the first `count` segments' `stream`, in decoding order. */
  packets(stream: number, count: number): AsyncGenerator<EncodedPacket, void, undefined>
  decoderConfig(stream: number): Promise<VideoDecoderConfig>
}
