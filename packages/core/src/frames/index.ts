export type { Frame } from './frame.ts'
export {
  type FrameFace,
  type FrameFaces,
  type FrameOptions,
  type StyledFrame,
  stylizeFrames,
} from './stylize-frames.ts'
export { type WarpingError, warpingError } from './warping-error.ts'
