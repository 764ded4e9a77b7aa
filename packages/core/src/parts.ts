/**
 * The parts of an animator as separate exports: for benchmarks that time them, and for other pipelines. They do not
 * validate their arguments as an animator does, and may change between versions.
 */
export {
  type FaceOptions,
  type FaceStylizer,
  faceStylizerOf,
  type PortraitOptions,
  type RedrawnFaces,
  type WeightedFace,
} from './faces/draw/face-stylizer.ts'
export { createFaceDetector, type DetectOptions, type FaceDetector } from './faces/find/detector.ts'
export { type FaceFollower, type FollowerState, faceFollowerOf } from './faces/find/follow.ts'
export { createLandmarker, type Landmarker, type LandmarkModels } from './faces/landmarks/landmarker.ts'
export { boxMean, dilate, erode, weightedMean } from './faces/regions/filters.ts'
export { labOf } from './faces/regions/lab.ts'
export type { Plane } from './faces/regions/plane.ts'
export { createPortraitist, type Portrait, type Portraitist } from './faces/regions/portrait.ts'
export { createRegionNetwork, type RegionModels, type RegionNetwork } from './faces/regions/region-network.ts'
export { createRegionFinder, type RegionFinder, type Regions } from './faces/regions/regions.ts'
export { type FrameFaces, type FrameOptions, stylizeFrames } from './frames/stylize-frames.ts'
export { frozenModel, quantizedModel, type Statistics } from './program.ts'
export { createStylizer, type Sketch, type StylizeOptions, type Stylizer, type StylizerOptions } from './stylizer.ts'
