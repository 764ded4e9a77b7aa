/**
 * Writes a clip as a video file: chooses codec and container, and copies the sound. The caller decides where the file
 * goes.
 */
import { AnimeganError } from '@animegan/core'
import { type InputAudioTrack, StreamTarget, type StreamTargetChunk, type VideoCodec } from 'mediabunny'
import { statedByResult } from './colour.ts'
import { type EncoderOptions, startSegment } from './encoder.ts'
import { type Container, heldAudio, mux, VIDEO_CODECS } from './muxer.ts'
import { type ConvertSound, planSound, type Sound } from './sound.ts'
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
  /** How the tracks are kept. Default: `copy`. */
  readonly sound?: Sound | undefined
  readonly convertSound?: ConvertSound
  /** Creates the file; called once each time it is written. */
  create(): Promise<StorageFile>
}

/** A target that is a video file. Rejects a codec that the container does not support. */
export const videoTarget =
  ({
    container,
    codec: asked,
    audio: kept,
    sound = 'copy',
    convertSound,
    create,
    ...encoding
  }: VideoTargetOptions): ClipTarget =>
  async (clip) => {
    const codec = codecFor(container, asked)
    const audio = kept ?? clip.audio
    const { tracks, notices } = await planSound(
      container,
      heldAudio(container),
      audio,
      sound,
      convertSound,
      clip.soundNames,
    )
    const alpha = clip.transparent && ALPHA_IN[container]?.includes(codec) === true
    const colour = statedByResult(clip.stated, clip.colour)
    return {
      notices: [
        ...noticesOf(clip.audio.length - audio.length),
        ...(clip.transparent && !alpha ? [alphaLost(container)] : []),
        ...notices,
      ],
      encode: () => startSegment({ ...encoding, codec, matrix: colour.matrix, alpha }),
      write: async ({ packets, ...made }) => {
        const file = await create()
        const writable = new WritableStream({ write: ({ data, position }) => file.write(data, position) })
        try {
          const changes = await mux(
            {
              ...made,
              container,
              codec,
              alpha,
              video: packets,
              origin: clip.origin,
              pixelAspect: clip.pixelAspect,
              colour,
              languageCode: clip.languageCode,
              audio: tracks,
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

/** The codecs with transparency in each container. */
const ALPHA_IN: Readonly<Partial<Record<Container, readonly VideoCodec[]>>> = {
  webm: ['vp8', 'vp9'],
  mkv: ['vp8', 'vp9'],
}

const alphaLost = (container: Container): ClipNotice => ({
  code: 'alpha-lost',
  message: `its transparency is put on white: .${container} ${ALPHA_IN[container] ? 'keeps it with --codec vp9' : 'holds none, .webm does'}`,
})

const codecFor = (container: Container, asked: VideoCodec | undefined): VideoCodec => {
  const held = VIDEO_CODECS[container]
  if (!asked) return held[0]
  if (held.includes(asked)) return asked
  throw new AnimeganError('bad-argument', `expected a codec for .${container} (${held.join(', ')}), found ${asked}`)
}

const noticesOf = (lost: number): ClipNotice[] =>
  lost === 0 ? [] : [{ code: 'sound-lost', message: `sound is left out: ${lost} of its tracks cannot be held` }]
