/**
 * Muxes packets into a file: the styled pictures from their segments and the unchanged sound, packet by packet in order
 * of time, so memory does not grow with length. Decodes and encodes nothing; the target decides where the bytes go.
 */
import {
  type AudioCodec,
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
  type Target,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny'
import type { StatedColour } from './colour.ts'
import { type Change, withoutTimes } from './moov-times.ts'

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
  readonly pixelAspect: { readonly num: number; readonly den: number }
  readonly colour: StatedColour
  /** Times are multiples of 1 / this, in seconds, if the container supports it. */
  readonly timeResolution: number
  readonly languageCode: string
  readonly audio: readonly InputAudioTrack[]
  /** The part of the sound to keep, in the clip's seconds; `from` becomes time 0. */
  readonly cut?: { readonly from: number; readonly until: number }
  readonly tags: MetadataTags
}

/** The sound tracks' codecs that a container cannot hold. */
export const unheldAudio = async (container: Container, tracks: readonly InputAudioTrack[]): Promise<string[]> => {
  const held: readonly string[] = formatOf(container).getSupportedAudioCodecs()
  const codecs = await Promise.all(tracks.map((track) => track.getCodec()))
  return codecs.map((codec) => codec ?? 'unknown').filter((codec) => !held.includes(codec))
}

const formatOf = (container: Container, onMoov: (data: Uint8Array, position: number) => void = () => {}) => {
  if (container === 'mp4') return new Mp4OutputFormat({ fastStart: false, onMoov })
  if (container === 'mov') return new MovOutputFormat({ fastStart: false, onMoov })
  return container === 'webm' ? new WebMOutputFormat() : new MkvOutputFormat()
}

/** mediabunny's limit for an exact time scale. */
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
    ...(exact && { frameRate: timeResolution }),
  })
  const config: VideoDecoderConfig = {
    ...decoderConfig,
    displayAspectWidth: (decoderConfig.codedWidth as number) * pixelAspect.num,
    displayAspectHeight: (decoderConfig.codedHeight as number) * pixelAspect.den,
    colorSpace: parts.colour as VideoColorSpaceInit,
  }
  const feeds = [feedVideo(video, parts.video, config)]
  for (const track of parts.audio) {
    const source = new EncodedAudioPacketSource((await track.getCodec()) as AudioCodec)
    output.addAudioTrack(source, {
      languageCode: await track.getLanguageCode(),
      disposition: await track.getDisposition(),
      ...((await track.getName()) && { name: (await track.getName()) as string }),
    })
    feeds.push(await feedAudio(source, track, parts.cut))
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
  cut: MuxParts['cut'],
): Promise<Feed> => {
  const sink = new EncodedPacketSink(track)
  const first = cut ? ((await sink.getPacket(cut.from)) ?? undefined) : undefined
  const packets = sink.packets(first)
  let meta: { decoderConfig: AudioDecoderConfig } | undefined = {
    decoderConfig: (await track.getDecoderConfig()) as AudioDecoderConfig,
  }
  return async () => {
    const { done, value } = await packets.next()
    if (done || (cut && value.timestamp >= cut.until)) {
      source.close()
      await packets.return()
      return undefined
    }
    await source.add(cut ? value.clone({ timestamp: value.timestamp - cut.from }) : value, meta)
    meta = undefined
    return value.timestamp - (cut?.from ?? 0)
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
