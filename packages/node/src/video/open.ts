/**
 * Opens a clip by the first means that can read it: numbered pictures by this package, most containers by mediabunny,
 * and old or rare ones and interlaced pictures through the ffmpeg program, which rewrites them once into the folder for
 * intermediate files. Reports oddities.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClipError, type ClipReader, openClip } from '@animegan/video'
import { FilePathSource, type InputAudioTrack } from 'mediabunny'
import type { SoundFiles } from './convert-sound.ts'
import { hasJunk, isCutOff, isMatroska, lacksIndex } from './cut-off.ts'
import { type FileFacts, refusalOf } from './facts.ts'
import { copyWhole, hasFfmpeg, rewritePictures } from './ffmpeg.ts'
import { openNumbered } from './numbered.ts'
import { areNumbered } from './numbered-names.ts'
import { withTransparency } from './transparency.ts'

/** The inputs of opening. */
export interface Opening {
  readonly path: string
  readonly fps: number | undefined
  /** The folder for intermediate files. */
  readonly folder: string
  /** Undefined without ffmpeg, or if ffmpeg cannot read the file. */
  readonly facts: FileFacts | undefined
  readonly sound: SoundFiles
  readonly signal?: AbortSignal | undefined
}

const NO_INDEX =
  'expected a clip, found one that was cut off before its index (moov), without which nothing can be read'
const INTERLACED = 'interlaced: its fields are joined into whole frames'

/** Opens a clip. Rejects with a one-line error, which includes ffmpeg's reason if ffmpeg was tried. */
export const openAny = async (opening: Opening): Promise<ClipReader> => {
  const { path, fps, facts } = opening
  if (await areNumbered(path)) return openNumbered(path, fps)
  const cutOff = await isCutOff(path)
  let reader: ClipReader
  try {
    if (await hasJunk(path)) throw new ClipError('format', 'expected a clip, found a file that is damaged')
    const whole = cutOff && facts ? await wholePackets(opening) : path
    reader = await openClip(new FilePathSource(whole), { alpha: true })
  } catch (error) {
    if (!(error instanceof ClipError)) throw error
    if (await lacksIndex(path)) throw new ClipError('damaged', NO_INDEX, { cause: error })
    if (error.unknown && !facts)
      throw new ClipError(error.fault, `${error.message}${await hintFor(path)}`, { cause: error })
    if (!facts || !(error.unknown || error.fault === 'picture')) throw error
    return { ...(await openOdd(opening, facts, error)), cutOff }
  }
  try {
    const heard = { ...reader, ...(await soundFor(reader, opening)), cutOff }
    if (!facts?.interlaced) return heard
    const whole = await openRewritten(opening, true, reader.origin)
    const { audio, soundNames, tags, languageCode, notices } = heard
    const close = (): void => {
      whole.close()
      reader.close()
    }
    return { ...whole, audio, soundNames, tags, languageCode, notices: [INTERLACED, ...notices], close, cutOff }
  } catch (error) {
    reader.close()
    throw error
  }
}

/** What could be done about a file that nothing here reads, or why ffmpeg did not. */
const hintFor = async (path: string): Promise<string> => {
  if (!(await hasFfmpeg())) return '; an ffmpeg program on the PATH may be able to read it'
  const reason = await refusalOf(path)
  return reason ? ` (ffmpeg: ${reason})` : ''
}

/** A copy with the whole packets of a Matroska file that is cut off, which is otherwise read by clusters of seconds. */
const wholePackets = async ({ path, folder, signal }: Opening): Promise<string> => {
  if (!(await isMatroska(path))) return path
  const whole = join(folder, 'whole.mkv')
  await mkdir(folder, { recursive: true })
  try {
    if (!(await stat(whole).catch(() => undefined))) await copyWhole(path, whole, signal)
    return whole
  } catch {
    signal?.throwIfAborted()
    return path
  }
}

/** A clip's sound: through ffmpeg where that finds tracks that are otherwise not seen, as of Blu-ray discs. */
const soundFor = async ({ audio }: ClipReader, { facts, sound, folder }: Opening) => {
  if (!facts) return { audio, notices: [] }
  if (facts.sound.length <= audio.length) return { audio, soundNames: namesOf(audio, facts, sound), notices: [] }
  await mkdir(folder, { recursive: true })
  const { tracks, problems } = await sound.takeAll(facts.sound)
  return { audio: tracks, soundNames: namesOf(tracks, facts, sound), notices: problems }
}

/** Opens a clip that only ffmpeg can read. */
const openOdd = async (opening: Opening, facts: FileFacts, error: ClipError): Promise<ClipReader> => {
  const { sound, folder, signal } = opening
  if (!facts.picture) throw error
  const reader = await openRewritten(opening, facts.interlaced).catch((reason: Error) => {
    signal?.throwIfAborted()
    throw new ClipError(error.fault, `${error.message} (ffmpeg: ${reason.message})`, { cause: error })
  })
  await mkdir(folder, { recursive: true })
  const { tracks, problems } = await sound.takeAll(facts.sound)
  return {
    ...reader,
    audio: tracks,
    soundNames: namesOf(tracks, facts, sound),
    notices: [...(facts.interlaced ? [INTERLACED] : []), ...problems],
  }
}

/** ffmpeg's names of the tracks' codecs, if it knows them. */
const namesOf = (tracks: readonly InputAudioTrack[], facts: FileFacts, sound: SoundFiles) =>
  new Map(
    tracks.flatMap((track) => {
      const name = facts.sound[sound.indexOf(track)]
      return name && name !== 'none' ? [[track, name] as const] : []
    }),
  )

const openRewritten = async (
  { path, folder, facts, signal }: Opening,
  interlaced: boolean,
  origin?: number,
): Promise<ClipReader> => {
  await mkdir(folder, { recursive: true })
  const openPart = async (part: 'colours' | 'transparency', from?: number): Promise<ClipReader> => {
    const rewritten = join(folder, `${part}.mp4`)
    if (!(await stat(rewritten).catch(() => undefined))) {
      await rewritePictures(path, rewritten, { interlaced, part }, signal)
    }
    return openClip(new FilePathSource(rewritten), { origin: from })
  }
  const colours = await openPart('colours', origin)
  return facts?.transparent ? withTransparency(colours, await openPart('transparency', colours.origin)) : colours
}
