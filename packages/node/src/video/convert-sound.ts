/**
 * Sound by way of the ffmpeg program, one track at a time into a file of its own, at the times that it had: taken out of containers that
 * are not known otherwise, and converted from codecs that are not (ALAC, WMA, IMA, TrueHD). What ffmpeg does not know either is no track
 * less of the others.
 */
import { join } from 'node:path'
import type { ConvertSound } from '@animegan/video'
import { ALL_FORMATS, FilePathSource, Input, type InputAudioTrack } from 'mediabunny'
import { hasFfmpeg, takeSound } from './ffmpeg.ts'

/** The sound of one clip. */
export interface SoundFiles {
  readonly convert: ConvertSound
  /** Which of the clip's sound tracks one is, from 0 on. */
  indexOf(track: InputAudioTrack): number
  /** Takes out track after track as they are, of as many; a line for each that cannot be taken. */
  takeAll(count: number): Promise<{ readonly tracks: InputAudioTrack[]; readonly problems: readonly string[] }>
  /** Lets go of the files. */
  close(): void
}

/** Opens the sound of the clip in a file; what is made of it is kept in a folder that is there. */
export const openSoundFiles = (path: string, folder: string, signal?: AbortSignal): SoundFiles => {
  const made = new Map<string, Promise<InputAudioTrack | undefined>>()
  const inputs: Input[] = []
  /** Which of the clip's tracks each one is that was taken out. */
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
    takeAll: async (count) => {
      const tracks: InputAudioTrack[] = []
      const problems: string[] = []
      for (let index = 0; index < count; index++) {
        try {
          // What Matroska has no name for is converted, AAC being known everywhere.
          const track = (await take(index, 'copy').catch(() => take(index, 'aac'))) ?? (await take(index, 'aac'))
          if (track) tracks.push(track)
        } catch (error) {
          signal?.throwIfAborted()
          const name = count > 1 ? `sound track ${index + 1}` : 'its sound'
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
