/**
 * Opens a clip for reading: its properties, and its frames as upright pictures from any time on. mediabunny demuxes and
 * decodes, with whatever decoders are registered. Knows neither Node nor files.
 */
import { AnimeganError, type ErrorCode, type Frame, type Picture } from '@animegan/core'
import {
  ALL_FORMATS,
  EncodedPacketSink,
  HLS,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  IsobmffInputFormat,
  type MetadataTags,
  type Rotation,
  type Source,
  type VideoSample,
  VideoSampleSink,
} from 'mediabunny'
import { withAlpha } from './alpha.ts'
import { type Colour, colourOf, type StatedColour } from './colour.ts'
import { orient } from './orient.ts'
import { toneMap } from './tone-map.ts'
import { layoutOf, type YuvFrame, type YuvLayout, yuvToPicture } from './yuv.ts'

/** Properties of a clip known before its first frame is decoded. */
export interface ClipFacts {
  readonly container: string
  /** Size of the upright picture, in coded pixels. */
  readonly width: number
  readonly height: number
  /** Width of an upright pixel over its height, as a fraction. */
  readonly pixelAspect: { readonly num: number; readonly den: number }
  readonly stated: StatedColour
  readonly colour: Colour
  /** Times are multiples of 1 / this, in seconds. */
  readonly timeResolution: number
  /** Whether pictures have transparency: the clip has it, and it was requested. */
  readonly transparent: boolean
  /**
   * The clip's first time by its own clock, in seconds: usually 0, but hours in some recordings of cameras and
   * broadcasts. All times of this interface are relative to it.
   */
  readonly origin: number
  /** When the first frame is shown, in seconds. */
  readonly start: number
  /** The end of the last frame as stated by the file, in seconds; undefined if not stated. */
  readonly end?: number
  /** Whether `end` is that of the picture track, not of the longest track or an estimate. */
  readonly exactEnd: boolean
  /** Whether the file is known to be shorter than it says. */
  readonly cutOff?: boolean
  readonly tags: MetadataTags
  readonly languageCode: string
  /** For numbered pictures: the number of the first. */
  readonly firstNumber?: number
  /** Oddities of the clip, and parts of it that are already lost: one line each, for the user. */
  readonly notices?: readonly string[]
}

/** An open clip. */
export interface ClipReader extends ClipFacts {
  readonly audio: readonly InputAudioTrack[]
  /** The usual names of the tracks' codecs, if known. */
  readonly soundNames?: ReadonlyMap<InputAudioTrack, string>
  /**
   * The frames from the one shown at `from` (the first, if there is none) to the last that starts before `until`, in
   * seconds.
   */
  frames(from: number, until: number): AsyncGenerator<Frame, void, undefined>
  /** What the file states of each frame, without decoding it: its times in seconds, in decoding order. */
  packets(): AsyncIterable<PacketFacts>
  close(): void
}

/** A frame as its file states it. */
export interface PacketFacts {
  readonly timestamp: number
  readonly duration: number
  /** Whether decoding can begin with it. */
  readonly key: boolean
}

/** All but playlists, which name other files and addresses: only the given file is read. */
const FORMATS = ALL_FORMATS.filter((format) => format !== HLS)

/**
 * What is wrong with a file: unknown container or codec, no picture, a picture that is too large, or none that can be
 * decoded.
 */
export type ClipFault = 'format' | 'codec' | 'picture' | 'size' | 'damaged'

const codes: Readonly<Record<ClipFault, ErrorCode>> = {
  format: 'bad-file',
  codec: 'no-codec',
  picture: 'bad-file',
  size: 'unsupported',
  damaged: 'bad-file',
}

/** Why a file cannot be read, in words that follow its name. */
export class ClipError extends AnimeganError {
  readonly fault: ClipFault

  constructor(fault: ClipFault, message: string, options?: ErrorOptions) {
    super(codes[fault], message, options)
    this.fault = fault
  }

  /** Whether another reader might support its format or codec. */
  get unknown(): boolean {
    return this.fault === 'format' || this.fault === 'codec'
  }
}

/** How to open a clip. */
export interface OpenOptions {
  /** Default: software only, whose pictures are the same on every machine. */
  readonly hardwareAcceleration?: 'no-preference' | 'prefer-software'
  /** Whether pictures have transparency if the clip does. Default: false. */
  readonly alpha?: boolean
  /** The clip's first time, if known from elsewhere; see `ClipFacts`. Default: that of its first track. */
  readonly origin?: number | undefined
}

/** Most pixels of a frame; a clip that claims more is not decoded. */
const MOST_PIXELS = 8192 * 8192

/** Opens a clip. Throws a `ClipError` if it has no picture or there is no decoder for it. */
export const openClip = async (
  source: Source,
  { hardwareAcceleration = 'prefer-software', alpha = false, origin }: OpenOptions = {},
): Promise<ClipReader> => {
  const input = new Input({ source, formats: FORMATS })
  try {
    return await describe(input, { hardwareAcceleration, alpha, origin })
  } catch (error) {
    input.dispose()
    if (error instanceof ClipError) throw error
    const found = 'a file that is damaged or of an unknown format'
    throw new ClipError('format', `expected a clip, found ${found}`, { cause: error })
  }
}

const describe = async (
  input: Input,
  { hardwareAcceleration, alpha, origin: known }: OpenOptions,
): Promise<ClipReader> => {
  const [format, track, audio] = [
    await input.getFormat(),
    await input.getPrimaryVideoTrack(),
    await input.getAudioTracks(),
  ]
  if (!track) {
    const found = audio.length > 0 ? 'sound only' : 'no picture in it'
    throw new ClipError(audio.length > 0 ? 'picture' : 'format', `expected a clip, found ${found}`)
  }
  const codec = await track.getCodec()
  if (!codec || !(await track.canDecode())) {
    const found = codec ?? (await track.getInternalCodecId())
    throw new ClipError(
      'codec',
      `expected a codec that can be read, found ${typeof found === 'object' ? 'another' : found}`,
    )
  }
  const [codedWidth, codedHeight] = [await track.getCodedWidth(), await track.getCodedHeight()]
  if (codedWidth * codedHeight > MOST_PIXELS) {
    throw new ClipError(
      'size',
      `expected frames of at most ${MOST_PIXELS / 1e6} megapixels, found ${codedWidth}x${codedHeight}`,
    )
  }
  const [rotation, flip] = [await track.getRotation(), await track.getFlip()]
  const turned = rotation % 180 !== 0
  const aspect = await track.getPixelAspectRatio()
  const stated = await track.getColorSpace()
  const first = await track.getFirstTimestamp()
  const origin = known ?? (await originOf(first, audio))
  const stop = await track.getDurationFromMetadata()
  // Files state either the end by the clip's own clock or its duration.
  const end = stop !== null && stop > origin ? stop - origin : stop
  const facts: ClipFacts = {
    container: format.name,
    width: turned ? codedHeight : codedWidth,
    height: turned ? codedWidth : codedHeight,
    pixelAspect: turned ? { num: aspect.den, den: aspect.num } : aspect,
    stated,
    colour: colourOf(stated, codedHeight),
    timeResolution: await track.getTimeResolution(),
    transparent: alpha === true && (await track.canBeTransparent()),
    origin,
    start: first - origin,
    ...(end !== null && { end }),
    exactEnd: format instanceof IsobmffInputFormat,
    tags: await input.getMetadataTags(),
    languageCode: await track.getLanguageCode(),
  }
  return {
    ...facts,
    audio,
    frames: (from, until) => framesOf(track, facts, { rotation, flip, hardwareAcceleration }, from, until),
    packets: () => packetsOf(track, origin),
    close: () => input.dispose(),
  }
}

/**
 * A clip whose first time is later than this, in seconds, has its own clock; a smaller offset, as of a track that
 * starts late, is kept.
 */
const LATE = 0.1

/** The first time of any track. */
const originOf = async (video: number, audio: readonly InputAudioTrack[]): Promise<number> => {
  const firsts = await Promise.all(
    audio.map(async (track) => (await new EncodedPacketSink(track).getFirstPacket({ metadataOnly: true }))?.timestamp),
  )
  const origin = Math.min(video, ...firsts.filter((first) => first !== undefined))
  return origin > LATE ? origin : 0
}

async function* packetsOf(track: InputVideoTrack, origin: number): AsyncGenerator<PacketFacts, void, undefined> {
  const sink = new EncodedPacketSink(track)
  for await (const { timestamp, duration, type } of sink.packets(undefined, undefined, { metadataOnly: true })) {
    yield { timestamp: timestamp - origin, duration, key: type === 'key' }
  }
}

interface Taking extends Pick<OpenOptions, 'hardwareAcceleration'> {
  readonly rotation: Rotation
  readonly flip: boolean
}

async function* framesOf(
  track: InputVideoTrack,
  { stated, start, origin, transparent }: ClipFacts,
  { rotation, flip, ...decoding }: Taking,
  from: number,
  until: number,
): AsyncGenerator<Frame, void, undefined> {
  const sink = new VideoSampleSink(track, decoding)
  let last: Raw | undefined
  let spare: Uint8Array | undefined
  let picture: Picture | undefined
  for await (const sample of sink.samples(from > start ? from + origin : undefined, until + origin)) {
    try {
      const { duration } = sample
      const timestamp = sample.timestamp - origin
      const raw = await rawOf(sample, stated, spare)
      // Decoders return identical bytes for still scenes: such frames share one picture.
      if (!picture || !last || !isSame(raw, last)) picture = orient(pictureOf(raw, transparent), rotation, flip)
      spare = last?.bytes
      last = raw
      yield { picture, timestamp, duration }
    } finally {
      sample.close()
    }
  }
}

/** A decoded sample's bytes and their layout. */
interface Raw extends Omit<YuvFrame, 'layout'> {
  /** Missing where they are RGBA. */
  readonly layout?: YuvLayout
  readonly colour: Colour
}

const isSame = (a: Raw, b: Raw): boolean => {
  const { bytes, ...facts } = a
  const { bytes: others, ...otherFacts } = b
  return sameBytes(bytes, others) && JSON.stringify(facts) === JSON.stringify(otherFacts)
}

/** Copies a decoded sample, into `room` if it fits; its colour is that stated by the file, else by the sample. */
const rawOf = async (sample: VideoSample, stated: StatedColour, room: Uint8Array | undefined): Promise<Raw> => {
  const { codedWidth: width, codedHeight: height } = sample
  const own = sample.colorSpace
  const colour = colourOf(
    {
      transfer: stated.transfer ?? own.transfer,
      matrix: stated.matrix ?? own.matrix,
      fullRange: stated.fullRange ?? own.fullRange,
    },
    height,
  )
  const layout = layoutOf(sample.format)
  const format = (layout ? {} : { format: 'RGBA' }) as VideoFrameCopyToOptions
  const size = sample.allocationSize(format)
  const bytes = room?.length === size ? room : new Uint8Array(size)
  const planes = await sample.copyTo(bytes, format)
  return { width, height, bytes, planes, colour, ...(layout && { layout }) }
}

const pictureOf = ({ layout, colour, ...raw }: Raw, transparent: boolean): Picture => {
  const { width, height, bytes, planes } = raw
  if (!layout) {
    // The bytes may be overwritten by the next frame.
    if (transparent) return { width, height, channels: 4, data: bytes.slice(0, width * height * 4) }
    return { width, height, channels: 3, data: withoutAlpha(bytes, width * height) }
  }
  const frame: YuvFrame = { ...raw, layout }
  const picture = colour.hdr ? toneMap(frame, colour) : yuvToPicture(frame, colour)
  return transparent ? withAlpha(picture, bytes, planes[3], layout) : picture
}

/** Compares four bytes at a time; the buffers belong to the frames and start with them. */
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  const [fours, otherFours] = [a, b].map(
    ({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length >> 2),
  )
  for (let i = 0; i < fours.length; i++) if (fours[i] !== otherFours[i]) return false
  for (let i = fours.length * 4; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const withoutAlpha = (rgba: Uint8Array, pixels: number): Uint8Array => {
  const rgb = new Uint8Array(pixels * 3)
  for (let i = 0, o = 0; o < rgb.length; i += 4) {
    rgb[o++] = rgba[i]
    rgb[o++] = rgba[i + 1]
    rgb[o++] = rgba[i + 2]
  }
  return rgb
}
