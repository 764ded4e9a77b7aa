/**
 * An encoder for mediabunny that is an ffmpeg process: raw frames go in through one pipe, numbered, and packets come
 * out of the other as Matroska. Times do not pass through ffmpeg: a packet gets the time of the frame with its number.
 * Used if @mediabunny/server is not installed.
 */
import { Readable } from 'node:stream'
import {
  CustomVideoEncoder,
  type EncodedPacket,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  MATROSKA,
  ReadableStreamSource,
  type VideoCodec,
  type VideoSample,
} from 'mediabunny'
import { type FfmpegPipe, pipeFfmpeg } from './ffmpeg.ts'

const ENCODERS: Partial<Record<VideoCodec, readonly string[]>> = {
  avc: ['-c:v', 'libx264'],
  hevc: ['-c:v', 'libx265', '-x265-params', 'log-level=error'],
  vp8: ['-c:v', 'libvpx', '-cpu-used', '4'],
  vp9: ['-c:v', 'libvpx-vp9', '-cpu-used', '5', '-deadline', 'good'],
  av1: ['-c:v', 'libaom-av1', '-cpu-used', '8'],
}

/** The frame rate given to ffmpeg: 40 ms per frame, which Matroska's milliseconds can represent. */
const RATE = 25

/** The options that WebCodecs' codec registrations add per frame. */
type Quantized = Partial<Record<'avc' | 'hevc' | 'vp9' | 'av1', { readonly quantizer?: number | null }>>

/** Encodes 4:2:0 with the `ffmpeg` on the PATH, with transparency if the frames have it. */
export class FfmpegEncoder extends CustomVideoEncoder {
  #pipe: FfmpegPipe | undefined
  #reading: Promise<void> = Promise.resolve()
  #times: { readonly timestamp: number; readonly duration: number }[] = []

  static override supports(codec: VideoCodec, config: VideoEncoderConfig): boolean {
    return Object.hasOwn(ENCODERS, codec) && !(codec === 'vp8' && config.bitrateMode === 'quantizer')
  }

  override init(): void {}

  override async encode(sample: VideoSample, options: VideoEncoderEncodeOptions): Promise<void> {
    this.#pipe ??= this.#start(options, sample.format === 'I420A')
    const bytes = new Uint8Array(sample.allocationSize())
    await sample.copyTo(bytes)
    this.#times.push({ timestamp: sample.timestamp, duration: sample.duration })
    await this.#pipe.write(bytes)
  }

  override async flush(): Promise<void> {
    if (!this.#pipe) return
    this.#pipe.end()
    await this.#reading
    await this.#pipe.ended
    this.#pipe = undefined
    this.#times = []
  }

  override close(): void {
    this.#pipe?.kill()
  }

  #start(options: VideoEncoderEncodeOptions, alpha: boolean): FfmpegPipe {
    const { width, height } = this.config
    const raw = [
      '-f',
      'rawvideo',
      '-pix_fmt',
      alpha ? 'yuva420p' : 'yuv420p',
      '-s',
      `${width}x${height}`,
      '-framerate',
      `${RATE}`,
    ]
    const coded = [...(ENCODERS[this.codec] ?? []), ...this.#rate(options), '-g', '1000']
    const pipe = pipeFfmpeg([...raw, '-i', 'pipe:0', ...coded, '-f', 'matroska', 'pipe:1'])
    this.#reading = this.#read(pipe)
    this.#reading.catch(() => {}) // thrown by flush
    return pipe
  }

  #rate(options: VideoEncoderEncodeOptions): string[] {
    const asked = (options as Quantized)[this.codec as keyof Quantized]?.quantizer
    // AV1's index goes to 255, the encoder's scale to 63.
    const quantizer = asked && this.codec === 'av1' ? Math.round(asked / 4) : asked
    if (quantizer === undefined || quantizer === null) return ['-b:v', String(this.config.bitrate ?? 2_000_000)]
    return ['-crf', String(quantizer), ...(this.codec === 'vp9' || this.codec === 'av1' ? ['-b:v', '0'] : [])]
  }

  async #read({ output, ended }: FfmpegPipe): Promise<void> {
    const stream = Readable.toWeb(output) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>
    const input = new Input({ source: new ReadableStreamSource(stream), formats: [MATROSKA] })
    let track: InputVideoTrack | null
    try {
      track = await input.getPrimaryVideoTrack()
    } catch (error) {
      await ended // throws ffmpeg's error, if it failed
      throw error
    }
    if (!track) throw new Error('ffmpeg encoded nothing')
    const decoderConfig = (await track.getDecoderConfig()) as VideoDecoderConfig
    let meta: EncodedVideoChunkMetadata | undefined = { decoderConfig }
    for await (const packet of new EncodedPacketSink(track).packets()) {
      this.onPacket(this.#timed(packet), meta)
      meta = undefined
    }
  }

  #timed(packet: EncodedPacket): EncodedPacket {
    const time = this.#times[Math.round(packet.timestamp * RATE)]
    if (!time) throw new Error(`ffmpeg gave a packet of no frame, at ${packet.timestamp}`)
    return packet.clone(time)
  }
}
