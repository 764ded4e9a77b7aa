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
