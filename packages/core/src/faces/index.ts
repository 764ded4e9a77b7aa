/** Faces: found in pictures, redrawn at the style's own scale. */
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
