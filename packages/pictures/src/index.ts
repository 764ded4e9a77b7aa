export { type AnimatedPng, decodeApng, isApng } from './apng.ts'
export { chunksOf, type PngChunk, pngChunk, pngOf, type Samples } from './png.ts'
export {
  FOREIGN_FORMATS,
  type ForeignFormat,
  type ForeignSize,
  foreignFormatOf,
  measureForeign,
  type Rewritten,
  rewriteAsPng,
} from './rewrite.ts'
