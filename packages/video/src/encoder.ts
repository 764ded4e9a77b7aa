/**
 * Encodes pictures into packets of a video codec, one segment at a time: each segment has its own encoder and begins
 * with a key frame, so its bytes depend on nothing before it. Encoders are mediabunny's, or others registered with it.
 * muxer.ts does the muxing.
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
  /** 1 to 100, default 75; ignored if a bit rate is given. */
  readonly quality?: number
  /** Bits per second. */
  readonly bitrate?: number
  readonly matrix: Matrix
  /**
   * Whether to keep transparency, for codecs that support it (VP8, VP9); otherwise pictures are put on white. Default:
   * false.
   */
  readonly alpha?: boolean
  /** Default: software only, whose bytes are the same on every machine. */
  readonly hardwareAcceleration?: 'no-preference' | 'prefer-software'
}

/** A finished segment: its packets in decoding order. */
export interface EncodedSegment {
  readonly packets: readonly EncodedPacket[]
  readonly decoderConfig: VideoDecoderConfig
}

/** Encodes one segment; frames are added in order, at least one. */
export interface SegmentEncoder {
  /** Resolves when there is room for the next. */
  add(frame: Frame): Promise<void>
  finish(): Promise<EncodedSegment>
  /** Ends encoding without a result. */
  cancel(): Promise<void>
}

/** Side lengths at 4:2:0: H.264 and H.265 allow only even ones, and encoders of other codecs also fail on odd ones. */
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
    // Only the first frame is a key frame: segments are short.
    keyFrameInterval: 1e6,
    onEncodedPacket: (packet, meta) => {
      packets.push(packet)
      decoderConfig ??= meta?.decoderConfig
    },
  })
  output.addVideoTrack(source)
  await output.start()
  /** The last picture, converted for encoding: samples copy it, so a repeated picture is not converted again. */
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
        // The DOM's types do not list BT.2020.
        colorSpace: { matrix: matrix as Exclude<Matrix, 'bt2020-ncl'>, fullRange: false },
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
