export { colourOf, statedByResult } from './colour.ts'
export {
  codedSize,
  type EncodedSegment,
  type EncoderOptions,
  type SegmentEncoder,
  startSegment,
} from './encoder.ts'
export type { Change } from './moov-times.ts'
export { type Container, type MuxParts, mux, unheldAudio, VIDEO_CODECS } from './muxer.ts'
export type { Segment, SegmentInfo, SegmentStore } from './parts.ts'
export { ClipError, type ClipFault, type ClipReader, openClip } from './reader.ts'
export { endsEarly, type Rendered, type RenderOptions, render } from './render.ts'
export {
  decoderConfigOf,
  encodeSegment,
  headerEnd,
  packetsOf,
  readHeader,
  type SegmentHeader,
} from './segment-file.ts'
