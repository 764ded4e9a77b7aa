export {
  type AnimateClipOptions,
  type AnimatedClip,
  animateClip,
  type ClipProgress,
} from './animate-clip.ts'
export { type Colour, colourOf, type StatedColour } from './colour.ts'
export { codedSize, type EncodedSegment, type SegmentEncoder } from './encoder.ts'
export { type Container, unheldAudio, VIDEO_CODECS } from './muxer.ts'
export {
  type AnimatedPart,
  type AnimatePartOptions,
  animatePart,
  type ClipExtent,
  type ClipPart,
  joinParts,
  splitClip,
} from './parts.ts'
export { ClipError, type ClipFault, type ClipReader, type OpenOptions, openClip } from './reader.ts'
export { framesIn, KEY_FILE } from './segment-store.ts'
export { type ConvertSound, SOUNDS, type Sound } from './sound.ts'
export { memoryStorage } from './storage/memory-storage.ts'
export type { ClipStorage, StorageFile } from './storage/storage.ts'
export type { ClipNotice, ClipTarget, ClipWriter, MadeClip } from './target.ts'
export { type VideoTargetOptions, videoTarget } from './video-target.ts'
