/** Face detectors. */
export {
  type BlazeFaceGrid,
  type BlazeFaceVariant,
  blazeFace,
  blazeFaceFullRange,
  blazeFaceShortRange,
} from './blazeface.ts'
