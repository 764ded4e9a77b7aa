/** Frames of clips: pictures with their times. */
import type { Picture } from '../picture.ts'

/** A picture of a clip. */
export interface Frame {
  readonly picture: Picture
  /** The time at which it is shown, in seconds. */
  readonly timestamp: number
  /** Its duration, in seconds. */
  readonly duration: number
}
