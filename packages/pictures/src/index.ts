export { type AnimationFormat, joinAnimation, type Still } from './animation.ts'
export { type AnimatedPng, decodeApng, isApng } from './apng.ts'
export { delaysOf } from './delays.ts'
export { countGif, gifBlocksOf } from './gif.ts'
export { isAnimatedJxl } from './jxl.ts'
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
