export { type Architecture, readStyle as loadStyle, type Style } from '@animegan/models'
export { type Advice, advise, type Measures, measurePicture } from './advice.ts'
export type { Engine, Session } from './engine.ts'
export { type Port, type Reply, type Request, type Runtime, serveEngine } from './engine-host.ts'
export {
  type AdvisedFace,
  adviseFaces,
  type Box,
  createFaceDetector,
  createFaceFollower,
  createFaceStylizer,
  createFaceTracker,
  createLandmarker,
  createPersonMask,
  createRegionFinder,
  type DetectOptions,
  type Face,
  type FaceAdvice,
  type FaceDetector,
  type FaceFollower,
  type FaceModels,
  type FaceOptions,
  type FaceStylizer,
  type FaceTracker,
  faceSizeOf,
  type Head,
  headOf,
  type Iris,
  type Landmarker,
  type LandmarkModels,
  type Landmarks,
  type PersonMask,
  type PersonModels,
  type Plane,
  type Point,
  type Point3,
  type PortraitOptions,
  type RedrawnFaces,
  type RegionFinder,
  type RegionSigns,
  type Regions,
  resizePlane,
  type TrackedFace,
  type WeightedFace,
} from './faces/index.ts'
export {
  type Frame,
  type FrameFace,
  type FrameFaces,
  type FrameOptions,
  type StyledFrame,
  stylizeFrames,
  type WarpingError,
  warpingError,
} from './frames/index.ts'
export type { Picture } from './picture.ts'
export { sideBySide } from './pixels/compare.ts'
export { mendExposure } from './pixels/exposure.ts'
export { splitView } from './pixels/split-view.ts'
export { frozenModel, measuringModel, type Statistics, wholeModel } from './program.ts'
export { type RemoteEngine, remoteEngine } from './remote-engine.ts'
export { type StyleFacts, styleFromWeights } from './style-from-weights.ts'
export {
  createStylizer,
  type Drawing,
  effectSizes,
  fitLongSide,
  type StylizeOptions,
  type Stylizer,
  type StylizerOptions,
} from './stylizer.ts'
