/**
 * Sound through the ffmpeg program, one track at a time into a separate file, with its times kept: extracted from
 * containers that nothing else here reads, and converted from codecs that nothing else here decodes (ALAC, WMA, IMA,
 * TrueHD). A track that fails does not affect the others.
 */
import { join } from 'node:path'
import type { ConvertSound } from '@animegan/video'
import { ALL_FORMATS, FilePathSource, Input, type InputAudioTrack } from 'mediabunny'
import { hasFfmpeg, takeSound } from './ffmpeg.ts'

/** The sound of one clip. */
export interface SoundFiles {
  readonly convert: ConvertSound
  /** The index of a track among the clip's sound tracks, from 0. */
  indexOf(track: InputAudioTrack): number
  /**
   * Extracts tracks unconverted if possible, named by their codecs; `problems` has a line for each that is converted or
   * fails.
   */
  takeAll(
    names: readonly string[],
  ): Promise<{ readonly tracks: InputAudioTrack[]; readonly problems: readonly string[] }>
  /** Closes the files. */
  close(): void
}

/** Opens the sound of the clip at a path; extracted tracks go into an existing folder. */
export const openSoundFiles = (path: string, folder: string, signal?: AbortSignal): SoundFiles => {
  const made = new Map<string, Promise<InputAudioTrack | undefined>>()
  const inputs: Input[] = []
  /** The index in the clip of each extracted track. */
  const indices = new Map<InputAudioTrack, number>()

  const take = async (index: number, codec: 'copy' | 'aac' | 'opus'): Promise<InputAudioTrack | undefined> => {
    const file = join(folder, `sound${index}.${codec}`)
    await takeSound(path, index, file, codec, signal)
    const input = new Input({ source: new FilePathSource(file), formats: ALL_FORMATS })
    inputs.push(input)
    const track = (await input.getPrimaryAudioTrack()) ?? undefined
    if (track) indices.set(track, index)
    return track
  }
  const takeConverted = async (index: number, codec: string): Promise<InputAudioTrack | undefined> => {
    if ((codec !== 'aac' && codec !== 'opus') || !(await hasFfmpeg())) return undefined
    try {
      return await take(index, codec)
    } catch {
      signal?.throwIfAborted()
      return undefined
    }
  }
  const indexOf = (track: InputAudioTrack): number => indices.get(track) ?? track.number - 1
  return {
    indexOf,
    convert: (track, codec) => {
      const index = indexOf(track)
      const found = made.get(`${index} ${codec}`) ?? takeConverted(index, codec)
      made.set(`${index} ${codec}`, found)
      return found
    },
    takeAll: async (names) => {
      const tracks: InputAudioTrack[] = []
      const problems: string[] = []
      for (const [index, codec] of names.entries()) {
        const name = `${names.length > 1 ? `sound track ${index + 1}` : 'its sound'} (${codec})`
        try {
          // Codecs that Matroska does not support are converted to AAC, which every reader supports.
          const own = await take(index, 'copy').catch(() => undefined)
          const track = own ?? (await take(index, 'aac'))
          if (track) tracks.push(track)
          if (track && !own) problems.push(`${name} becomes aac: it cannot be copied`)
        } catch (error) {
          signal?.throwIfAborted()
          problems.push(`${name} is left out: ${error instanceof Error ? error.message : error}`)
        }
      }
      return { tracks, problems }
    },
    close: () => {
      for (const input of inputs) input.dispose()
    },
  }
}
