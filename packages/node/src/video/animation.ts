/**
 * Writes clips as animated GIF and WebP. Frames are first kept as PNG, in the same segments as a codec's packets; the
 * whole animation is then made at once, so its number of pixels is limited.
 */
import { AnimeganError } from '@animegan/core'
import { delaysOf } from '@animegan/pictures'
import type { AnimateClipOptions, ClipReader, ClipTarget, StorageFile } from '@animegan/video'
import type { EncodedPacket } from 'mediabunny'
import sharp from 'sharp'
import { soundLost, startPictureSegment } from './picture-segment.ts'

/** Maximum pixels of an animation, all frames together. */
const MOST_PIXELS = 400e6
/** Assumed length of a clip in seconds, and frames per second, if not stated. */
const UNSTATED = { seconds: 60, rate: 30 }
/** Quality of WebP, 1 to 100. */
const DEFAULT_QUALITY = 75

/** Options for the animation, and the part of the clip. */
export interface AnimationOptions extends Pick<AnimateClipOptions, 'start' | 'end' | 'fps' | 'size'> {
  readonly format: 'gif' | 'webp'
  readonly quality?: number
  /** Starts the file. */
  create(): Promise<StorageFile>
}

/** A target for an animated picture. Rejects one that would be too large. */
export const animationTarget =
  ({ format, quality, create, ...part }: AnimationOptions): ClipTarget =>
  async (clip) => {
    checkPixels(clip, part)
    return {
      notices: soundLost(clip),
      encode: () => startPictureSegment('png', quality),
      write: async ({ packets }) => {
        const bytes = await joinAnimation(packets, format, quality ?? DEFAULT_QUALITY)
        const file = await create()
        try {
          await file.write(bytes, 0)
          await file.close()
        } catch (error) {
          await file.discard()
          throw error
        }
      },
    }
  }

const checkPixels = (
  { width, height, start, end }: ClipReader,
  { size, fps = UNSTATED.rate, ...part }: Pick<AnimationOptions, 'start' | 'end' | 'fps' | 'size'>,
): void => {
  const last = Math.min(part.end ?? Number.POSITIVE_INFINITY, end ?? UNSTATED.seconds)
  const seconds = last - Math.max(part.start ?? 0, start)
  const scale = size ? size / Math.max(width, height) : 1
  const pixels = width * height * scale * scale * seconds * fps
  if (pixels <= MOST_PIXELS) return
  const [found, most] = [Math.round(pixels / 1e6), MOST_PIXELS / 1e6]
  throw new AnimeganError(
    'unsupported',
    `expected an animation of at most ${most} megapixels, found about ${found}: use --size, --fps or --end`,
  )
}

/**
 * Joins PNG files to an animation that loops forever. Delays are whole milliseconds, for GIF hundredths of a second.
 */
const joinAnimation = async (
  pictures: AsyncIterable<EncodedPacket>,
  format: 'gif' | 'webp',
  quality: number,
): Promise<Uint8Array> => {
  const pages: Buffer[] = []
  const durations: number[] = []
  for await (const { data, duration } of pictures) {
    pages.push(Buffer.from(data))
    durations.push(duration * 1000)
  }
  const delay = delaysOf(durations, format === 'gif' ? 10 : 1)
  const joined = sharp(pages, { join: { animated: true }, limitInputPixels: false })
  const encoded = format === 'gif' ? joined.gif({ delay, loop: 0 }) : joined.webp({ delay, loop: 0, quality })
  return encoded.toBuffer()
}
