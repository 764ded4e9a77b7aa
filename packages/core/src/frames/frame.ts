/** Frames of clips: pictures with their times. Where they come from and what becomes of them is the caller's. */
import type { Picture } from '../picture.ts'

/** A picture of a clip. */
export interface Frame {
  readonly picture: Picture
  /** When it is shown, in seconds. */
  readonly timestamp: number
  /** For how long, in seconds. */
  readonly duration: number
}
