/**
 * Reports on the faces tracked through a clip or an animation: one for each, from the frame where it is largest.
 * @animegan/core does the tracking.
 */
import type { StyledFrame } from '@animegan/core'
import { describeFace, type FaceReport } from './report.ts'

/** Collects the faces of frames: one report per tracked face, in order of appearance. */
export interface Sightings {
  /** Takes the faces of a frame, whose source was `scale` times as large in the input. */
  see(frame: Pick<StyledFrame, 'source' | 'faces'>, scale: number): void
  readonly reports: readonly FaceReport[]
}

/** A face is described at its largest, and described again when it has grown by this factor. */
const GROWN = 1.25

export const createSightings = (): Sightings => {
  const known = new Map<number, FaceReport>()
  return {
    see: ({ source, faces }, scale) => {
      for (const face of faces) {
        const before = known.get(face.id)
        const so = {
          redrawn: face.redrawn || before?.redrawn === true,
          drawn: face.drawn || before?.drawn === true,
        }
        if (before && face.box.width * scale < GROWN * before.width) known.set(face.id, { ...before, ...so })
        else known.set(face.id, { ...describeFace(source, face, scale), ...so })
      }
    },
    get reports() {
      return [...known.values()]
    },
  }
}
