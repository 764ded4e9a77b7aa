/**
 * Animates one clip from file to file: opens it with the first reader that supports it, animates it by
 * @animegan/video's pipeline in a folder next to the result, and writes video, an animated picture or numbered
 * pictures. Connects Node's files and codecs with the platform-neutral parts. Knows nothing of batches or terminals.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { type AnimateOptions, type Animator, AnimeganError, type Picture } from '@animegan/core'
import {
  type AnimateClipOptions,
  type AnimatedClip,
  animateClip,
  type ClipTarget,
  type Container,
  type ConvertSound,
  framesIn,
  type Sound,
  VIDEO_CODECS,
  videoTarget,
} from '@animegan/video'
import type { VideoCodec } from 'mediabunny'
import { type Comparison, compared } from '../animate/comparison.ts'
import type { FaceReport } from '../faces/report.ts'
import { createSightings } from '../faces/sightings.ts'
import { type FolderStorage, openFolderStorage } from '../files/folder-storage.ts'
import { takeLock } from '../files/lock.ts'
import { animationTarget } from './animation.ts'
import { type Codecs, prepareCodecs, withCodecs } from './codecs.ts'
import { openSoundFiles, type SoundFiles } from './convert-sound.ts'
import { type FileFacts, factsOf } from './facts.ts'
import { numberedKey, numberedTarget } from './numbered.ts'
import { areNumbered } from './numbered-names.ts'
import { openAny } from './open.ts'
import type { ClipFormat } from './sniff.ts'
import { addTexts, type Part } from './texts.ts'

/** The options that only clips have. Times in seconds. */
export interface ClipOptions extends Pick<AnimateClipOptions, 'start' | 'end' | 'fps'> {
  readonly codec?: VideoCodec
  readonly bitrate?: number
  /** How sound tracks are kept. Default: `copy`. */
  readonly sound?: Sound
  readonly preview?: number
}

/** The settings for every clip of a run. */
export interface ClipRun {
  readonly clip: ClipOptions
  readonly quality?: number | undefined
  readonly compare?: Comparison | undefined
  readonly options: AnimateOptions
  /** Everything else that the pictures depend on: style, engine, version. */
  readonly key: string
  /** Returns the animator, created at the first call. */
  animator(): Promise<Animator>
  readonly signal?: AbortSignal | undefined
  /** Shows a message before the clip is done. */
  tell(line: string): void
}

/** Where a clip's results go. */
export interface ClipPlace {
  readonly path: string
  readonly compare: string | undefined
  readonly format: ClipFormat
  /** Whether the result's folder is temporary, so that no work is kept in it. */
  readonly temporary?: boolean
}

/** The result for a clip. */
export interface ClipResult extends Pick<AnimatedClip, 'width' | 'height' | 'frames' | 'incomplete'> {
  readonly notices: readonly string[]
  /** The faces tracked through this run's part, each at its largest; missing if faces were not searched for. */
  readonly faces?: readonly FaceReport[] | undefined
}

/** The progress of a clip. */
export interface ClipProgress {
  readonly fraction: number
  /** The share done by an earlier run. */
  readonly skipped: number
  readonly framesPerSecond: number
  /** The latest result; must be read at once and not kept. */
  readonly picture: Picture
}

/**
 * Animates one clip. Rejects with a one-line error if it cannot be animated; finished work stays next to the result and
 * is reused by the same command.
 */
export const animateClipFile = async (
  path: string,
  place: ClipPlace,
  run: ClipRun,
  onProgress: (progress: ClipProgress) => void,
): Promise<ClipResult> => {
  const pictures = (await areNumbered(path)) && !VIDEO_CODECS[place.format as Container]
  const codecs = pictures ? 'none' : await prepareCodecs()
  await mkdir(dirname(place.path), { recursive: true })
  const parts = partsFolder(place.path)
  const free = place.temporary ? async () => {} : await takeLock(parts.replace(/parts$/, 'lock'))
  try {
    const storage = await openFolderStorage(parts)
    return await withCodecs(() => animateIn(storage, path, place, run, codecs, onProgress))
  } finally {
    await free()
  }
}

/** Animates a clip, with its intermediate files in a storage. */
const animateIn = async (
  storage: FolderStorage,
  path: string,
  place: ClipPlace,
  run: ClipRun,
  codecs: Codecs | 'none',
  onProgress: (progress: ClipProgress) => void,
): Promise<ClipResult> => {
  const { clip, compare, options, signal } = run
  const facts = (await areNumbered(path)) ? undefined : await factsOf(path)
  const sound = openSoundFiles(path, storage.folder, signal)
  const target = (to: string): ClipTarget => targetAt(to, place.format, run, storage, sound)
  const preview = fileOf(place.path, 'preview')
  const sightings = options.faces === 'off' ? undefined : createSightings()
  let width = 0
  try {
    const key = await keyOf(path, place, run, codecs)
    const made = await animateClip(
      async () => {
        const reader = await openAny({ path, fps: clip.fps, folder: storage.folder, facts, sound, signal })
        width = reader.width
        return reader
      },
      target(place.path),
      {
        ...options,
        animator: animatorOf(run),
        storage,
        key,
        start: clip.start,
        end: clip.end,
        fps: clip.fps,
        comparison:
          compare && place.compare
            ? {
                target: target(place.compare),
                join: (before, after) => compared(before, after, compare),
              }
            : undefined,
        preview:
          clip.preview === undefined
            ? undefined
            : {
                seconds: clip.preview,
                target: target(preview),
                onWritten: (seconds) => run.tell(`${path}: the first ${seconds.toFixed(1)} s: ${preview}`),
              },
        signal,
        onProgress: ({ fraction, skipped, framesPerSecond, frame }) => {
          if (!frame) return
          sightings?.see(frame, width / frame.source.width)
          onProgress({ fraction, skipped, framesPerSecond, picture: frame.picture })
        },
      },
    )
    const lost = facts ? await textsInto(path, place, facts, clip, storage) : []
    await storage.clear()
    const notices = [...made.notices.map(({ message }) => message), ...lost]
    return { ...made, notices, faces: sightings?.reports }
  } catch (error) {
    const frames = await framesIn(storage)
    if (frames === 0) await storage.clear()
    throw frames === 0 || place.temporary || signal?.aborted ? error : described(error, frames, storage.folder)
  } finally {
    sound.close()
  }
}

/** The longest file name on common file systems, in bytes. */
const LONGEST_NAME = 255

/** Adds chapters and subtitles to the result and to the comparison. */
const textsInto = async (
  path: string,
  { path: to, compare, format }: ClipPlace,
  facts: FileFacts,
  part: Part,
  { folder }: FolderStorage,
): Promise<readonly string[]> => {
  if (facts.subtitles.length === 0 && facts.chapters === 0) return []
  await mkdir(folder, { recursive: true })
  const spare = join(folder, 'texts')
  const lost = await addTexts(path, to, spare, format, facts, part)
  if (compare) await addTexts(path, compare, spare, format, facts, part)
  return lost
}

/** The folder for a result's intermediate files; a long name is shortened and made unique by a hash. */
const partsFolder = (output: string): string => {
  const whole = `.${basename(output)}.parts`
  if (Buffer.byteLength(whole) <= LONGEST_NAME) return join(dirname(output), whole)
  const end = `~${createHash('sha256').update(basename(output)).digest('hex').slice(0, 12)}.parts`
  let start = '.'
  for (const letter of basename(output)) {
    if (Buffer.byteLength(start + letter + end) > LONGEST_NAME) break
    start += letter
  }
  return join(dirname(output), start + end)
}

/** The target for a result's format, at a path. */
const targetAt = (
  path: string,
  format: ClipFormat,
  { clip, quality, options: { size } }: ClipRun,
  storage: FolderStorage,
  sound: SoundFiles,
): ClipTarget => {
  if (format === 'frames') return numberedTarget(path, quality)
  const create = () => storage.createAt(path)
  if (format === 'gif' || format === 'webp') {
    return animationTarget({ ...clip, size, format, quality, create })
  }
  const convertSound: ConvertSound = async (track, codec) => {
    await mkdir(storage.folder, { recursive: true })
    return sound.convert(track, codec)
  }
  const { codec, bitrate } = clip
  return videoTarget({ container: format, codec, bitrate, quality, sound: clip.sound, convertSound, create })
}

/** The run's animator, created for the first frame, so not for a clip that cannot be read. */
const animatorOf = (run: ClipRun): AnimateClipOptions['animator'] => ({
  frames: async function* (frames, options) {
    yield* (await run.animator()).frames(frames, options)
  },
})

/** NAME.anime.EXT and NAME.EXT as NAME.WORD.EXT. */
const fileOf = (path: string, word: string): string => {
  const extension = extname(path)
  const stem = path.slice(0, path.length - extension.length).replace(/\.anime$/, '')
  return `${stem}.${word}${extension}`
}

/**
 * Everything that the segments depend on besides the options of animating: the file, the encoding, and the settings for
 * the pictures.
 */
const keyOf = async (path: string, { format }: ClipPlace, run: ClipRun, codecs: Codecs | 'none'): Promise<string> => {
  const { codec, bitrate } = run.clip
  const asked = [format, codec, bitrate, run.quality, run.compare, codecs]
  const source = (await areNumbered(path)) ? await numberedKey(path) : await fileKey(path)
  return JSON.stringify([source, asked, run.key])
}

/** Size, time and start of a file, which identify it without reading all of it. */
const fileKey = async (path: string): Promise<string> => {
  const { size, mtimeMs } = await stat(path)
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0)
    return JSON.stringify([size, mtimeMs, createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex')])
  } finally {
    await file.close()
  }
}

/** An error extended by a note on the kept work. */
const described = (error: unknown, frames: number, folder: string): AnimeganError => {
  const code = error instanceof AnimeganError ? error.code : 'incomplete'
  const { message } = error as Error
  return new AnimeganError(
    code,
    `${message}; ${frames} frames are kept in ${folder}; run the same command again to continue`,
    { cause: error },
  )
}
