/**
 * Chooses container and codec for a clip's result: ones that this browser can write and that can hold the clip's sound.
 */
import { type ClipReader, type Container, unheldAudio, VIDEO_CODECS } from '@animegan/video'
import { getFirstEncodableVideoCodec, type InputAudioTrack, type VideoCodec } from 'mediabunny'
import { Problem } from '../studio/problem.ts'
import type { ClipFormat, ResultFormat } from '../studio/protocol.ts'

export interface Wrapping {
  readonly container: Container
  readonly codec: VideoCodec
  readonly width: number
  readonly height: number
  /** The sound tracks to keep: all of them, unless no container holds them and none is asked for. */
  readonly audio: readonly InputAudioTrack[]
}

export const mimeTypes: Readonly<Record<ResultFormat, string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  webp: 'image/webp',
  png: 'image/png',
}

/** WebM stays WebM; everything else becomes MP4, which plays anywhere, unless its sound does not fit. */
const preferred = (from: string): Container[] => (from === 'WebM' ? ['webm', 'mp4', 'mkv'] : ['mp4', 'webm', 'mkv'])

/** The video files that the page offers. */
const offered = ['mp4', 'webm'] as const satisfies readonly Container[]

/** Those of them that this browser can write in a size. */
export const writableVideo = async (size: { width: number; height: number }): Promise<ClipFormat[]> => {
  const found: ClipFormat[] = []
  for (const container of offered) {
    if (await getFirstEncodableVideoCodec([...VIDEO_CODECS[container]], size)) found.push(container)
  }
  return found
}

/**
 * Chooses for a result of this size, in the container that is asked for or the best one. Throws a `Problem` if this browser
 * cannot write video of this size.
 */
export const wrappingFor = async (
  { container: from, audio }: Pick<ClipReader, 'container' | 'audio'>,
  size: { width: number; height: number },
  asked?: Container,
): Promise<Wrapping> => {
  let silent: Wrapping | undefined
  for (const container of asked ? [asked] : preferred(from)) {
    const codec = await getFirstEncodableVideoCodec([...VIDEO_CODECS[container]], size)
    if (!codec) continue
    // Sound that it cannot hold is then converted, if this browser can.
    if (asked) return { container, codec, ...size, audio }
    const held: InputAudioTrack[] = []
    for (const track of audio) if ((await unheldAudio(container, [track])).length === 0) held.push(track)
    if (held.length === audio.length) return { container, codec, ...size, audio }
    if (!silent || held.length > silent.audio.length) silent = { container, codec, ...size, audio: held }
  }
  if (!silent) throw new Problem('clipEncode', `${size.width} x ${size.height}`)
  return silent
}
