/** Records live pictures, each shown from its arrival time, into a file in private storage. Without sound. */
import { openPrivateStorage, type PrivateStorage } from '@animegan/browser'
import type { Picture } from '@animegan/core'
import type { Container } from '@animegan/video'
import {
  MkvOutputFormat,
  Mp4OutputFormat,
  Output,
  Quality,
  StreamTarget,
  type StreamTargetChunk,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny'
import { mimeTypes, wrappingFor } from '../clip/containers.ts'

export interface Recorder {
  /** Whether a picture has the recording's size. */
  takes(picture: Picture): boolean
  /** @param at the time of the picture, in seconds */
  add(picture: Picture, at: number): Promise<void>
  finish(): Promise<{ readonly blob: Blob; readonly container: Container }>
}

/** Only the latest recording is kept. */
const KEY = 'recording'
let storage: PrivateStorage | undefined

/** Starts a recording of pictures of this size, both sides even. Throws a `Problem` if no video can be written. */
export const startRecorder = async (width: number, height: number): Promise<Recorder> => {
  const { container, codec } = await wrappingFor({ container: 'MP4', audio: [] }, { width, height })
  storage ??= await openPrivateStorage(KEY)
  const kept = storage
  const name = `recording.${container}`
  const file = await kept.create(name)
  const writable = new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => file.write(data, position) })
  const format = { mp4: Mp4OutputFormat, mov: Mp4OutputFormat, webm: WebMOutputFormat, mkv: MkvOutputFormat }[container]
  const output = new Output({ format: new format(), target: new StreamTarget(writable) })
  const source = new VideoSampleSource({ codec, quality: new Quality('high'), keyFrameInterval: 2 })
  output.addVideoTrack(source)
  await output.start()
  let first: number | undefined
  let last: { readonly data: Uint8Array; readonly at: number } | undefined
  const encode = async (until: number): Promise<void> => {
    if (!last || first === undefined) return
    const sample = new VideoSample(last.data, {
      format: 'RGBX',
      codedWidth: width,
      codedHeight: height,
      timestamp: last.at - first,
      duration: Math.max(0.001, until - last.at),
    })
    try {
      await source.add(sample)
    } finally {
      sample.close()
    }
  }
  /** Runs one step, and closes the file if it fails. */
  const orClose = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      await output.cancel().catch(() => {})
      await file.discard()
      throw error
    }
  }
  return {
    takes: (picture) => picture.width === width && picture.height === height,
    add: (picture, at) =>
      orClose(async () => {
        first ??= at
        await encode(at)
        last = { data: new Uint8Array(withAlpha(picture).buffer), at }
      }),
    finish: async () => {
      await orClose(async () => {
        // The duration of the last picture is unknown.
        await encode((last?.at ?? 0) + 0.05)
        await output.finalize()
      })
      await file.close()
      const blob = (await kept.blob(name)) as Blob
      return { blob: blob.slice(0, blob.size, mimeTypes[container]), container }
    },
  }
}

/** The same with four bytes per pixel, for canvases and encoders. */
export const withAlpha = ({ width, height, channels, data }: Picture): Uint8ClampedArray<ArrayBuffer> => {
  const out = new Uint8ClampedArray(width * height * 4)
  for (let s = 0, o = 0; o < out.length; s += channels, o += 4) {
    out[o] = data[s]
    out[o + 1] = data[s + 1]
    out[o + 2] = data[s + 2]
    out[o + 3] = 255
  }
  return out
}
