/** Animates a still picture and reports its faces. Does not read or write files. */
import type { Animator, Picture, PictureOptions } from '@animegan/core'
import { describeFace, type FaceReport } from '../faces/report.ts'
import type { DecodedPicture } from '../pictures/decode.ts'

/** Animated frames, with reports on their faces if faces were searched for. */
export interface Animated {
  readonly frames: readonly Picture[]
  readonly faces?: readonly FaceReport[] | undefined
}

/** Animates the first frame of a picture. */
export const animateStill = async (
  { frames: [frame] }: Pick<DecodedPicture, 'frames'>,
  animator: Animator,
  options: PictureOptions,
): Promise<Animated> => {
  const { picture, faces } = await animator.picture(frame, options)
  return {
    frames: [picture],
    faces: faces?.map((face) => ({ ...describeFace(frame, face), redrawn: face.redrawn, drawn: face.drawn })),
  }
}
