/**
 * Decides for each sound track of a clip whether a container gets it as it is, converted, or not at all, so that no
 * single track makes the whole clip fail. Only decides; muxer.ts copies and encodes.
 */
import { type AudioCodec, canEncodeAudio, type InputAudioTrack } from 'mediabunny'
import type { ClipNotice } from './target.ts'

/**
 * `copy`: tracks that the container supports as they are, the others converted; `convert`: all in the container's usual
 * codec; `none`: no sound.
 */
export type Sound = 'copy' | 'convert' | 'none'

/** The choices for sound, default first. */
export const SOUNDS: readonly Sound[] = ['copy', 'convert', 'none']

/** A track of the result. */
export interface SoundTrack {
  /** The source of its packets. */
  readonly packets: InputAudioTrack
  /** The clip's track, which gives language, name and disposition. */
  readonly about: InputAudioTrack
  /** The codec to encode to; absent if packets are copied. */
  readonly encode?: AudioCodec
}

/**
 * Converts a track that the codecs here cannot: returns a track with the same sound at the same times; undefined if
 * that fails too.
 */
export type ConvertSound = (track: InputAudioTrack, codec: AudioCodec) => Promise<InputAudioTrack | undefined>

/** The tracks of a result, and notices for the user. */
export interface SoundPlan {
  readonly tracks: readonly SoundTrack[]
  readonly notices: readonly ClipNotice[]
}

/** Decides for each track; see `Sound`. `held` are the codecs that the container supports. */
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
      notices.push({
        code: 'sound-converted',
        message: `${name} becomes ${wanted}: it cannot be copied into .${container} here`,
      })
    }
  }
  return { tracks, notices }
}

const canConvert = async (track: InputAudioTrack, codec: AudioCodec): Promise<boolean> => {
  if (!(await track.getCodec()) || !(await track.canDecode())) return false
  const [numberOfChannels, sampleRate] = [await track.getNumberOfChannels(), await track.getSampleRate()]
  return canEncodeAudio(codec, { numberOfChannels, sampleRate })
}

/** The file's identifier of a codec that is unknown here. */
const idOf = async (track: InputAudioTrack): Promise<string> => {
  const id = await track.getInternalCodecId()
  return typeof id === 'string' || typeof id === 'number' ? String(id) : 'unknown'
}
