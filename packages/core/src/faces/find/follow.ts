/**
 * Follows faces of a camera or a clip from frame to frame, with a detector and a tracker. The whole frame is searched
 * now and then for new faces; in between, only near known ones. This file decides when and where to search; the
 * detector finds, and the tracker smooths.
 */
import type { Picture } from '../../picture.ts'
import type { Face } from '../face.ts'
import { overlapOf } from './candidate.ts'
import type { FaceDetector } from './detector.ts'
import { faceTrackerFrom, type TrackedFace, type TrackerState } from './track.ts'

/** Frames between searches of the whole frame. */
const SEARCH_EVERY = 8
/** In video frames, faces smaller than this share of the short side are ignored: 48 pixels of 480. */
const LEAST_SHARE = 0.1
/** Two detections that overlap more than this are one face. */
const SAME = 0.3

/** A follower's complete state: plain data that survives JSON. */
export interface FollowerState {
  /** Frames since the whole frame was searched. */
  readonly since: number
  readonly tracker: TrackerState
}

export interface FaceFollower {
  /** The faces of the frame at `seconds`. Frames come in order. */
  next(frame: Picture, seconds: number): Promise<TrackedFace[]>
  /** Forgets all faces, as at a cut. */
  reset(): void
  /** Its current state; a follower made from it gives the same results as this one. */
  state(): FollowerState
}

/**
 * Follows the faces of one clip or camera, from the beginning or from a saved `state`. The caller keeps the detector.
 */
export const faceFollowerOf = (detector: FaceDetector, state?: FollowerState): FaceFollower => {
  const tracker = faceTrackerFrom(state?.tracker)
  let since = state?.since ?? SEARCH_EVERY
  return {
    next: async (frame, seconds) => {
      const near = tracker.searchRegions()
      let found: readonly Face[] = near.length > 0 ? await detector.detect(frame, { near }) : []
      // A lost face may have moved fast, so the frame is searched at once.
      if (++since >= SEARCH_EVERY || found.length < near.length) {
        since = 0
        const smallest = Math.min(frame.width, frame.height) * LEAST_SHARE
        const everywhere = await detector.detect(frame, { smallest })
        const fresh = everywhere.filter(({ box }) => !found.some((face) => overlapOf(face.box, box) > SAME))
        found = [...found, ...fresh]
      }
      return tracker.update(found, seconds)
    },
    reset: () => {
      tracker.reset()
      since = SEARCH_EVERY
    },
    state: () => ({ since, tracker: tracker.state() }),
  }
}
