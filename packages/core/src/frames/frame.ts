/** Frames of clips: pictures with their times. */
import type { Picture } from '../picture.ts'

/** A picture of a clip. */
export interface Frame {
  readonly picture: Picture
  /** When it is shown, in seconds. */
  readonly timestamp: number
  /** For how long, in seconds. */
  readonly duration: number
}
