/** Faces: found in pictures, measured, followed, advised on, and redrawn at the style's own scale. */
export { type AdvisedFace, adviseFaces, type FaceAdvice } from './advice.ts'
export { createFaceDetector, type DetectOptions, type FaceDetector, type FaceModels } from './detector.ts'
export type { Box, Face, Point } from './face.ts'
export {
  createFaceStylizer,
  type FaceOptions,
  type FaceStylizer,
  faceSizeOf,
  type PortraitOptions,
  type RedrawnFaces,
  type WeightedFace,
} from './face-stylizer.ts'
export { createFaceFollower, type FaceFollower } from './follow.ts'
export { type Head, headOf } from './landmarks/head.ts'
export {
  createLandmarker,
  type Iris,
  type Landmarker,
  type LandmarkModels,
  type Landmarks,
  type Point3,
} from './landmarks/landmarker.ts'
export { createPersonMask, type PersonMask, type PersonModels } from './regions/person-mask.ts'
export { type Plane, resizePlane } from './regions/plane.ts'
export { createRegionFinder, type RegionFinder, type RegionSigns, type Regions } from './regions/regions.ts'
export { createFaceTracker, type FaceTracker, type TrackedFace } from './track.ts'
