/**
 * What a clip is made into, as a port: how its frames are encoded, and what is made of them once all are there. video-target.ts is
 * the one for video; others, such as animated pictures, are their makers'.
 */
import type { EncodedPacket } from 'mediabunny'
import type { SegmentEncoder } from './encoder.ts'
import type { ClipReader } from './reader.ts'

/** Something to be said of a result: a code for programs, a line for people that follows the clip's name. */
export interface ClipNotice {
  readonly code:
    | 'sound-lost'
    | 'sound-converted'
    | 'alpha-lost'
    | 'hdr-lost'
    | 'work-unused'
    | 'odd-clip'
    | 'even-sides'
  readonly message: string
}

/** What is to be written. */
export interface MadeClip {
  /** In the order of decoding. */
  readonly packets: AsyncIterable<EncodedPacket>
  /** What decoders of them have to be told. */
  readonly decoderConfig: VideoDecoderConfig
  /** The part of the clip that it is, in the clip's seconds, where it is not all. */
  readonly cut?: { readonly from: number; readonly until: number }
  /** Times are multiples of one over this, in seconds. */
  readonly timeResolution: number
}

/** Writes what is made of one clip. */
export interface ClipWriter {
  /** What of the clip is lost in this. */
  readonly notices: readonly ClipNotice[]
  /** Starts a segment. */
  encode(): Promise<SegmentEncoder>
  /** Writes the result, whole or not at all. */
  write(made: MadeClip): Promise<void>
}

/** Settles how a clip is written, once it is open. Rejects where it cannot become this. */
export type ClipTarget = (clip: ClipReader) => Promise<ClipWriter>
