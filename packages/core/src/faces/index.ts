/** Faces: found in pictures. */
export { createFaceDetector, type DetectOptions, type FaceDetector, type FaceModels } from './detector.ts'
export type { Box, Face, Point } from './face.ts'
