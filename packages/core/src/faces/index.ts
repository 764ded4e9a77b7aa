/** Faces: found in pictures. */
export { type AdvisedFace, adviseFaces, type FaceAdvice } from './advice.ts'
export { createFaceDetector, type DetectOptions, type FaceDetector, type FaceModels } from './detector.ts'
export type { Box, Face, Point } from './face.ts'
export { createFaceFollower, type FaceFollower } from './follow.ts'
export { createFaceTracker, type FaceTracker, type TrackedFace } from './track.ts'
