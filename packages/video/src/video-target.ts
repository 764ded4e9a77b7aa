/**
 * Writes a clip as a video file: chooses codec and container, and copies the sound. The caller decides where the file
 * goes.
 */
import { AnimeganError } from '@animegan/core'
import { type InputAudioTrack, StreamTarget, type StreamTargetChunk, type VideoCodec } from 'mediabunny'
import { statedByResult } from './colour.ts'
import { type EncoderOptions, startSegment } from './encoder.ts'
import { type Container, mux, unheldAudio, VIDEO_CODECS } from './muxer.ts'
import type { StorageFile } from './storage/storage.ts'
import type { ClipNotice, ClipTarget } from './target.ts'

/** Every host has it, but TypeScript knows it only from the hosts' types, which this package does not use. */
declare const WritableStream: new (sink: {
  write(chunk: StreamTargetChunk): Promise<void>
}) => ConstructorParameters<typeof StreamTarget>[0]

/** Bytes buffered before writing: mediabunny's default of 16 MiB would add to the peak memory. */
const CHUNK = 2 ** 20

/** Options for the video file. */
export interface VideoTargetOptions
  extends Partial<Pick<EncoderOptions, 'codec' | 'quality' | 'bitrate' | 'hardwareAcceleration'>> {
  readonly container: Container
  /** The clip's sound tracks to keep. Default: all. */
  readonly audio?: readonly InputAudioTrack[]
  /** Starts the file; called each time it is written. */
  create(): Promise<StorageFile>
}

/** A target for a video file. Rejects a codec or sound that the container cannot hold. */
export const videoTarget =
  ({ container, codec: asked, audio: kept, create, ...encoding }: VideoTargetOptions): ClipTarget =>
  async (clip) => {
    const codec = codecFor(container, asked)
    const audio = kept ?? clip.audio
    const unheld = await unheldAudio(container, audio)
    if (unheld.length > 0) {
      const found = unheld.join(', ')
      throw new AnimeganError(
        'unsupported',
        `expected sound that .${container} can hold, found ${found}: name the result .mkv`,
      )
    }
    const colour = statedByResult(clip.stated, clip.colour)
    return {
      notices: noticesOf(clip.audio.length - audio.length),
      encode: () => startSegment({ ...encoding, codec, matrix: colour.matrix }),
      write: async ({ packets, ...made }) => {
        const file = await create()
        const writable = new WritableStream({ write: ({ data, position }) => file.write(data, position) })
        try {
          const changes = await mux(
            {
              ...made,
              container,
              codec,
              video: packets,
              pixelAspect: clip.pixelAspect,
              colour,
              languageCode: clip.languageCode,
              audio,
              tags: clip.tags,
            },
            new StreamTarget(writable, { chunked: true, chunkSize: CHUNK }),
          )
          for (const { position, data } of changes) await file.write(data, position)
          await file.close()
        } catch (error) {
          await file.discard()
          throw error
        }
      },
    }
  }

const codecFor = (container: Container, asked: VideoCodec | undefined): VideoCodec => {
  const held = VIDEO_CODECS[container]
  if (!asked) return held[0]
  if (held.includes(asked)) return asked
  throw new AnimeganError('bad-argument', `expected a codec for .${container} (${held.join(', ')}), found ${asked}`)
}

const noticesOf = (lost: number): ClipNotice[] =>
  lost === 0 ? [] : [{ code: 'sound-lost', message: `sound is left out: ${lost} of its tracks cannot be held` }]
