/**
 * Clips as animated GIF and WebP. Until all are there, frames are kept as PNG, in the same segments as a codec's packets;
 * the whole animation is then made in one go, which is why its pixels are limited.
 */
import type { EncodedPacket } from 'mediabunny'
import sharp from 'sharp'

/** The most pixels of an animation, all frames together. */
export const MOST_ANIMATION_PIXELS = 400e6

/** Joins PNG files to an animation that plays for ever. Delays are whole milliseconds, GIF's hundredths of a second. */
export const joinAnimation = async (
  pictures: AsyncIterable<EncodedPacket>,
  format: 'gif' | 'webp',
  quality: number,
  path: string,
): Promise<void> => {
  const pages: Buffer[] = []
  const delays: number[] = []
  let passed = 0
  let given = 0
  const unit = format === 'gif' ? 10 : 1
  for await (const { data, duration } of pictures) {
    pages.push(Buffer.from(data))
    // Rounded so that errors do not add up.
    passed += duration * 1000
    const delay = Math.max(unit, Math.round((passed - given) / unit) * unit)
    given += delay
    delays.push(delay)
  }
  const joined = sharp(pages, { join: { animated: true }, limitInputPixels: false })
  const encoded =
    format === 'gif' ? joined.gif({ delay: delays, loop: 0 }) : joined.webp({ delay: delays, loop: 0, quality })
  await encoded.toFile(path)
}
