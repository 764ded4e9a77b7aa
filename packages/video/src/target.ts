/**
 * The port for a clip's output: how its frames are encoded, and what is written once all are done. video-target.ts
 * implements it for video; callers may implement others, such as animated pictures.
 */
import type { EncodedPacket } from 'mediabunny'
import type { SegmentEncoder } from './encoder.ts'
import type { ClipReader } from './reader.ts'

/** A note about a result: a code for programs, and a line for people that follows the clip's name. */
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

/** The material to write. */
export interface MadeClip {
  /** In decoding order. */
  readonly packets: AsyncIterable<EncodedPacket>
  /** Their decoder configuration. */
  readonly decoderConfig: VideoDecoderConfig
  /** The part of the clip, in the clip's seconds, if it is not all. */
  readonly cut?: { readonly from: number; readonly until: number }
  /** Times are multiples of 1 / this, in seconds. */
  readonly timeResolution: number
}

/** Writes the output of one clip. */
export interface ClipWriter {
  /** Notes on what is lost from the clip. */
  readonly notices: readonly ClipNotice[]
  /** Starts a segment. */
  encode(): Promise<SegmentEncoder>
  /** Writes the result, completely or not at all. */
  write(made: MadeClip): Promise<void>
}

/** Decides how an open clip is written. Rejects if the clip cannot be written in this form. */
export type ClipTarget = (clip: ClipReader) => Promise<ClipWriter>
