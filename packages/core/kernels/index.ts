/** The kernels: loops over planes and pixels that take JavaScript many times as long. Compiled by `npm run kernels`. */
export { weightedMean } from './blur'
export { boxMean } from './box'
export { lookUp, toLab, toLightness } from './colours'
export { dilate, erode } from './dilate'
export { above, nearLevel } from './levels'
export { acrossRgb, acrossRgba, sumRows, toBytes, toRgbaBytes } from './resample'
export { enlarge, readAt, readBetween } from './resize'
export { alongLines, distances } from './shapes'
