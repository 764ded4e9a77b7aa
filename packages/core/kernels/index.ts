/** The kernels: loops over planes that JavaScript runs five to ten times slower. Compiled by `npm run kernels`. */
export { weightedMean } from './blur'
export { boxMean } from './box'
export { dilate, erode } from './dilate'
export { above, nearLevel } from './levels'
export { enlarge, readAt, readBetween } from './resize'
