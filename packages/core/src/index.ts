export { AnimeganError, type ErrorCode } from '@animegan/graph'
export { type Architecture, readStyle as loadStyle, type Style } from '@animegan/models'
export { type Advice, advise, type Measures, measurePicture } from './advice.ts'
export {
  type AnimatedFace,
  type AnimatedPicture,
  type Animator,
  type AnimatorParts,
  createAnimator,
  type Drawing,
  type FinishOptions,
  type FramesOptions,
  type PictureOptions,
  type Portrait,
} from './animator.ts'
export { type Closeable, closeable } from './closing.ts'
export { type CalibrateOptions, calibrate, levelScalesOf } from './eight-bit.ts'
export type { Engine, RunOptions, Session } from './engine.ts'
export { type EnginePort, type EngineReply, type EngineRequest, type Runtime, serveEngine } from './engine-host.ts'
export {
  type AdvisedFace,
  adviseFaces,
  type Box,
  createFaceDetector,
  createFaceFollower,
  createFaceStylizer,
  createFaceTracker,
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
  type Point,
  type RedrawnFaces,
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
export { type AnimateOptions, checkOptions, OPTIONS } from './options.ts'
export type { Picture } from './picture.ts'
export { sideBySide } from './pixels/compare.ts'
export { mendExposure } from './pixels/exposure.ts'
export { splitView } from './pixels/split-view.ts'
export { frozenModel, measuringModel, quantizedModel, type Statistics, wholeModel } from './program.ts'
export { type RemoteEngine, remoteEngine } from './remote-engine.ts'
export type { Signal } from './signal.ts'
export { type StyleFacts, styleFromWeights } from './style-from-weights.ts'
export {
  createStylizer,
  effectSizes,
  fitLongSide,
  type Precision,
  type Sketch,
  type StylizeOptions,
  type Stylizer,
  type StylizerOptions,
} from './stylizer.ts'
