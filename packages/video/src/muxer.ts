/**
 * Muxes packets into a file: the styled pictures from their segments and the unchanged sound, packet by packet in order
 * of time, so memory does not grow with length. Decodes and encodes nothing; the target decides where the bytes go.
 */
import {
  type AudioCodec,
  AudioSampleSink,
  AudioSampleSource,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  type InputAudioTrack,
  IsobmffOutputFormat,
  type MetadataTags,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  Quality,
  type Target,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny'
import type { StatedColour } from './colour.ts'
import { type Change, withoutTimes } from './moov-times.ts'
import type { SoundTrack } from './sound.ts'

/** A supported container. */
export type Container = 'mp4' | 'mov' | 'webm' | 'mkv'

/** The codecs that we encode for a container, the default first. */
export const VIDEO_CODECS: Readonly<Record<Container, readonly VideoCodec[]>> = {
  mp4: ['avc', 'hevc', 'vp9', 'av1'],
  mov: ['avc', 'hevc'],
  webm: ['vp9', 'vp8', 'av1'],
  mkv: ['avc', 'hevc', 'vp9', 'vp8', 'av1'],
}

/** The content of the file. */
export interface MuxParts {
  readonly container: Container
  readonly codec: VideoCodec
  /** In decoding order. */
  readonly video: AsyncIterable<EncodedPacket>
  readonly decoderConfig: VideoDecoderConfig
  /** Whether the packets have transparency. */
  readonly alpha?: boolean
  readonly pixelAspect: { readonly num: number; readonly den: number }
  readonly colour: StatedColour
  /** Times are multiples of 1 / this, in seconds, if the container supports it. */
  readonly timeResolution: number
  readonly languageCode: string
  readonly audio: readonly SoundTrack[]
  /**
   * The clip's first time by its own clock, in seconds, which is subtracted from the times of the sound. Default: 0.
   */
  readonly origin?: number
  /** The part of the sound to keep, in seconds of the clip; the result starts with `from` at time 0. */
  readonly cut?: { readonly from: number; readonly until: number }
  readonly tags: MetadataTags
}

/** The audio codecs that a container supports. */
export const heldAudio = (container: Container): readonly AudioCodec[] =>
  formatOf(container)
    .getSupportedAudioCodecs()
    // MP4 allows PCM, but hardly any player supports it there.
    .filter((codec) => container !== 'mp4' || !codec.startsWith('pcm-'))

/** The sound tracks' codecs that a container cannot hold. */
export const unheldAudio = async (container: Container, tracks: readonly InputAudioTrack[]): Promise<string[]> => {
  const held: readonly string[] = heldAudio(container)
  const codecs = await Promise.all(tracks.map((track) => track.getCodec()))
  return codecs.map((codec) => codec ?? 'unknown').filter((codec) => !held.includes(codec))
}

const formatOf = (container: Container, onMoov: (data: Uint8Array, position: number) => void = () => {}) => {
  if (container === 'mp4') return new Mp4OutputFormat({ fastStart: false, onMoov })
  if (container === 'mov') return new MovOutputFormat({ fastStart: false, onMoov })
  return container === 'webm' ? new WebMOutputFormat() : new MkvOutputFormat()
}

/** Quality of encoded sound: high enough that encoding is inaudible. */
const SOUND_QUALITY = new Quality(0.8)

/** The finest time scale that mediabunny writes exactly, in units per second. */
const FINEST = 1e6

/**
 * Writes the file. Resolves to patches that make the bytes independent of the time of writing; the caller must write
 * each at its position.
 */
export const mux = async (parts: MuxParts, target: Target): Promise<readonly Change[]> => {
  const changes: Change[] = []
  const format = formatOf(parts.container, (data, position) => changes.push(...withoutTimes(data, position)))
  const output = new Output({ format, target })
  const { decoderConfig, pixelAspect, timeResolution } = parts
  const video = new EncodedVideoPacketSource(parts.codec)
  const exact = format instanceof IsobmffOutputFormat && timeResolution >= 1 && timeResolution <= FINEST
  output.addVideoTrack(video, {
    languageCode: parts.languageCode,
    ...(parts.alpha && { canBeTransparent: true }),
    ...(exact && { frameRate: timeResolution }),
  })
  const config: VideoDecoderConfig = {
    ...decoderConfig,
    displayAspectWidth: (decoderConfig.codedWidth as number) * pixelAspect.num,
    displayAspectHeight: (decoderConfig.codedHeight as number) * pixelAspect.den,
    colorSpace: parts.colour as VideoColorSpaceInit,
  }
  const feeds = [feedVideo(video, parts.video, config)]
  for (const { packets, about, encode } of parts.audio) {
    const source = encode
      ? new AudioSampleSource({ codec: encode, quality: SOUND_QUALITY })
      : new EncodedAudioPacketSource((await packets.getCodec()) as AudioCodec)
    const name = await about.getName()
    output.addAudioTrack(source, {
      languageCode: await about.getLanguageCode(),
      disposition: await about.getDisposition(),
      ...(name && { name }),
    })
    feeds.push(
      source instanceof AudioSampleSource
        ? feedSamples(source, packets, parts)
        : await feedAudio(source, packets, parts),
    )
  }
  output.setMetadataTags(tagsFor(parts.tags))
  await output.start()
  try {
    await interleave(feeds)
    await output.finalize()
  } catch (error) {
    await output.cancel().catch(() => {})
    throw error
  }
  return changes
}

/** Adds one packet per call, and returns the time that the track now reaches; undefined at its end. */
type Feed = () => Promise<number | undefined>

const feedVideo = (
  source: EncodedVideoPacketSource,
  packets: AsyncIterable<EncodedPacket>,
  config: VideoDecoderConfig,
): Feed => {
  const iterator = packets[Symbol.asyncIterator]()
  let meta: { decoderConfig: VideoDecoderConfig } | undefined = { decoderConfig: config }
  return async () => {
    const { done, value } = await iterator.next()
    if (done) {
      source.close()
      return undefined
    }
    await source.add(value, meta)
    meta = undefined
    return value.timestamp
  }
}

const feedAudio = async (
  source: EncodedAudioPacketSource,
  track: InputAudioTrack,
  { cut, origin = 0 }: Pick<MuxParts, 'cut' | 'origin'>,
): Promise<Feed> => {
  const sink = new EncodedPacketSink(track)
  const zero = origin + (cut?.from ?? 0)
  const until = cut ? origin + cut.until : Number.POSITIVE_INFINITY
  const first = cut ? ((await sink.getPacket(zero)) ?? undefined) : undefined
  const packets = sink.packets(first)
  let meta: { decoderConfig: AudioDecoderConfig } | undefined = {
    decoderConfig: (await track.getDecoderConfig()) as AudioDecoderConfig,
  }
  return async () => {
    const { done, value } = await packets.next()
    if (done || value.timestamp >= until) {
      source.close()
      await packets.return()
      return undefined
    }
    await source.add(zero === 0 ? value : value.clone({ timestamp: value.timestamp - zero }), meta)
    meta = undefined
    return value.timestamp - zero
  }
}

/** Decodes a track and encodes it again. */
const feedSamples = (
  source: AudioSampleSource,
  track: InputAudioTrack,
  { cut, origin = 0 }: Pick<MuxParts, 'cut' | 'origin'>,
): Feed => {
  const zero = origin + (cut?.from ?? 0)
  const samples = new AudioSampleSink(track).samples(cut ? zero : undefined, cut ? origin + cut.until : undefined)
  return async () => {
    const { done, value } = await samples.next()
    if (done) {
      source.close()
      return undefined
    }
    const timestamp = value.timestamp - zero
    value.setTimestamp(timestamp)
    await source.add(value)
    value.close()
    return timestamp
  }
}

/** Always advances the feed that is furthest behind. */
const interleave = async (feeds: readonly Feed[]): Promise<void> => {
  const at = new Map<Feed, number>(feeds.map((feed) => [feed, Number.NEGATIVE_INFINITY]))
  while (at.size > 0) {
    const [behind] = [...at].reduce((least, entry) => (entry[1] < least[1] ? entry : least))
    const time = await behind()
    if (time === undefined) at.delete(behind)
    else at.set(behind, time)
  }
}

/** The text and picture tags; raw tags belong to their original container. */
const tagsFor = ({ raw: _, ...tags }: MetadataTags): MetadataTags => tags
