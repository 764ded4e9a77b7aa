/**
 * Animates an animated picture like a clip in memory: its frames do not flicker, and faces are tracked through them.
 */
import type { Animator, Frame, Picture, PictureOptions } from '@animegan/core'
import { createSightings } from '../faces/sightings.ts'
import type { DecodedPicture } from '../pictures/decode.ts'
import type { Animated } from './still.ts'

/** Milliseconds for which browsers show a frame with no or almost no stated duration. */
const UNSTATED_DELAY = 100

/** Animates all frames of a picture. */
export const animateAnimation = async (
  { frames, delays }: Pick<DecodedPicture, 'frames' | 'delays'>,
  animator: Animator,
  { onProgress, ...options }: PictureOptions,
): Promise<Animated> => {
  async function* timed(): AsyncGenerator<Frame, void, undefined> {
    let timestamp = 0
    for (const [i, picture] of frames.entries()) {
      const delay = delays[i] ?? 0
      const duration = (delay > 10 ? delay : UNSTATED_DELAY) / 1000
      yield { picture, timestamp, duration }
      timestamp += duration
    }
  }
  const sightings = options.faces === 'off' ? undefined : createSightings()
  const animated: Picture[] = []
  for await (const frame of animator.frames(timed(), options)) {
    sightings?.see(frame, frames[0].width / frame.source.width)
    animated.push(frame.picture)
    onProgress?.(animated.length / frames.length)
  }
  return { frames: animated, faces: sightings?.reports }
}
