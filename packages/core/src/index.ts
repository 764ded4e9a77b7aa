export { AnimeganError, type ErrorCode } from '@animegan/graph'
export { type Architecture, readStyle as loadStyle, type Style } from '@animegan/models'
export { type Advice, advise } from './advice.ts'
export {
  type AnimatedFace,
  type AnimatedPicture,
  type Animator,
  type AnimatorParts,
  type CallOptions,
  createAnimator,
  type Drawing,
  type FinishOptions,
  type FramesOptions,
  type PictureOptions,
  type Portrait,
} from './animator.ts'
export { type Closeable, closeable } from './closing.ts'
export { type CalibrateOptions, calibrate } from './eight-bit.ts'
export type { Engine, RunOptions, Session } from './engine.ts'
export type { EnginePort, EngineReply, EngineRequest, Runtime } from './engine-host.ts'
export type { CharacterModels } from './faces/character/character-artist.ts'
export { characterRanges } from './faces/character/look.ts'
export type { CharacterLook } from './faces/character/subject.ts'
export type { Box, Face, Point } from './faces/face.ts'
export { type AdvisedFace, adviseFaces, type FaceAdvice } from './faces/find/advice.ts'
export type { FaceModels } from './faces/find/detector.ts'
export type { TrackedFace } from './faces/find/track.ts'
export type { LandmarkModels } from './faces/landmarks/landmarker.ts'
export type { PersonModels } from './faces/regions/person-mask.ts'
export type { RegionModels } from './faces/regions/region-network.ts'
export { CHANNEL_ORDERS, type ModelFacts, RANGES } from './foreign-model.ts'
export type { Frame } from './frames/frame.ts'
export type { FrameFace, StyledFrame } from './frames/stylize-frames.ts'
export { type WarpingError, warpingError } from './frames/warping-error.ts'
export { levelScalesOf, levelsKey } from './level-scales.ts'
export { type AnimateOptions, checkOptions, OPTIONS } from './options.ts'
export type { Picture } from './picture.ts'
export { balance, type Scene, sceneOf } from './pixels/balance.ts'
export { sideBySide } from './pixels/compare.ts'
export { mendExposure } from './pixels/exposure.ts'
export { type Planes, toPicture, toPlanes } from './pixels/oklab.ts'
export { resample } from './pixels/resample.ts'
export { splitView } from './pixels/split-view.ts'
export { lightToSrgb, srgbToLight } from './pixels/srgb.ts'
export type { Precision } from './precision.ts'
export { type RemoteEngine, remoteEngine } from './remote-engine.ts'
export type { Signal } from './signal.ts'
export { type StyleFacts, styleFromWeights } from './style-from-weights.ts'
export { balances, effectSizes, fitLongSide, type StyledPart } from './stylizer.ts'
