/**
 * Animated pictures as clips of @animegan/video: a reader of their frames, and a target that writes an animated WebP, or
 * PNG where the browser writes no WebP.
 */
import { type Animation, encodePicture, openAnimation, writableFormats } from '@animegan/browser'
import { type AnimationFormat, joinAnimation, type Still } from '@animegan/pictures'
import type { ClipReader, ClipTarget, StorageFile } from '@animegan/video'
import { EncodedPacket } from 'mediabunny'

/** An open animated picture. */
export interface AnimatedReader extends ClipReader {
  /** How often it plays; 0: forever. */
  readonly loop: number
}

/** Opens an animated picture. Rejects as `openAnimation` does. */
export const openAnimatedPicture = async (file: Blob): Promise<AnimatedReader> => readerOf(await openAnimation(file))

const readerOf = ({ width, height, delays, loop, cut, frames, close }: Animation): AnimatedReader => {
  /** When each frame begins, and the last ends, in seconds. */
  const times = [0]
  for (const delay of delays) times.push(times[times.length - 1] + delay / 1000)
  return {
    container: 'animated picture',
    width,
    height,
    pixelAspect: { num: 1, den: 1 },
    stated: {},
    colour: { matrix: 'smpte170m', fullRange: true },
    timeResolution: 1000,
    transparent: true,
    origin: 0,
    start: 0,
    end: times[delays.length],
    exactEnd: true,
    cutOff: cut,
    tags: {},
    languageCode: 'und',
    audio: [],
    loop,
    frames: async function* (from, until) {
      let i = Math.max(
        0,
        times.findLastIndex((time) => time <= from),
      )
      for await (const picture of frames(i)) {
        const [timestamp, next] = [times[i], times[++i]]
        if (timestamp >= until) return
        yield { picture, timestamp, duration: next - timestamp }
      }
    },
    packets: async function* () {
      for (const [i, delay] of delays.entries()) yield { timestamp: times[i], duration: delay / 1000, key: true }
    },
    close,
  }
}

/** The format in which this browser writes animations. */
export const animationFormat = async (): Promise<AnimationFormat> =>
  (await writableFormats()).includes('webp') ? 'webp' : 'png'

/** A target that is an animated picture. */
export const animatedTarget =
  (format: AnimationFormat, loop: number, create: () => Promise<StorageFile>): ClipTarget =>
  async () => ({
    notices: [],
    encode: async () => {
      const packets: EncodedPacket[] = []
      let size = { codedWidth: 0, codedHeight: 0 }
      return {
        add: async ({ picture, timestamp, duration }) => {
          const blob = await encodePicture(picture, format)
          packets.push(new EncodedPacket(new Uint8Array(await blob.arrayBuffer()), 'key', timestamp, duration))
          size = { codedWidth: picture.width, codedHeight: picture.height }
        },
        finish: async () => ({ packets, decoderConfig: { codec: format, ...size } }),
        cancel: async () => {},
      }
    },
    write: async ({ packets, decoderConfig: { codedWidth: width = 0, codedHeight: height = 0 } }) => {
      const stills: Still[] = []
      for await (const { data, duration } of packets) stills.push({ bytes: data, duration: duration * 1000 })
      const file = await create()
      try {
        await file.write(joinAnimation(stills, format, { width, height, loop }), 0)
        await file.close()
      } catch (error) {
        await file.discard()
        throw error
      }
    },
  })
