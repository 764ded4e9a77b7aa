/**
 * What is told about the faces that were followed through a clip or an animation: one report for each, as it was seen largest. The
 * following itself is @animegan/core's.
 */
import type { StyledFrame } from '@animegan/core'
import { describeFace, type FaceReport } from './report.ts'

/** The faces of frames, one report for each that was followed, in the order in which they came. */
export interface Sightings {
  /** Takes the faces of a frame, whose source was `scale` times as large in the input. */
  see(frame: Pick<StyledFrame, 'source' | 'faces'>, scale: number): void
  readonly reports: readonly FaceReport[]
}

/** A face is described as it was seen largest: anew when it has grown by this. */
const GROWN = 1.25

export const createSightings = (): Sightings => {
  const known = new Map<number, FaceReport>()
  return {
    see: ({ source, faces }, scale) => {
      for (const face of faces) {
        const before = known.get(face.id)
        const redrawn = face.redrawn || before?.redrawn === true
        if (before && face.box.width * scale < GROWN * before.width) known.set(face.id, { ...before, redrawn })
        else known.set(face.id, { ...describeFace(source, face, scale), redrawn })
      }
    },
    get reports() {
      return [...known.values()]
    },
  }
}
