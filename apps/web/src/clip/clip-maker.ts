/**
 * Clips and animated pictures in the picture worker: @animegan/video's pipeline with this browser's codecs and private
 * storage. Each clip of the page has a storage; a closed tab, a pause or a lost graphics card costs at most the frames of
 * one segment. Loaded with the first clip.
 */
import {
  clearPrivateStorages,
  isAnimation,
  openPrivateStorage,
  type PrivateStorage,
  thumbnail,
} from '@animegan/browser'
import {
  AnimeganError,
  type Frame,
  fitLongSide,
  type Picture,
  resample,
  type StyledFrame,
  sideBySide,
  splitView,
} from '@animegan/core'
import {
  type AnimateClipOptions,
  type AnimatedClip,
  animateClip,
  ClipError,
  type ClipFault,
  type ClipNotice,
  type ClipProgress,
  type ClipReader,
  type ClipTarget,
  type Container,
  codedSize,
  openClip,
  videoTarget,
} from '@animegan/video'
import { BlobSource } from 'mediabunny'
import type { Painter } from '../studio/painter.ts'
import { Problem, type ProblemCode } from '../studio/problem.ts'
import type {
  ClipNote,
  Comparison,
  FaceChoice,
  Opened,
  Progress,
  ResultFormat,
  Styled,
  StyleOptions,
} from '../studio/protocol.ts'
import { type AnimatedReader, animatedTarget, animationFormat, openAnimatedPicture } from './animated-picture.ts'
import { mimeTypes, type Wrapping, wrappingFor, writableVideo } from './containers.ts'

/**
 * Bits per pixel at 30 frames per second, and the minimum for a clip: browsers' encoders are tuned for speed, and thin
 * lines suffer.
 */
const BITS_PER_PIXEL = 0.16
const LEAST_BITRATE = 1e6
/** Milliseconds between previews of the current frame, and their long side. */
const PREVIEW_EVERY = 700
const PREVIEW_SIDE = 1280
/** Bytes at either end of a file that identify it. */
const TELLING = 1 << 16

const faults: Readonly<Record<ClipFault, ProblemCode>> = {
  format: 'clipFormat',
  codec: 'clipCodec',
  picture: 'clipSound',
  size: 'clipLarge',
  damaged: 'clipDamaged',
}

/** Rethrows errors of a clip as a `Problem`, and other errors unchanged. */
const rethrow = (error: unknown): never => {
  if (!(error instanceof ClipError)) throw error
  const { fault, message, cause } = error
  throw new Problem(faults[fault], fault === 'damaged' ? (cause as Error | undefined)?.message : message, error)
}

const openReader = async (file: Blob): Promise<ClipReader | AnimatedReader> => {
  if (await isAnimation(file)) {
    return openAnimatedPicture(file).catch((error) => {
      if (!(error instanceof AnimeganError)) throw error
      throw new Problem(error.code === 'unsupported' ? 'tooLarge' : 'damaged', error.message, error)
    })
  }
  if (typeof VideoDecoder === 'undefined' || typeof VideoEncoder === 'undefined') throw new Problem('clipBrowser')
  return openClip(new BlobSource(file), { hardwareAcceleration: 'no-preference' }).catch(rethrow)
}

/** A clip's properties, with its first frame for the list. Throws a `Problem`. */
export const openClipFile = async (file: Blob, thumbnailSide: number): Promise<Opened> => {
  const reader = await openReader(file)
  try {
    const frames = reader.frames(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    const first = await frames.next().catch((cause: Error) => {
      throw new Problem('clipDamaged', cause.message, cause)
    })
    await frames.return()
    if (first.done) throw new Problem('clipDamaged', 'no frame')
    const { picture } = first.value
    const { num, den } = reader.pixelAspect
    const canEncode = typeof VideoEncoder !== 'undefined' // an animated picture may be one where there is no video
    return {
      width: Math.round((picture.width * num) / den),
      height: picture.height,
      advice: [],
      thumbnail: await thumbnail(picture, thumbnailSide),
      format: 'png',
      clip: {
        hasSound: reader.audio.length > 0,
        seconds: reader.end,
        poster: await thumbnail(picture, PREVIEW_SIDE, picture.channels === 4 ? 'image/png' : 'image/jpeg'),
        formats: [...(canEncode ? await writableVideo(codedSize(picture.width, picture.height)) : []), 'animation'],
        ...('loop' in reader && { animation: await animationFormat() }),
      },
    }
  } finally {
    reader.close()
  }
}

export interface ClipTask {
  /** The page's number for it: a clip has one storage at a time. */
  readonly key: number
  readonly file: Blob
  readonly options: StyleOptions
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** Seconds of a result from which on its beginning can be played while the rest is drawn. */
const LEAST_PLAYABLE = 1

/** What is made of a clip: its result, or a comparison with it. */
type Work = 'result' | Comparison

/** What is kept of some work on a clip. */
interface Kept {
  /** Everything that it depends on. */
  readonly about: string
  readonly storage: PrivateStorage
  /** Files with the beginning of the result. One that may be playing is not written over. */
  readonly beginnings: string[]
}

/** Makes clips. */
export class ClipMaker {
  private readonly kept = new Map<number, Map<Work, Kept>>()

  constructor(private readonly painter: Painter) {
    clearPrivateStorages().catch(() => {}) // private windows have none
  }

  /**
   * Styles a clip, resuming earlier work if there is any. Throws a `Problem`, `cancelled` if aborted; finished work is
   * then kept.
   */
  async style(task: ClipTask): Promise<Styled> {
    const { file, options, signal } = task
    const reader = await openReader(file)
    try {
      const about = await keyOf(file, options)
      const kept = await this.keptFor(task, 'result', about)
      const { storage } = kept
      const writing = await writingOf(reader, codedSizeOf(reader, options), options.format)
      const { container } = writing
      const name = `result.${container}`
      const { result, ...how } = await this.painter.attempt({ ...options, ...task }, async ({ animator, backend }) => {
        const { strength, effectSize, size, followed, part } = options
        if (followed) task.onProgress({ stage: 'faces', fraction: 0 })
        const report = reporter(task, backend)
        const make = (character: FaceChoice['drawn']) =>
          // It stays open, because this is retried if the engine fails.
          animateClip(async () => ({ ...reader, close: () => {} }), guarded(writing.target(storage, name)), {
            animator,
            storage,
            key: about,
            strength,
            effectSize,
            size,
            faces: !followed ? 'off' : character ? 'drawn' : 'styled',
            ...character,
            proportions: followed?.proportions,
            ...part,
            signal,
            onProgress: report.progress,
            preview: writing.isVideo ? beginningsOf(writing, kept, report.playable) : undefined,
          })
        return make(followed?.drawn)
          .catch((error) => {
            // Where the characters' networks cannot be fetched, the style redraws the faces.
            if (!(followed?.drawn && error instanceof AnimeganError && error.code === 'not-found')) throw error
            return make(undefined)
          })
          .catch(rethrow)
      })
      for (const beginning of kept.beginnings.splice(0)) await storage.remove(beginning)
      const { width, height, frames, seconds } = result
      return {
        ...how,
        width,
        height,
        blob: (await fileIn(storage, name, container)) as Blob,
        clip: { container, frames, seconds, notes: notesOf(result) },
      }
    } finally {
      reader.close()
    }
  }

  /**
   * Joins a clip and its result, which was made with the task's options, frame by frame, with the clip's sound. Throws a
   * `Problem`, `cancelled` if aborted.
   */
  async compare(task: ClipTask, { blob, clip }: Pick<Styled, 'blob' | 'clip'>, kind: Comparison): Promise<Blob> {
    const { file, options, signal, onProgress } = task
    const reader = await openReader(file)
    const drawn = await openReader(blob).catch((error) => {
      reader.close()
      throw error
    })
    try {
      const { storage } = await this.keptFor(task, kind, `${await keyOf(file, options)}${kind}`)
      await storage.clear() // of what an aborted call has left
      const width = drawn.width * (kind === 'side' ? 2 : 1) // about, for the choice of codec and bit rate
      const isAnimated = clip?.container === 'webp' || clip?.container === 'png'
      const writing = await writingOf(
        reader,
        { width, height: drawn.height },
        isAnimated ? 'animation' : clip?.container,
      )
      const name = `${kind}.${writing.container}`
      await animateClip(async () => ({ ...reader, close: () => {} }), guarded(writing.target(storage, name)), {
        animator: { frames: (frames) => joined(frames, drawn, kind) },
        storage,
        ...options.part,
        signal,
        onProgress: ({ fraction }) => onProgress({ stage: 'compare', fraction }),
      }).catch(rethrow)
      return (await fileIn(storage, name, writing.container)) as Blob
    } finally {
      drawn.close()
      reader.close()
    }
  }

  /** Deletes everything kept for a clip. */
  async forget(key: number): Promise<void> {
    const all = this.kept.get(key)
    this.kept.delete(key)
    for (const { storage } of all?.values() ?? []) await discard(storage)
  }

  /** What is kept of some work on the clip with these options; what is kept of it with other options is deleted. */
  private async keptFor({ key }: ClipTask, work: Work, about: string): Promise<Kept> {
    const all = this.kept.get(key) ?? new Map<Work, Kept>()
    const last = all.get(work)
    if (last?.about === about) return last
    if (last) await discard(last.storage)
    const kept = { about, storage: await openPrivateStorage(about), beginnings: [] }
    this.kept.set(key, all.set(work, kept))
    return kept
  }
}

const discard = async (storage: PrivateStorage): Promise<void> => {
  await storage.clear()
  await storage.close()
}

/** A file of a storage, with its type. */
const fileIn = async (storage: PrivateStorage, name: string, container: ResultFormat): Promise<Blob | undefined> => {
  const blob = await storage.blob(name)
  return blob?.slice(0, blob.size, mimeTypes[container])
}

/** The frames of a clip, each joined with the same frame of its result. */
async function* joined(
  frames: AsyncIterable<Frame>,
  drawn: ClipReader,
  kind: Comparison,
): AsyncGenerator<StyledFrame, void, undefined> {
  const results = drawn.frames(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)[Symbol.asyncIterator]()
  try {
    for await (const frame of frames) {
      const result = await results.next()
      if (result.done) return // the result is shorter, where the clip is damaged
      const after = result.value.picture
      const before = resample(frame.picture, after.width, after.height)
      const picture = (kind === 'side' ? sideBySide : splitView)(before, after)
      yield { ...frame, picture, source: before, faces: [], repeated: false, state: () => new Uint8Array() }
    }
  } finally {
    await results.return?.()
  }
}

/** How a clip is written. */
interface Writing {
  readonly container: ResultFormat
  readonly isVideo: boolean
  /** A target that is a file of a storage. */
  target(storage: PrivateStorage, name: string): ClipTarget
}

/** Chooses how a clip is written, in a format that is asked for or the clip's own. Throws a `Problem` if it cannot be. */
const writingOf = async (
  reader: ClipReader | AnimatedReader,
  size: { width: number; height: number },
  asked?: Container | 'animation',
): Promise<Writing> => {
  const loop = 'loop' in reader ? reader.loop : 0
  if (asked === 'animation' || (!asked && 'loop' in reader)) {
    const container = await animationFormat()
    const target: Writing['target'] = (storage, name) => animatedTarget(container, loop, () => storage.create(name))
    return { container, isVideo: false, target }
  }
  const { container, codec, audio, ...coded } = await wrappingFor(reader, size, asked)
  return {
    container,
    isVideo: true,
    target: (storage, name) =>
      videoTarget({
        container,
        codec,
        audio,
        bitrate: bitrateOf(coded),
        hardwareAcceleration: 'no-preference',
        create: () => storage.create(name),
      }),
  }
}

/** Tells of the beginning of a result, as a file that can be played, again and again while the rest is drawn. */
const beginningsOf = (
  { container, target }: Writing,
  { storage, beginnings }: Kept,
  tell: (blob: Blob, seconds: number) => void,
): AnimateClipOptions['preview'] => ({
  seconds: LEAST_PLAYABLE,
  grows: true,
  target: async (clip) => {
    const writer = await target(storage, '')(clip)
    return {
      ...writer,
      write: async (made) => {
        const name = `beginning${beginnings.length}.${container}`
        beginnings.push(name)
        // Where the disk is full, the result itself may still fit.
        await (await target(storage, name)(clip)).write(made).catch(() => storage.remove(name))
      },
    }
  },
  onWritten: async (seconds) => {
    const blob = await fileIn(storage, beginnings[beginnings.length - 1], container)
    if (blob) tell(blob, seconds)
  },
})

const codedSizeOf = ({ width, height }: ClipReader, { size }: StyleOptions): { width: number; height: number } => {
  const result = size === undefined ? { width, height } : fitLongSide(width, height, size)
  return codedSize(result.width, result.height)
}

/**
 * A key of everything that a clip's pictures depend on, so that the same file with the same settings is found again.
 */
const keyOf = async (
  file: Blob,
  { style, strength, size, effectSize, followed, part, format }: StyleOptions,
): Promise<string> => {
  const from = 'url' in style ? style.url : style.id
  const asked = JSON.stringify([3, file.size, from, strength, size, effectSize, followed, part, format])
  const ends = new Blob([asked, file.slice(0, TELLING), file.slice(Math.max(0, file.size - TELLING))])
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await ends.arrayBuffer()))
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

const bitrateOf = ({ width, height }: Pick<Wrapping, 'width' | 'height'>): number =>
  Math.round(Math.max(LEAST_BITRATE, width * height * 30 * BITS_PER_PIXEL))

/** The target, with an encoder whose failures can be told from the engine's. */
const guarded =
  (target: ClipTarget): ClipTarget =>
  async (clip) => {
    const guard = <T>(work: Promise<T>): Promise<T> =>
      work.catch((cause: Error) => {
        throw new Problem('clipEncode', cause.message, cause)
      })
    const writer = await target(clip)
    return {
      ...writer,
      encode: async () => {
        const encoder = await guard(writer.encode())
        return {
          add: (frame) => guard(encoder.add(frame)),
          finish: () => guard(encoder.finish()),
          cancel: () => encoder.cancel(),
        }
      },
    }
  }

/** Reports a clip's progress to the page, now and then with a preview of the current frame; and what can be played of it. */
const reporter = ({ onProgress }: ClipTask, backend: Progress['backend']) => {
  let shownAt = Number.NEGATIVE_INFINITY
  let last: Progress = { stage: 'clip', fraction: 0, backend }
  return {
    progress: async ({ fraction, frames, skippedFrames, framesPerSecond, frame }: ClipProgress): Promise<void> => {
      const due = frame && performance.now() - shownAt >= PREVIEW_EVERY
      if (due) shownAt = performance.now()
      last = { stage: 'clip', fraction, backend, frames, kept: skippedFrames, rate: framesPerSecond || undefined }
      const preview = due ? { before: await small(frame.source), after: await small(frame.picture) } : undefined
      onProgress({ ...last, preview })
    },
    playable: (blob: Blob, seconds: number): void => onProgress({ ...last, playable: { blob, seconds } }),
  }
}

const small = (picture: Picture): Promise<Blob> => thumbnail(picture, PREVIEW_SIDE, 'image/jpeg')

const notesOf = ({ incomplete, notices }: AnimatedClip): ClipNote[] => {
  const said = (code: ClipNotice['code']): boolean => notices.some((notice) => notice.code === code)
  const notes: ClipNote[] = []
  if (incomplete) notes.push('cutShort')
  if (said('hdr-lost')) notes.push('hdr')
  if (said('sound-lost')) notes.push('soundLost')
  return notes
}
