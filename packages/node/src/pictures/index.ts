/** Pictures in and out for Node: decoding, encoding, formats and whole files. */

export { pendingFiles, removePending, type WriteOptions, writeWhole } from '../files/whole-file.ts'
export { type Carry, type DecodedPicture, type DecodeOptions, decodePicture } from './decode.ts'
export { type EncodedPicture, type EncodeTarget, encodePicture } from './encode.ts'
export { PictureError } from './error.ts'
export {
  EXTENSIONS,
  OUTPUT_FORMATS,
  type OutputFormat,
  outputFormatFor,
  outputFormatOf,
  type PictureFormat,
  sniff,
} from './format.ts'
