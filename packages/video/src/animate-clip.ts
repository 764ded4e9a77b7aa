/**
 * Animates one clip from source to target: opens it, animates its frames into segments kept in a storage, and joins
 * these with the unchanged sound. Stopped at any moment, by its signal or with its process, the same call resumes and
 * gives the same bytes. The source, the storage and the target are ports.
 */
import {
  type AnimateOptions,
  type Animator,
  AnimeganError,
  type Picture,
  type Signal,
  type StyledFrame,
} from '@animegan/core'
import type { EncodedPacket, Source } from 'mediabunny'
import { ClipError, type ClipReader, openClip } from './reader.ts'
import { endsEarly, type Rendered, render } from './render.ts'
import { openSegments, type StoredSegments } from './segment-store.ts'
import { memoryStorage } from './storage/memory-storage.ts'
import type { ClipStorage } from './storage/storage.ts'
import type { ClipNotice, ClipTarget, ClipWriter } from './target.ts'

/** Every host has it, but TypeScript knows it only from the hosts' types, which this package does not use. */
declare const performance: { now(): number }

/** The progress of a clip. */
export interface ClipProgress {
  /** 0 to 1; 0 if the clip's length is unknown. */
  readonly fraction: number
  /** The share of it, and the frames, that an earlier call had done. */
  readonly skipped: number
  readonly skippedFrames: number
  /** Finished frames, including those of earlier calls. */
  readonly frames: number
  /** Speed of this call; 0 before its first frame. */
  readonly framesPerSecond: number
  /** The latest result; missing before the first frame of this call. It may be read, not written to. */
  readonly frame?: StyledFrame
}

/** How a clip is animated. */
export interface AnimateClipOptions extends AnimateOptions {
  /** Animates the frames. */
  readonly animator: Pick<Animator, 'frames'>
  /** Where the work on one clip is kept; the caller clears it when it is no longer needed. Default: memory. */
  readonly storage?: ClipStorage
  /**
   * Everything else that the frames depend on, as text: the clip, the style, the engine. Work in the storage with
   * another identity is not used.
   */
  readonly key?: string
  /** The part of the clip to animate, in the clip's seconds. Default: all. */
  readonly start?: number
  readonly end?: number
  /** Frames per second, for a steady rate. Default: the clip's own times. */
  readonly fps?: number
  /** A second result that shows originals and results together. */
  readonly comparison?: {
    readonly target: ClipTarget
    join(before: Picture, after: Picture): Promise<Picture>
  }
  /** A preview of the beginning, written once this many seconds are done; `onWritten` gets the actual number. */
  readonly preview?: {
    readonly seconds: number
    /** Whether it is written anew each time that twice as much is done, except for the end. Default: false. */
    readonly grows?: boolean
    readonly target: ClipTarget
    onWritten(seconds: number): void | Promise<void>
  }
  /** Ends the call, which rejects with the signal's reason once the finished frames are kept. */
  readonly signal?: Signal
  /** Called at the beginning and after every frame, and awaited. */
  readonly onProgress?: (progress: ClipProgress) => void | Promise<void>
}

/** The result of animating a clip. */
export interface AnimatedClip {
  /** Size of its encoded pictures. */
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly seconds: number
  readonly notices: readonly ClipNotice[]
  /** Why it is incomplete, as a line that follows the clip's name. */
  readonly incomplete?: string
}

/** Version of the stored work; after a change, earlier work is not used. */
const VERSION = 5

/**
 * Animates a clip. Rejects with a `ClipError` if it cannot be read; finished work stays in the storage, and the same
 * call resumes from there.
 *
 * @param source where the clip is, or a function that opens it; the clip is closed at the end
 */
export const animateClip = async (
  source: Source | (() => Promise<ClipReader>),
  target: ClipTarget,
  options: AnimateClipOptions,
): Promise<AnimatedClip> => {
  throwIfAborted(options)
  const store = await openSegments(options.storage ?? memoryStorage(), keyOf(options))
  const clip = await (typeof source === 'function' ? source() : openClip(source))
  try {
    return await animateReader(clip, target, store, options)
  } finally {
    clip.close()
  }
}

const animateReader = async (
  clip: ClipReader,
  target: ClipTarget,
  store: StoredSegments,
  options: AnimateClipOptions,
): Promise<AnimatedClip> => {
  const { animator, start, end, fps, comparison, preview, signal, onProgress } = options
  const { strength, size, effectSize, faces, proportions } = options
  const writer = await target(clip)
  const compared = await comparison?.target(clip)
  const previewed = await preview?.target(clip)
  const { first, last } = partOf(clip, options)
  if (first >= last) {
    throw new AnimeganError('bad-argument', `expected --start before its end at ${last.toFixed(2)} s, found ${start}`)
  }
  throwIfAborted(options)

  /** Writes a stream of the segments finished so far. */
  const write = async (to: ClipWriter, stream: number, until: number | undefined): Promise<void> =>
    to.write({
      packets: untilAborted(store.packets(stream, store.finished.length), options),
      decoderConfig: await store.decoderConfig(stream),
      cut:
        start === undefined && until === undefined
          ? undefined
          : { from: start ?? 0, until: until ?? Number.POSITIVE_INFINITY },
      timeResolution: fps ?? clip.timeResolution,
    })

  const shift = start ?? 0
  const doneBefore = store.finished.at(-1)?.end ?? 0
  const skippedFrames = store.finished.reduce((sum, { frames }) => sum + frames, 0)
  const fractionAt = (seconds: number): number =>
    Number.isFinite(last) ? Math.min(1, Math.max(0, seconds / (last - shift))) : 0
  const began = performance.now()
  const report = (frames: number, seconds: number, frame?: StyledFrame): void | Promise<void> =>
    onProgress?.({
      fraction: fractionAt(seconds),
      skipped: fractionAt(doneBefore),
      skippedFrames,
      frames,
      framesPerSecond: frame ? ((frames - skippedFrames) * 1000) / (performance.now() - began) : 0,
      frame,
    })
  await report(skippedFrames, doneBefore)

  let previewDue = preview?.seconds ?? Number.POSITIVE_INFINITY
  const rendered = await render(clip, store, {
    from: start,
    until: end,
    fps,
    signal,
    style: (frames, state) =>
      animator.frames(frames, { strength, size, effectSize, faces, proportions, state, signal }),
    encode: () => writer.encode(),
    compare: comparison?.join,
    onFrame: (frame, frames) => report(frames, frame.timestamp + frame.duration, frame),
    onSegment: async () => {
      const seconds = store.finished.at(-1)?.end ?? 0
      if (!preview || !previewed || seconds < previewDue || (preview.grows && fractionAt(seconds) === 1)) return
      previewDue = preview.grows ? 2 * seconds : Number.POSITIVE_INFINITY
      await write(previewed, 0, seconds + shift)
      await preview.onWritten(seconds)
    },
  })
  if (rendered.frames === 0) {
    const found = `none that can be decoded${reasonFor(rendered)}`
    throw new ClipError('damaged', `expected at least one frame, found ${found}`, { cause: rendered.broken })
  }
  const incomplete = missingOf(clip, rendered, options)
  const until = incomplete ? rendered.end + shift : end
  await write(writer, 0, until)
  if (compared) await write(compared, 1, until)
  const pictures = store.finished[0]
  const { codedWidth: width = pictures.width, codedHeight: height = pictures.height } = await store.decoderConfig(0)
  return {
    width,
    height,
    frames: rendered.frames,
    seconds: rendered.end,
    notices: [...writer.notices, ...noticesOf(clip, store), ...sideNotices(pictures, { width, height })],
    incomplete,
  }
}

const throwIfAborted = ({ signal }: Pick<AnimateClipOptions, 'signal'>): void => {
  if (signal?.aborted) throw signal.reason
}

async function* untilAborted(
  packets: AsyncIterable<EncodedPacket>,
  options: Pick<AnimateClipOptions, 'signal'>,
): AsyncGenerator<EncodedPacket, void, undefined> {
  for await (const packet of packets) {
    throwIfAborted(options)
    yield packet
  }
}

/** Everything that the segments depend on. */
const keyOf = ({ key, comparison, start, end, fps, ...options }: AnimateClipOptions): string => {
  const { strength, size, effectSize, faces, proportions } = options
  const asked = { start, end, fps, strength, size, effectSize, faces, proportions, compared: comparison !== undefined }
  return JSON.stringify([VERSION, asked, key])
}

/** When the animated part begins and ends, in the clip's seconds. */
const partOf = (clip: ClipReader, { start, end }: Pick<AnimateClipOptions, 'start' | 'end'>) => ({
  first: Math.max(start ?? Number.NEGATIVE_INFINITY, clip.start),
  last: Math.min(end ?? Number.POSITIVE_INFINITY, clip.end ?? Number.POSITIVE_INFINITY),
})

const reasonFor = ({ broken }: Rendered): string => (broken ? ` (${broken.message})` : '')

/** What is missing at the end of a result, as one line; undefined if nothing is. */
const missingOf = (
  clip: ClipReader,
  rendered: Rendered,
  { start: from = 0, end: until }: Pick<AnimateClipOptions, 'start' | 'end'>,
): string | undefined => {
  const last = partOf(clip, { end: until }).last
  const cutOff = clip.cutOff && (until === undefined || endsEarly(true, rendered, until - from))
  if (!cutOff && !endsEarly(clip.exactEnd, rendered, last - from)) return undefined
  const reached = (rendered.end + from).toFixed(1)
  const of = Number.isFinite(last) && last.toFixed(1) !== reached ? ` of ${last.toFixed(1)}` : ''
  return `damaged or cut off after ${reached}${of} s${reasonFor(rendered)}: ${rendered.frames} frames were made`
}

const noticesOf = (clip: ClipReader, { emptied }: StoredSegments): ClipNotice[] => {
  const notices: ClipNotice[] = []
  const { notices: odd = [], colour } = clip
  for (const message of odd) notices.push({ code: 'odd-clip', message })
  if (colour.hdr) {
    const message = `its high dynamic range (${colour.hdr.toUpperCase()}) becomes standard`
    notices.push({ code: 'hdr-lost', message })
  }
  if (emptied) {
    const message = 'earlier work with another input or other options was not used'
    notices.push({ code: 'work-unused', message })
  }
  return notices
}

interface Size {
  readonly width: number
  readonly height: number
}

const sideNotices = (picture: Size, coded: Size): ClipNotice[] => {
  if (picture.width === coded.width && picture.height === coded.height) return []
  const message = `${picture.width}x${picture.height} becomes ${coded.width}x${coded.height}: video has even sides`
  return [{ code: 'even-sides', message }]
}
