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
import { AnimeganError, fitLongSide, type Picture } from '@animegan/core'
import {
  type AnimatedClip,
  animateClip,
  ClipError,
  type ClipFault,
  type ClipNotice,
  type ClipProgress,
  type ClipReader,
  type ClipTarget,
  codedSize,
  openClip,
  type StorageFile,
  videoTarget,
} from '@animegan/video'
import { BlobSource } from 'mediabunny'
import type { Painter } from '../studio/painter.ts'
import { Problem, type ProblemCode } from '../studio/problem.ts'
import type { ClipNote, Opened, Progress, ResultFormat, Styled, StyleOptions } from '../studio/protocol.ts'
import { type AnimatedReader, animatedTarget, animationFormat, openAnimatedPicture } from './animated-picture.ts'
import { mimeTypes, type Wrapping, wrappingFor } from './containers.ts'

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
  if (typeof VideoDecoder === 'undefined') throw new Problem('clipBrowser')
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
    return {
      width: Math.round((picture.width * num) / den),
      height: picture.height,
      advice: [],
      thumbnail: await thumbnail(picture, thumbnailSide),
      format: 'png',
      clip: {
        hasSound: reader.audio.length > 0,
        seconds: reader.end,
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

/** Makes clips. */
export class ClipMaker {
  private readonly storages = new Map<number, { readonly about: string; readonly storage: PrivateStorage }>()

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
      const storage = await this.storageFor(task, about)
      const create = (container: ResultFormat) => () => storage.create(`result.${container}`)
      const { container, target } = await ('loop' in reader
        ? animationOf(reader, create)
        : videoOf(reader, options, create))
      const { result, ...how } = await this.painter.attempt({ ...options, ...task }, async ({ animator, backend }) => {
        const { strength, effectSize, size, followed, part } = options
        if (followed) task.onProgress({ stage: 'faces', fraction: 0 })
        // It stays open, because this is retried if the engine fails.
        return animateClip(async () => ({ ...reader, close: () => {} }), guarded(target), {
          animator,
          storage,
          key: about,
          strength,
          effectSize,
          size,
          faces: followed ? 'styled' : 'off',
          proportions: followed?.proportions,
          ...part,
          signal,
          onProgress: reporter(task, backend),
        }).catch(rethrow)
      })
      const { width, height, frames, seconds } = result
      const written = (await storage.blob(`result.${container}`)) as Blob
      return {
        ...how,
        width,
        height,
        blob: written.slice(0, written.size, mimeTypes[container]),
        clip: { container, frames, seconds, notes: notesOf(result) },
      }
    } finally {
      reader.close()
    }
  }

  /** Deletes the work kept for a clip. */
  async forget(key: number): Promise<void> {
    const held = this.storages.get(key)
    this.storages.delete(key)
    await held?.storage.clear()
    await held?.storage.close()
  }

  /** The clip's storage for these options; storage for other options is deleted. */
  private async storageFor({ key }: ClipTask, about: string): Promise<PrivateStorage> {
    const held = this.storages.get(key)
    if (held?.about === about) return held.storage
    await this.forget(key)
    const storage = await openPrivateStorage(about)
    this.storages.set(key, { about, storage })
    return storage
  }
}

/** Starts the file of a result in a format. */
type Create = (container: ResultFormat) => () => Promise<StorageFile>

interface Writing {
  readonly container: ResultFormat
  readonly target: ClipTarget
}

const animationOf = async ({ loop }: AnimatedReader, create: Create): Promise<Writing> => {
  const container = await animationFormat()
  return { container, target: animatedTarget(container, loop, create(container)) }
}

const videoOf = async (reader: ClipReader, options: StyleOptions, create: Create): Promise<Writing> => {
  const { container, codec, audio, ...coded } = await wrappingFor(reader, codedSizeOf(reader, options))
  const target = videoTarget({
    container,
    codec,
    audio,
    bitrate: bitrateOf(coded),
    hardwareAcceleration: 'no-preference',
    create: create(container),
  })
  return { container, target }
}

const codedSizeOf = ({ width, height }: ClipReader, { size }: StyleOptions): { width: number; height: number } => {
  const result = size === undefined ? { width, height } : fitLongSide(width, height, size)
  return codedSize(result.width, result.height)
}

/**
 * A key of everything that a clip's pictures depend on, so that the same file with the same settings is found again.
 */
const keyOf = async (
  file: Blob,
  { style, strength, size, effectSize, followed, part }: StyleOptions,
): Promise<string> => {
  const from = 'url' in style ? style.url : style.id
  const asked = JSON.stringify([2, file.size, from, strength, size, effectSize, followed, part])
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

/** Reports a clip's progress to the page, and now and then a preview of the current frame. */
const reporter = ({ onProgress }: ClipTask, backend: Progress['backend']) => {
  let shownAt = Number.NEGATIVE_INFINITY
  return async ({ fraction, frames, skippedFrames, framesPerSecond, frame }: ClipProgress): Promise<void> => {
    const due = frame && performance.now() - shownAt >= PREVIEW_EVERY
    if (due) shownAt = performance.now()
    onProgress({
      stage: 'clip',
      fraction,
      backend,
      frames,
      kept: skippedFrames,
      rate: framesPerSecond || undefined,
      preview: due ? { before: await small(frame.source), after: await small(frame.picture) } : undefined,
    })
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
