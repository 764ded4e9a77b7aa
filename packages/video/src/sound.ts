/**
 * What becomes of a clip's sound tracks in a container: copied as they are, converted, or left out, each for itself, so that no track
 * costs the clip. Only decides; muxer.ts copies and encodes.
 */
import { type AudioCodec, canEncodeAudio, type InputAudioTrack } from 'mediabunny'
import type { ClipNotice } from './target.ts'

/** `copy`: what the container can hold as it is, the rest converted; `convert`: all to the container's own codec; `none`: no sound. */
export type Sound = 'copy' | 'convert' | 'none'

/** The choices for sound, the default first. */
export const SOUNDS: readonly Sound[] = ['copy', 'convert', 'none']

/** A track of the result. */
export interface SoundTrack {
  /** Where its packets come from. */
  readonly packets: InputAudioTrack
  /** The clip's own track, whose language, name and disposition it has. */
  readonly about: InputAudioTrack
  /** What it is encoded to; missing where packets are copied. */
  readonly encode?: AudioCodec
}

/** Converts a track where no codec here does: gives another one with its sound at the same times; undefined where it cannot either. */
export type ConvertSound = (track: InputAudioTrack, codec: AudioCodec) => Promise<InputAudioTrack | undefined>

/** The tracks of a result, and what is to be said of them. */
export interface SoundPlan {
  readonly tracks: readonly SoundTrack[]
  readonly notices: readonly ClipNotice[]
}

/** Decides for each track. */
export const planSound = async (
  container: string,
  held: readonly string[],
  audio: readonly InputAudioTrack[],
  sound: Sound,
  convert: ConvertSound = async () => undefined,
  names: ReadonlyMap<InputAudioTrack, string> = new Map(),
): Promise<SoundPlan> => {
  const tracks: SoundTrack[] = []
  const notices: ClipNotice[] = []
  if (sound === 'none') return { tracks, notices }
  const wanted = container === 'webm' ? 'opus' : 'aac'
  for (const [i, track] of audio.entries()) {
    const codec = await track.getCodec()
    const copied = codec !== null && held.includes(codec) && (sound === 'copy' || codec === wanted)
    const packets = copied || (await canConvert(track, wanted)) ? track : await convert(track, wanted)
    const name = `${audio.length > 1 ? `sound track ${i + 1}` : 'its sound'} (${codec ?? names.get(track) ?? (await idOf(track))})`
    if (!packets) {
      notices.push({ code: 'sound-lost', message: `${name} is left out: there is no codec for it here` })
      continue
    }
    tracks.push({ packets, about: track, ...(!copied && packets === track && { encode: wanted }) })
    if (!copied && sound === 'copy') {
      notices.push({ code: 'sound-converted', message: `${name} becomes ${wanted}, which .${container} can hold` })
    }
  }
  return { tracks, notices }
}

const canConvert = async (track: InputAudioTrack, codec: AudioCodec): Promise<boolean> => {
  if (!(await track.getCodec()) || !(await track.canDecode())) return false
  const [numberOfChannels, sampleRate] = [await track.getNumberOfChannels(), await track.getSampleRate()]
  return canEncodeAudio(codec, { numberOfChannels, sampleRate })
}

/** What the file calls a codec that is not known here. */
const idOf = async (track: InputAudioTrack): Promise<string> => {
  const id = await track.getInternalCodecId()
  return typeof id === 'string' || typeof id === 'number' ? String(id) : 'unknown'
}
