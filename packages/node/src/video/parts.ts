/**
 * A clip in a file by many workers: @animegan/video's parts with Node's codecs and files. Only what these codecs read
 * themselves: the file may come from anybody, and the ffmpeg program, which knows files that name other files, is not shown it.
 */
import { dirname } from 'node:path'
import { type AnimateOptions, type Animator, AnimeganError, type Picture } from '@animegan/core'
import {
  type AnimatedClip,
  type AnimatedPart,
  animatePart,
  type ClipExtent,
  type ClipPart,
  type ClipReader,
  type ClipTarget,
  type Container,
  joinParts,
  openClip,
  splitClip,
  videoTarget,
} from '@animegan/video'
import { FilePathSource } from 'mediabunny'
import { readStart } from '../animate/source.ts'
import { openFolderStorage } from '../files/folder-storage.ts'
import { animationTarget } from './animation.ts'
import { prepareCodecs, withCodecs } from './codecs.ts'
import { hasJunk, isCutOff } from './cut-off.ts'
import { isClip } from './sniff.ts'

/** The formats of a clip's result that are one file. */
export type OneFileFormat = Container | 'gif' | 'webp'

/** How a clip is written; the same for all its parts. */
export interface ClipForm extends ClipExtent {
  readonly format: OneFileFormat
  /** 1 to 100; default: the format's own. */
  readonly quality?: number | undefined
  /** The long side of the result. */
  readonly size?: number | undefined
  /** Whether it keeps its sound. Default: true. */
  readonly sound?: boolean | undefined
  /** Whether it keeps the clip's title, place and other tags. Default: false. */
  readonly tags?: boolean | undefined
}

/** What a clip's file states, and the parts that it can be animated in. */
export interface ClipOutline {
  readonly width: number
  readonly height: number
  /** The format of the result when none is asked for: the clip's own, else MP4. */
  readonly format: Container
  readonly parts: readonly ClipPart[]
}

const OWN_FORMATS: Readonly<Record<string, Container>> = {
  MP4: 'mp4',
  'QuickTime File Format': 'mov',
  WebM: 'webm',
  Matroska: 'mkv',
}

/** Opens a clip, and closes it after the work. Rejects with one line what is wrong with it. */
const withClip = async <T>(path: string, work: (clip: ClipReader) => Promise<T>): Promise<T> => {
  if (!isClip(await readStart(path)) || (await hasJunk(path))) {
    throw new AnimeganError('bad-file', 'expected a clip, found a file that is damaged or of an unknown format')
  }
  await prepareCodecs()
  return withCodecs(async () => {
    const clip = await openClip(new FilePathSource(path), { alpha: true })
    try {
      return await work(clip)
    } finally {
      clip.close()
    }
  })
}

/** Reads what a clip's file states; decodes nothing. Rejects a clip of more than `most` frames. */
export const outlineClip = (path: string, extent: ClipExtent & { readonly most: number }): Promise<ClipOutline> =>
  withClip(path, async (clip) => ({
    width: clip.width,
    height: clip.height,
    format: OWN_FORMATS[clip.container] ?? 'mp4',
    parts: await splitClip(clip, extent),
  }))

/** The first frame of a clip, from a time in seconds on. Rejects if it cannot be decoded. */
export const readFirstFrame = (path: string, start = Number.NEGATIVE_INFINITY): Promise<Picture> =>
  withClip(path, async (clip) => {
    for await (const { picture } of clip.frames(start, Number.POSITIVE_INFINITY)) return picture
    throw new AnimeganError('bad-file', 'expected at least one frame, found none that can be decoded')
  })

/** Animates a part of a clip. */
export const animateClipPart = (
  path: string,
  part: ClipPart,
  form: ClipForm,
  { animator, onFrame, ...options }: AnimateOptions & { animator: Animator; onFrame?: (frames: number) => void },
): Promise<AnimatedPart> =>
  withClip(path, (clip) => animatePart(clip, targetOf(form), part, { ...options, ...form, animator, onFrame }))

/**
 * Joins a clip's parts, in order, into a file.
 *
 * @param to whose folder holds nothing else
 */
export const joinClipParts = (
  path: string,
  parts: readonly (() => Promise<Uint8Array>)[],
  to: string,
  form: ClipForm,
): Promise<AnimatedClip> =>
  withClip(path, async (clip) => {
    const storage = await openFolderStorage(`${dirname(to)}/parts`)
    const made = await joinParts(
      form.tags ? clip : { ...clip, tags: {} },
      targetOf(form, () => storage.createAt(to)),
      parts,
      form,
    )
    return { ...made, ...((await isCutOff(path)) && { incomplete: 'the clip is cut off: its end is missing' }) }
  })

/** The target for a form; a part is only encoded for it, and creates no file. */
const targetOf = (
  { format, quality, sound = true, ...form }: ClipForm,
  create: Parameters<typeof videoTarget>[0]['create'] = () => Promise.reject(new Error('a part is no file')),
): ClipTarget =>
  format === 'gif' || format === 'webp'
    ? animationTarget({ ...stated(form), format, ...(quality && { quality }), create })
    : videoTarget({ container: format, ...(quality && { quality }), sound: sound ? 'copy' : 'none', create })

/** What is given of an extent and a size. */
const stated = ({ start, end, fps, size }: Omit<ClipForm, 'format'>) => ({
  ...(start !== undefined && { start }),
  ...(end !== undefined && { end }),
  ...(fps !== undefined && { fps }),
  ...(size !== undefined && { size }),
})
