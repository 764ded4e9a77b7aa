export { type AnimationFormat, joinAnimation, type Still } from './animation.ts'
export { type AnimatedPng, decodeApng, isApng } from './apng.ts'
export { delaysOf } from './delays.ts'
export { countGif, gifBlocksOf } from './gif.ts'
export { isAnimatedJxl } from './jxl.ts'
export { type Annotations, readAnnotations, withoutDensity, writeAnnotations } from './metadata/annotations.ts'
export { isOfCamera, sizedExif, uprightExif } from './metadata/exif.ts'
export {
  type PhotoFormat,
  type PhotoMetadata,
  readMetadata,
  uprightMetadata,
  writeMetadata,
} from './metadata/photo-metadata.ts'
export { hasMotion, sizedXmp, uprightXmp } from './metadata/xmp.ts'
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
