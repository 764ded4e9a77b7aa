/**
 * Packets into a file: the styled pictures from their segments, and the sound as it was, packet by packet, in the order
 * of time, so that memory does not grow with length. Decodes and encodes nothing; where the bytes go is the target's.
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

/** A container that can be written. */
export type Container = 'mp4' | 'mov' | 'webm' | 'mkv'

/** The codecs of a container that we encode for, the default first. */
export const VIDEO_CODECS: Readonly<Record<Container, readonly VideoCodec[]>> = {
  mp4: ['avc', 'hevc', 'vp9', 'av1'],
  mov: ['avc', 'hevc'],
  webm: ['vp9', 'vp8', 'av1'],
  mkv: ['avc', 'hevc', 'vp9', 'vp8', 'av1'],
}

/** What is put into the file. */
export interface MuxParts {
  readonly container: Container
  readonly codec: VideoCodec
  /** In the order of decoding. */
  readonly video: AsyncIterable<EncodedPacket>
  readonly decoderConfig: VideoDecoderConfig
  readonly pixelAspect: { readonly num: number; readonly den: number }
  readonly colour: StatedColour
  /** Times are multiples of one over this, in seconds, where the container can say so. */
  readonly timeResolution: number
  readonly languageCode: string
  readonly audio: readonly InputAudioTrack[]
  /** What is kept of the sound: from, until, in the clip's seconds; what is at `from` comes to be at 0. */
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

/** mediabunny's limit for a time scale that is exact. */
const FINEST = 1e6

/**
 * Writes the file. Resolves to changes to the written bytes that make them independent of the time of writing: each is to
 * be written at its position.
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

/** Adds one packet at each call, and says until when the track goes with it; undefined at its end. */
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

/** Lets each feed go on while it is the one that is behind. */
const interleave = async (feeds: readonly Feed[]): Promise<void> => {
  const at = new Map<Feed, number>(feeds.map((feed) => [feed, Number.NEGATIVE_INFINITY]))
  while (at.size > 0) {
    const [behind] = [...at].reduce((least, entry) => (entry[1] < least[1] ? entry : least))
    const time = await behind()
    if (time === undefined) at.delete(behind)
    else at.set(behind, time)
  }
}

/** The tags that are words and pictures; raw ones belong to the container that they came from. */
const tagsFor = ({ raw: _, ...tags }: MetadataTags): MetadataTags => tags
