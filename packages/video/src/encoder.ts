/**
 * Pictures into the packets of a video codec, a segment at a time: each has an encoder of its own and begins with a key
 * frame, so that its bytes depend on nothing before it. Encoders are mediabunny's, or whatever is registered with it.
 * Muxing is muxer.ts's.
 */
import type { Frame, Picture } from '@animegan/core'
import {
  type EncodedPacket,
  MkvOutputFormat,
  NullTarget,
  Output,
  Quality,
  type VideoCodec,
  VideoSample,
  VideoSampleSource,
} from 'mediabunny'
import { alphaPlane, onWhite } from './alpha.ts'
import type { Matrix } from './colour.ts'
import { i420Size, pictureToI420 } from './yuv.ts'

/** How to encode. */
export interface EncoderOptions {
  readonly codec: VideoCodec
  /** 1 to 100, default 75; not used where there is a bit rate. */
  readonly quality?: number
  /** Bits a second. */
  readonly bitrate?: number
  readonly matrix: Matrix
  /** Whether transparency is kept, by codecs that have it (VP8, VP9); pictures are put on white otherwise. Default: false. */
  readonly alpha?: boolean
  /** Default: software only, whose bytes are the same on every machine. */
  readonly hardwareAcceleration?: 'no-preference' | 'prefer-software'
}

/** A finished segment: its packets in the order of decoding. */
export interface EncodedSegment {
  readonly packets: readonly EncodedPacket[]
  readonly decoderConfig: VideoDecoderConfig
}

/** Encodes one segment; frames are added in order, at least one. */
export interface SegmentEncoder {
  /** Resolves when there is room for the next. */
  add(frame: Frame): Promise<void>
  finish(): Promise<EncodedSegment>
  /** Ends it without a result. */
  cancel(): Promise<void>
}

/** Sides at 4:2:0: H.264 and H.265 have even ones only, and encoders of the others fail on odd ones, too. */
export const codedSize = (width: number, height: number): { width: number; height: number } => ({
  width: width + (width % 2),
  height: height + (height % 2),
})

/** Starts a segment. */
export const startSegment = async ({
  codec,
  quality = 75,
  bitrate,
  matrix,
  alpha = false,
  hardwareAcceleration = 'prefer-software',
}: EncoderOptions): Promise<SegmentEncoder> => {
  const packets: EncodedPacket[] = []
  let decoderConfig: VideoDecoderConfig | undefined
  const output = new Output({ format: new MkvOutputFormat(), target: new NullTarget() })
  const source = new VideoSampleSource({
    codec,
    quality: bitrate === undefined ? new Quality(quality / 100) : new Quality({ bitrate }),
    hardwareAcceleration,
    alpha: alpha ? 'keep' : 'discard',
    // Only the first frame: segments are short.
    keyFrameInterval: 1e6,
    onEncodedPacket: (packet, meta) => {
      packets.push(packet)
      decoderConfig ??= meta?.decoderConfig
    },
  })
  output.addVideoTrack(source)
  await output.start()
  /** The last picture as it is encoded: samples copy it, and a repeated picture is not converted again. */
  let coded = new Uint8Array()
  let converted: Picture | undefined
  return {
    add: async ({ picture, timestamp, duration }) => {
      const { width, height } = codedSize(picture.width, picture.height)
      const colours = i420Size(width, height)
      const size = colours + (alpha ? width * height : 0)
      if (picture !== converted) {
        if (coded.length !== size) coded = new Uint8Array(size)
        pictureToI420(alpha ? picture : onWhite(picture), matrix, width, height, coded)
        if (alpha) alphaPlane(picture, width, height, coded.subarray(colours))
        converted = picture
      }
      const sample = new VideoSample(coded, {
        format: alpha ? 'I420A' : 'I420',
        codedWidth: width,
        codedHeight: height,
        timestamp,
        duration,
        colorSpace: { matrix, fullRange: false },
      })
      try {
        await source.add(sample)
      } finally {
        sample.close()
      }
    },
    finish: async () => {
      await output.finalize()
      if (!decoderConfig) throw new Error('the encoder gave nothing')
      return { packets, decoderConfig }
    },
    cancel: () => output.cancel(),
  }
}
