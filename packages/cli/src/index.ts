/**
 * For developers in Node: everything for pictures, clips and portraits in one package, re-exported from @animegan/core
 * and @animegan/node.
 */
export {
  type AnimatedFace,
  type AnimatedPicture,
  type AnimateOptions,
  type Animator,
  AnimeganError,
  createAnimator,
  type Engine,
  type ErrorCode,
  type Face,
  type Frame,
  loadStyle,
  type Picture,
  type PictureOptions,
  type Style,
} from '@animegan/core'
export {
  type AnimatedFile,
  type AnimateFileOptions,
  animate,
  type DecodedPicture,
  decodePicture,
  type EncodeTarget,
  encodePicture,
  faceModels,
  type NodeEngineOptions,
  nodeEngine,
  openStyle,
  portraitModels,
} from '@animegan/node'
