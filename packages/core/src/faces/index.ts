/** Faces: found in pictures, followed, advised on, and redrawn at the style's own scale. */

export {
  createFaceStylizer,
  type FaceOptions,
  type FaceStylizer,
  faceSizeOf,
  type PortraitOptions,
  type RedrawnFaces,
  type WeightedFace,
} from './draw/face-stylizer.ts'
export type { Box, Face, Point } from './face.ts'
export { type AdvisedFace, adviseFaces, type FaceAdvice } from './find/advice.ts'
export { createFaceDetector, type DetectOptions, type FaceDetector, type FaceModels } from './find/detector.ts'
export { createFaceFollower, type FaceFollower, type FollowerState } from './find/follow.ts'
export { createFaceTracker, type FaceTracker, type TrackedFace, type TrackerState } from './find/track.ts'
