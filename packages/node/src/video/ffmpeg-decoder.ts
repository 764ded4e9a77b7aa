/**
 * A decoder for mediabunny that is an ffmpeg process: packets go in as Matroska through one pipe, raw frames come out
 * of the other, in presentation order. Times do not pass through ffmpeg: the n-th frame gets the n-th time. Used if
 * @mediabunny/server is not installed.
 */
import {
  AppendOnlyStreamTarget,
  CustomVideoDecoder,
  type EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  Output,
  type VideoCodec,
  VideoSample,
} from 'mediabunny'
import { type FfmpegPipe, pipeFfmpeg } from './ffmpeg.ts'

/** A packet's time, kept until its frame arrives. */
interface Time {
  readonly timestamp: number
  readonly duration: number
}

/** Decoders that output transparency; ffmpeg's own decoders of these codecs do not. */
const WITH_ALPHA: Partial<Record<VideoCodec, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' }

/**
 * Decodes with the `ffmpeg` on the PATH to 4:2:0: in 8 bits, with transparency if the packets have it, or in 10 bits
 * for high dynamic range.
 */
export class FfmpegDecoder extends CustomVideoDecoder {
  #pipe: FfmpegPipe | undefined
  #output: Output | undefined
  #source: EncodedVideoPacketSource | undefined
  #reading: Promise<void> = Promise.resolve()
  /** Sorted. */
  readonly #times: Time[] = []

  static override supports(codec: VideoCodec): boolean {
    return codec !== 'prores'
  }

  override init(): void {}

  override async decode(packet: EncodedPacket): Promise<void> {
    const first = !this.#source
    if (first) await this.#start(packet.sideData.alpha !== undefined)
    const { timestamp, duration } = packet
    const later = this.#times.findIndex((time) => time.timestamp > timestamp)
    this.#times.splice(later < 0 ? this.#times.length : later, 0, { timestamp, duration })
    await this.#source?.add(packet, first ? { decoderConfig: this.config } : undefined)
  }

  override async flush(): Promise<void> {
    if (!this.#pipe) return
    await this.#output?.finalize()
    this.#pipe.end()
    await this.#reading
    await this.#pipe.ended
    this.#pipe = undefined
    this.#source = undefined
    this.#times.length = 0
  }

  override close(): void {
    this.#pipe?.kill()
  }

  async #start(transparent: boolean): Promise<void> {
    const { transfer, fullRange } = this.config.colorSpace ?? {}
    const deep = (transfer as string) === 'pq' || (transfer as string) === 'hlg'
    const decoder = transparent && !deep ? WITH_ALPHA[this.codec] : undefined
    // The "j" stops ffmpeg from compressing full range to limited range.
    const format = deep ? 'yuv420p10le' : decoder ? 'yuva420p' : fullRange ? 'yuvj420p' : 'yuv420p'
    const pipe = pipeFfmpeg([
      ...(decoder ? ['-c:v', decoder] : []),
      '-f',
      'matroska',
      '-i',
      'pipe:0',
      '-fps_mode',
      'passthrough',
      '-f',
      'rawvideo',
      '-pix_fmt',
      format,
      'pipe:1',
    ])
    const writable = new WritableStream<Uint8Array>({ write: (chunk) => pipe.write(chunk) })
    const output = new Output({
      format: new MkvOutputFormat({ appendOnly: true, minimumClusterDuration: 0.001 }),
      target: new AppendOnlyStreamTarget(writable),
    })
    const source = new EncodedVideoPacketSource(this.codec)
    output.addVideoTrack(source, { canBeTransparent: decoder !== undefined })
    await output.start()
    this.#pipe = pipe
    this.#output = output
    this.#source = source
    this.#reading = this.#read(pipe, deep ? 'I420P10' : decoder ? 'I420A' : 'I420')
    this.#reading.catch(() => {}) // thrown by flush
  }

  async #read({ output }: FfmpegPipe, format: 'I420' | 'I420A' | 'I420P10'): Promise<void> {
    const { codedWidth: width = 0, codedHeight: height = 0 } = this.config
    const colours = width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1)
    const size = { I420: colours, I420A: colours + width * height, I420P10: 2 * colours }[format]
    let frame = new Uint8Array(size)
    let filled = 0
    for await (const chunk of output as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + size - filled)
        frame.set(part, filled)
        filled += part.length
        at += part.length
        if (filled < size) continue
        this.#give(frame, width, height, format)
        frame = new Uint8Array(size)
        filled = 0
      }
    }
  }

  #give(data: Uint8Array, codedWidth: number, codedHeight: number, format: 'I420' | 'I420A' | 'I420P10'): void {
    const time = this.#times.shift()
    if (!time) return
    const colorSpace = this.config.colorSpace
    this.onSample(
      new VideoSample(data, { ...time, format, codedWidth, codedHeight, ...(colorSpace && { colorSpace }) }),
    )
  }
}
