/**
 * Measures how much a style's result for a clip flickers compared with the clip itself: the warping errors of its
 * beginning, styled as by `animegan clip.mp4`. Reads a clip, writes nothing. core's frames/warping-error.ts defines the
 * error.
 */
import { type Animator, type Frame, fitLongSide, type Picture, type WarpingError, warpingError } from '@animegan/core'
import { openClip } from '@animegan/video'
import { FilePathSource } from 'mediabunny'
import sharp from 'sharp'
import { prepareCodecs } from './codecs.ts'

/** Number of frames to compare, and the long side to which larger ones are reduced, because computing flow is slow. */
const count = 24
const longSide = 640

/** Measures the first 24 frames. Throws a one-line error if it is not a clip or has fewer than two frames. */
export const flickerOf = async (path: string, animator: Animator): Promise<WarpingError> => {
  await prepareCodecs()
  const reader = await openClip(new FilePathSource(path))
  const sources: Picture[] = []
  async function* beginning(): AsyncGenerator<Frame, void, undefined> {
    for await (const frame of reader.frames(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
      const picture = await reduced(frame.picture)
      sources.push(picture)
      yield { ...frame, picture }
      if (sources.length === count) return
    }
  }
  try {
    const results: Picture[] = []
    for await (const { picture } of animator.frames(beginning(), { faces: 'off' })) results.push(picture)
    if (results.length < 2) throw new Error(`expected a clip of at least two frames, found ${results.length}`)
    return warpingError(results, sources)
  } finally {
    reader.close()
  }
}

const reduced = async (picture: Picture): Promise<Picture> => {
  const { width, height, channels, data } = picture
  if (Math.max(width, height) <= longSide) return picture
  const size = fitLongSide(width, height, longSide)
  const raw = sharp(data, { raw: { width, height, channels } }).resize(size.width, size.height, { fit: 'fill' }).raw()
  return { ...size, channels, data: new Uint8Array(await raw.toBuffer()) }
}
