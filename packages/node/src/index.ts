export { type AnimatedFile, type AnimateFileOptions, animate } from './animate/animate.ts'
export { animateAnimation } from './animate/animation.ts'
export { type Comparison, compared } from './animate/comparison.ts'
export {
  type ClipSource,
  openSource,
  type PictureSource,
  readStart,
  type SourceInput,
} from './animate/source.ts'
export { type Animated, animateStill } from './animate/still.ts'
export { BACKENDS, type Backend, type NodeEngineOptions, nodeEngine } from './engine/node-engine.ts'
export { faceModels, portraitModels } from './faces/models.ts'
export { describeFace, type FaceReport } from './faces/report.ts'
export { inTemporaryFolder } from './files/stream.ts'
export { removePending, type WriteOptions, writeWhole } from './files/whole-file.ts'
export {
  type Carry,
  type DecodedPicture,
  type DecodeOptions,
  decodePicture,
  measurePicture,
  type PictureFacts,
} from './pictures/decode.ts'
export { type EncodedPicture, type EncodeTarget, encodePicture } from './pictures/encode.ts'
export {
  EXTENSIONS,
  type OutputFormat,
  outputFormatFor,
  outputFormatOf,
  type PictureFormat,
  sniff,
} from './pictures/format.ts'
export { type AddDialogue, addEntry } from './styles/add.ts'
export { DEFAULT_FEATURES, type Features, hasFeatures, readFeatures } from './styles/features.ts'
export { findStyle, knownStyles, openStyle, readStyleAt, removeAdded, type StylePlace } from './styles/find.ts'
export { paintingsFolder } from './styles/folders.ts'
export { importStyle } from './styles/import.ts'
export { onnxOfStyle } from './styles/onnx.ts'
export { type RegistryEntry, type RegistryFile, readRegistry } from './styles/registry.ts'
export { describeError, formatBytes, nearest, plain, reasonOf } from './text.ts'
export { batchThreads } from './train/batch-threads.ts'
export { nodePictures } from './train/pictures.ts'
export { recipeNames, recipePath } from './train/recipes.ts'
export { type ReportServer, serveReport } from './train/report-server.ts'
export { folderStorage, type WriteFile } from './train/storage.ts'
export type { ClipOptions, ClipPlace, ClipProgress, ClipResult, ClipRun } from './video/clip.ts'
export {
  animateClipFile,
  animateClipPart,
  flickerOf,
  joinClipParts,
  outlineClip,
  readFirstFrame,
} from './video/lazy.ts'
export { areNumbered, findNumbers, isNumbered, numberedPath, withoutNumber } from './video/numbered-names.ts'
export type { ClipForm, ClipOutline, OneFileFormat } from './video/parts.ts'
export { CLIP_EXTENSIONS, type ClipFormat, containerLike, containerOf, isClip } from './video/sniff.ts'
